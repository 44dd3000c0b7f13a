#pragma once

#include "learn/trainer.h"

namespace lepton::learn {

/// Boosted trees for two classes, by libxgboost through its C API. Not to be run in the server's own process: an
/// allocation failure inside the library ends the process.
class XgboostTrainer final : public Trainer {
 public:
  [[nodiscard]] std::string_view name() const override { return "xgboost"; }
  [[nodiscard]] runtime::Task task() const override { return runtime::Task::binary_classification; }
  [[nodiscard]] std::string library() const override;
  [[nodiscard]] json::Object parameter_schema() const override;
  [[nodiscard]] json::Object complete(json::Object const& parameters) const override;
  [[nodiscard]] Trained train(Call const& call, TrainingInput const& input,
                              ProgressSink const& progress) const override;
};

}  // namespace lepton::learn
