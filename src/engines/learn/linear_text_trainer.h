#pragma once

#include "learn/trainer.h"

namespace lepton::learn {

/// A linear classifier of texts (runtime::LinearText). A row of the table is a text; its classes are one column of
/// names (`label`), or several columns of 0 and 1 (`labels`) where a text may have any number of them.
class LinearTextTrainer final : public Trainer {
 public:
  [[nodiscard]] std::string_view name() const override { return "linear-text"; }
  [[nodiscard]] std::string library() const override { return "lepton linear-text 4"; }
  [[nodiscard]] Determinism determinism() const override { return Determinism::any_threads; }
  [[nodiscard]] std::string_view artifact_name() const override { return "model.bin"; }
  [[nodiscard]] json::Object parameter_schema() const override;
  void complete(TrainingSpec& spec) const override;
  [[nodiscard]] TrainingResult train(Call const& call, TrainingInput const& input,
                                     ProgressSink const& progress) const override;
};

}  // namespace lepton::learn
