#pragma once

#include <string>
#include <vector>

#include "base/call.h"
#include "learn/examples.h"
#include "learn/trainer.h"
#include "learn/xgboost_parameters.h"

namespace lepton::learn {

struct BoostingInput {
  Examples const& train;
  Examples const& validation;  ///< for stopping early; never learnt from
  XgboostParameters const& parameters;
  std::size_t classes = 0;  ///< of multiclass: the target counts them from 0
  std::uint64_t seed = 0;
  int threads = 1;
};

/// Trees that were grown, as XGBoost saves them.
struct Boosted {
  std::string artifact;
  std::vector<Importance> importance;  ///< by falling gain, every feature
  int rounds = 0;                      ///< rounds run
  int best_round = 0;                  ///< rounds kept in the artifact
};

class Booster;

/// By falling gain, every feature.
[[nodiscard]] std::vector<Importance> importance_of(Booster const& booster, std::vector<std::string> const& features);

/// Grows trees by libxgboost through its C API. For ranking, rows of one key stand together. Not to be run in the
/// server's own process: an allocation failure inside the library ends the process. Equal input gives equal bytes.
/// Heeds the call after each round. Throws Error{invalid} when no column varies, and for a constraint on a feature that
/// there is not.
[[nodiscard]] Boosted boost(Call const& call, BoostingInput const& input, ProgressSink const& progress);

}  // namespace lepton::learn
