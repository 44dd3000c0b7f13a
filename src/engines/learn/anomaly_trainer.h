#pragma once

#include "learn/trainer.h"

namespace lepton::learn {

/// Learns what dated rows usually bring (anomaly::Detector): how many there are in each period, and how many have a
/// word or a category. The last periods are held out.
class AnomalyTrainer final : public Trainer {
 public:
  [[nodiscard]] std::string_view name() const override { return "anomaly"; }
  [[nodiscard]] std::string library() const override { return "lepton anomaly 1"; }
  [[nodiscard]] Determinism determinism() const override { return Determinism::any_threads; }
  [[nodiscard]] std::string_view artifact_name() const override { return "model.bin"; }
  [[nodiscard]] json::Object parameter_schema() const override;
  void complete(TrainingSpec& spec) const override;
  [[nodiscard]] TrainingResult train(Call const& call, TrainingInput const& input,
                                     ProgressSink const& progress) const override;
};

}  // namespace lepton::learn
