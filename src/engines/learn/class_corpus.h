#pragma once

#include <string_view>

#include "embed/words/word_vectors.h"
#include "runtime/tag_features.h"
#include "text/breaks.h"
#include "text/class_lexicon.h"

namespace lepton::learn {

/// What a text says of its words.
struct WordKnowledge {
  text::ClassLexicon classes;
  std::size_t dimensions = 0;
  std::vector<float> vectors;  ///< of the words that `classes` begins with, which are those that tokens may be
};

/// Text that nobody needs to have tagged, counted in the words that a tagger of this unit looks up classes of: those of
/// tokenize_english, or, where tokens are characters, those that ICU's dictionary cuts a sentence into. One thread.
class ClassCorpus {
 public:
  explicit ClassCorpus(runtime::TagUnit unit) : unit_(unit) {}

  void add(std::string_view text);
  void add(runtime::TagDocument const& document);
  [[nodiscard]] std::uint64_t tokens() const { return counts_.tokens(); }
  /// Classes of words by neighbours, vectors of words, near where one could stand for the other, and classes by them;
  /// where tokens are characters, the vectors that are kept are those of characters. The same texts in the same order
  /// give the same on the same processor, whatever the number of threads. Heeds the call.
  [[nodiscard]] WordKnowledge learn(Call const& call, text::LexiconOptions const& options) const;

 private:
  void add_sentence(std::string_view sentence);
  void add_words(std::vector<std::string_view> const& words);
  static void add_masked(std::vector<std::string_view> const& words, embed::WordVectorLearner& learner);

  runtime::TagUnit unit_;
  text::Breaker sentences_{text::Breaker::Unit::sentence}, words_{text::Breaker::Unit::word};
  text::CorpusCounts counts_;
  embed::WordVectorLearner vectors_, characters_;
};

}  // namespace lepton::learn
