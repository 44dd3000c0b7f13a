#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "base/json.h"
#include "learn/examples.h"
#include "runtime/signature.h"

namespace lepton::learn {

/// How far a training has come and how well it does.
struct Progress {
  int round = 0;   ///< finished rounds
  int rounds = 0;  ///< most there will be
  std::string metric;
  double train = 0;
  double validation = 0;
};
using ProgressSink = std::function<void(Progress const&)>;

/// What a feature contributed.
struct Importance {
  std::string feature;
  double gain = 0;          ///< mean improvement of the objective by its splits
  std::int64_t splits = 0;  ///< how many

  static constexpr auto fields() {
    return std::tuple{required("feature", &Importance::feature, "name"),
                      required("gain", &Importance::gain, "mean gain of its splits"),
                      required("splits", &Importance::splits, "number of its splits")};
  }
};

/// What came out of a training: enough to serve it.
struct Trained {
  std::string artifact;  ///< bytes that runtime::load reads
  runtime::Signature signature;
  std::vector<Importance> importance;  ///< by falling gain, every feature
  int rounds = 0;                      ///< rounds run
  int best_round = 0;                  ///< rounds kept in the artifact
};

/// What a trainer is given. `parameters` is the trainer's own business.
struct TrainingInput {
  Examples const& train;
  Examples const& validation;  ///< for stopping early; never learnt from
  json::Object parameters;
  std::uint64_t seed = 0;
  int threads = 1;
  std::string target;
};

/// One way to learn. Stateless: any thread may train, and equal input gives an equal artifact, byte for byte.
class Trainer {
 public:
  virtual ~Trainer() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual runtime::Task task() const = 0;
  /// What does the work, with its version: part of what decides the result.
  [[nodiscard]] virtual std::string library() const = 0;
  /// JSON Schema of the parameters, for forms and documentation.
  [[nodiscard]] virtual json::Object parameter_schema() const = 0;
  /// The parameters in full, with defaults. Throws Error{invalid} whose details name each wrong one
  /// ("/parameters/max_depth").
  [[nodiscard]] virtual json::Object complete(json::Object const& parameters) const = 0;
  /// Heeds the call after each round. Throws Error{invalid} for parameters or data nothing can be learnt from.
  [[nodiscard]] virtual Trained train(Call const& call, TrainingInput const& input,
                                      ProgressSink const& progress) const = 0;
};

/// Throws Error{invalid} that lists the trainers there are.
[[nodiscard]] std::unique_ptr<Trainer> make_trainer(std::string_view name);

}  // namespace lepton::learn
