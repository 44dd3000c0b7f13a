#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/call.h"
#include "learn/training_report.h"
#include "recommend/interactions.h"
#include "recommend/ranker.h"

namespace lepton::learn {

/// How trees that correct a blend are grown: few and shallow, because the blend has the order nearly right.
struct RankerOptions {
  int rounds = 100;
  int depth = 4;
  double rate = 0.1;
  double least_weight = 5;  ///< of a leaf
  double penalty = 10;      ///< L2 of the leaves
  double sharpness = 2;     ///< what a standard deviation of the blend's scores begins with
  std::uint64_t seed = 1;
};

struct GrownRanker {
  std::string trees;  ///< as XGBoost saves them
  double unit = 0;    ///< of recommend::RankedScorer
  std::vector<Importance> importance;
};

/// Trees after several numbers of rounds (rising), learnt to rank (LambdaMART) from what was held out of users with a
/// history: rows of both matrices. Of very many users each so-manieth is asked. One thread, so that equal input gives
/// equal bytes; not to be run in the server's own process (boosting.h). Heeds the call after each round. Nothing when
/// no candidate was held out, or too few to learn from.
[[nodiscard]] std::vector<GrownRanker> grow_rankers(Call const& call, recommend::RankerView const& view,
                                                    recommend::Interactions const& history,
                                                    recommend::Interactions const& held_out,
                                                    RankerOptions const& options, std::vector<int> const& rounds);

}  // namespace lepton::learn
