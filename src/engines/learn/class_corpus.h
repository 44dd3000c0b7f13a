#pragma once

#include <string_view>

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
  [[nodiscard]] text::CorpusCounts const& counts() const { return counts_; }

 private:
  void add_sentence(std::string_view sentence);

  runtime::TagUnit unit_;
  text::Breaker sentences_{text::Breaker::Unit::sentence}, words_{text::Breaker::Unit::word};
  text::CorpusCounts counts_;
};

}  // namespace lepton::learn
