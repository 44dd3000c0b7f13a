#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/call.h"
#include "learn/class_corpus.h"
#include "learn/crf_training.h"
#include "learn/labelled_document.h"
#include "runtime/sequence_tagger.h"
#include "text/gazetteer.h"

namespace lepton::learn {

struct TaggerOptions {
  runtime::TagUnit unit = runtime::TagUnit::word;
  int stages = 2;
  int folds = 4;                  ///< parts that label each other for the second stage
  std::uint32_t least_count = 2;  ///< rarer features are left out
  int readings = 0;               ///< as TaggerSettings has them
  std::size_t units = 64;         ///< of the layer over vectors, where there are such: a multiple of 16; 0: no layer
  CrfOptions crf;
  CrfOptions second_crf;  ///< of the second stage
};

/// What a tagger may know beside its training data; null: nothing. They are written into the artifact.
struct TaggerSources {
  text::GazetteerBuilder const* names = nullptr;
  WordKnowledge const* words = nullptr;
};

/// A round of one of the trainings that a tagger takes: of a stage, or of a fold for the second stage.
struct TaggerRound {
  std::string stage;
  CrfRound of_stage;  ///< judged by the F1 of names in held-out documents
  int rounds = 0;     ///< at most, of the stage
  double done = 0;    ///< share of all the work
};
using TaggerSink = std::function<void(TaggerRound const&)>;

/// Learns a runtime::SequenceTagger: features that came often enough, a first stage, labels of the training documents
/// by models that have not seen them, and a second stage that looks at those. On `validation`, which is never learnt
/// from, confidences are calibrated (few found spans there: they are left as they are), and a stage with patience ends
/// when names are found no better there; folds then take as many rounds as the first stage was best after. Equal input
/// gives an equal artifact, byte for byte, on the same kind of processor. Throws Error{invalid} when there is nothing
/// to learn, and for patience without a name to find. Heeds the call.
[[nodiscard]] std::string train_tagger(Call const& call, std::vector<LabelledDocument> const& train,
                                       std::vector<LabelledDocument> const& validation,
                                       std::vector<std::string> const& types, TaggerSources const& sources,
                                       TaggerOptions const& options, TaggerSink const& sink = {});

/// A slot a word of the lexicon, as taggers keep it.
[[nodiscard]] std::vector<runtime::ClassTable::Slot> class_slots(text::ClassLexicon const& classes);

}  // namespace lepton::learn
