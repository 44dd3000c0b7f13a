#pragma once

#include "learn/trainer.h"

namespace lepton::learn {

/// Boosted trees over columns of numbers: two classes, several classes, a number, or the order of the rows of a key
/// (Objective).
class XgboostTrainer final : public Trainer {
 public:
  [[nodiscard]] std::string_view name() const override { return "xgboost"; }
  [[nodiscard]] std::string library() const override;
  [[nodiscard]] Determinism determinism() const override { return Determinism::same_threads; }
  [[nodiscard]] std::string_view artifact_name() const override { return "model.json"; }
  [[nodiscard]] json::Object parameter_schema() const override;
  void complete(TrainingSpec& spec) const override;
  [[nodiscard]] TrainingResult train(Call const& call, TrainingInput const& input,
                                     ProgressSink const& progress) const override;
};

}  // namespace lepton::learn
