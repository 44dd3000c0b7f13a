#pragma once

#include "learn/trainer.h"

namespace lepton::learn {

/// A tagger of named spans (runtime::SequenceTagger). A row of the table is a token, in the order of the text; a change
/// of the sentence's id begins a new sentence, a change of the key a new document. Tags are spelled as corpora do
/// (TagScheme::read). Documents are put apart as a whole; without a key each sentence is one.
class SequenceTaggerTrainer final : public Trainer {
 public:
  [[nodiscard]] std::string_view name() const override { return "sequence-tagger"; }
  [[nodiscard]] std::string library() const override { return "lepton sequence-tagger 3"; }
  [[nodiscard]] Determinism determinism() const override { return Determinism::same_processor; }
  [[nodiscard]] std::string_view artifact_name() const override { return "model.bin"; }
  [[nodiscard]] json::Object parameter_schema() const override;
  void complete(TrainingSpec& spec) const override;
  [[nodiscard]] TrainingResult train(Call const& call, TrainingInput const& input,
                                     ProgressSink const& progress) const override;
};

}  // namespace lepton::learn
