#pragma once

#include <string_view>

#include "embed/words/word_vectors.h"
#include "runtime/tag_features.h"
#include "text/breaks.h"
#include "text/class_lexicon.h"

namespace lepton::learn {

/// Text that nobody needs to have tagged, counted in the words that a tagger of this unit looks up classes of: those of
/// tokenize_english, or, where tokens are characters, those that ICU's dictionary cuts a sentence into. One thread.
class ClassCorpus {
 public:
  explicit ClassCorpus(runtime::TagUnit unit) : unit_(unit) {}

  void add(std::string_view text);
  void add(runtime::TagDocument const& document);
  [[nodiscard]] std::uint64_t tokens() const { return counts_.tokens(); }
  /// Classes by neighbours, and by company: of vectors of words that could stand for each other. The same texts in the
  /// same order give the same, whatever the number of threads. Heeds the call.
  [[nodiscard]] text::ClassLexicon learn(Call const& call, text::LexiconOptions const& options) const;

 private:
  void add_sentence(std::string_view sentence);
  void add_words(std::vector<std::string_view> const& words);

  runtime::TagUnit unit_;
  text::Breaker sentences_{text::Breaker::Unit::sentence}, words_{text::Breaker::Unit::word};
  text::CorpusCounts counts_;
  embed::WordVectorLearner vectors_;
};

}  // namespace lepton::learn
