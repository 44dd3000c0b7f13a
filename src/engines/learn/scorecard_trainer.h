#pragma once

#include "learn/trainer.h"

namespace lepton::learn {

/// A scorecard (runtime::Scorecard) of a target that is 0 or 1: plainer than trees, and its answer can be added up by
/// hand.
class ScorecardTrainer final : public Trainer {
 public:
  [[nodiscard]] std::string_view name() const override { return "scorecard"; }
  [[nodiscard]] std::string library() const override { return "lepton scorecard 1"; }
  [[nodiscard]] Determinism determinism() const override { return Determinism::any_threads; }
  [[nodiscard]] std::string_view artifact_name() const override { return "model.json"; }
  [[nodiscard]] json::Object parameter_schema() const override;
  void complete(TrainingSpec& spec) const override;
  [[nodiscard]] TrainingResult train(Call const& call, TrainingInput const& input,
                                     ProgressSink const& progress) const override;
};

}  // namespace lepton::learn
