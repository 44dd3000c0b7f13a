#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "learn/slices.h"
#include "learn/training_report.h"
#include "learn/training_spec.h"
#include "runtime/signature.h"

namespace lepton::learn {

/// How far a training has come and how well it does.
struct Progress {
  double done = 0;      ///< share of all rounds, 0 to 1
  std::string message;  ///< "round 40 of 100"
  int step = 0;         ///< of the series
  std::map<std::string, double> metrics{};
};
using ProgressSink = std::function<void(Progress const&)>;

/// What a trainer is given.
struct TrainingInput {
  std::filesystem::path data;                           ///< CSV with a header
  std::map<std::string, std::filesystem::path> inputs;  ///< further ones, by the names of the specification
  TrainingSpec const& spec;                             ///< complete
};

/// What came out of a training: enough to serve it, and how good it is. The report lacks what every trainer would say
/// alike: specification, library, series.
struct TrainingResult {
  std::string artifact;  ///< bytes that runtime::load reads
  runtime::Signature signature;
  TrainingReport report;
  TestAnswers answers{};  ///< of a classifier
};

/// One way to learn from a table: reads it, puts rows apart, learns from one part, makes its choices on another (when
/// to stop, thresholds, calibration) and evaluates on the third with the predictor that will serve. Stateless: any
/// thread may train, and equal input gives an equal artifact, byte for byte, as determinism() says.
class Trainer {
 public:
  virtual ~Trainer() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// What does the work, with its version: part of what decides the result.
  [[nodiscard]] virtual std::string library() const = 0;
  [[nodiscard]] virtual Determinism determinism() const = 0;
  /// "model.json" or "model.bin": what the artifact is called among the outputs.
  [[nodiscard]] virtual std::string_view artifact_name() const = 0;
  /// JSON Schema of the parameters, for forms and documentation.
  [[nodiscard]] virtual json::Object parameter_schema() const = 0;
  /// Completes the parameters with defaults. Throws Error{invalid} whose details name each wrong one
  /// ("/parameters/max_depth") and what else of the specification cannot be ("/key").
  virtual void complete(TrainingSpec& spec) const = 0;
  /// Heeds the call after each round. Throws Error{invalid} for data nothing can be learnt from, with line and column
  /// where there is one.
  [[nodiscard]] virtual TrainingResult train(Call const& call, TrainingInput const& input,
                                             ProgressSink const& progress) const = 0;
};

/// Throws Error{invalid} that lists the trainers there are.
[[nodiscard]] std::unique_ptr<Trainer> make_trainer(std::string_view name);
[[nodiscard]] std::vector<std::string> trainer_names();

}  // namespace lepton::learn
