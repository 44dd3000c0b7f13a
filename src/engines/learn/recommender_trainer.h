#pragma once

#include "learn/trainer.h"

namespace lepton::learn {

/// Learns who may want what (recommend::Recommender). A row of the table says that a user took an item, how strongly
/// and when, and what the item is; each user's latest items are held out.
class RecommenderTrainer final : public Trainer {
 public:
  [[nodiscard]] std::string_view name() const override { return "recommender"; }
  [[nodiscard]] std::string library() const override { return "lepton recommender 1"; }
  [[nodiscard]] Determinism determinism() const override { return Determinism::any_threads; }
  [[nodiscard]] std::string_view artifact_name() const override { return "model.bin"; }
  [[nodiscard]] json::Object parameter_schema() const override;
  void complete(TrainingSpec& spec) const override;
  [[nodiscard]] TrainingResult train(Call const& call, TrainingInput const& input,
                                     ProgressSink const& progress) const override;
};

}  // namespace lepton::learn
