#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/call.h"
#include "learn/crf_training.h"
#include "learn/labelled_document.h"
#include "runtime/sequence_tagger.h"
#include "text/class_lexicon.h"
#include "text/gazetteer.h"

namespace lepton::learn {

struct TaggerOptions {
  runtime::TagUnit unit = runtime::TagUnit::word;
  int stages = 2;
  int folds = 4;                  ///< parts that label each other for the second stage
  std::uint32_t least_count = 2;  ///< rarer features are left out
  int readings = 0;               ///< as TaggerSettings has them
  CrfOptions crf;
  CrfOptions second_crf;  ///< of the second stage
};

/// What a tagger may know beside its training data; null: nothing. They are written into the artifact.
struct TaggerSources {
  text::GazetteerBuilder const* names = nullptr;
  text::ClassLexicon const* classes = nullptr;
};

/// Called after each round of each of `passes` trainings with the share of all the work that is done.
using TaggerSink = std::function<void(std::string const& stage, int round, double loss, double done)>;

/// Learns a runtime::SequenceTagger: features that came often enough, a first stage, labels of the training documents
/// by models that have not seen them, and a second stage that looks at those. On `validation`, which is never learnt
/// from, confidences are calibrated (few found spans there: they are left as they are). Equal input gives an equal
/// artifact, byte for byte. Throws Error{invalid} when there is nothing to learn. Heeds the call.
[[nodiscard]] std::string train_tagger(Call const& call, std::vector<LabelledDocument> const& train,
                                       std::vector<LabelledDocument> const& validation,
                                       std::vector<std::string> const& types, TaggerSources const& sources,
                                       TaggerOptions const& options, TaggerSink const& sink = {});

/// A slot a word of the lexicon, as taggers keep it.
[[nodiscard]] std::vector<runtime::ClassTable::Slot> class_slots(text::ClassLexicon const& classes);

}  // namespace lepton::learn
