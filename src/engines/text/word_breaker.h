#pragma once

#include <string_view>
#include <vector>

#include "text/breaks.h"
#include "text/word_lexicon.h"

namespace lepton::text {

/// Cuts texts into words as Breaker does, but runs of Chinese characters into the words that are likeliest together by
/// the counts of a lexicon (Viterbi; words independent of each other). ICU's words are known too, where the lexicon has
/// none, and so is every character alone. One thread at a time; the lexicon outlives it.
class WordBreaker {
 public:
  explicit WordBreaker(WordLexicon const& lexicon) : lexicon_(lexicon), icu_(Breaker::Unit::word) {}

  /// As Breaker::cut.
  [[nodiscard]] std::vector<Span> cut(std::string_view text);

 private:
  /// Appends the words of text[run), of which `icu` are ICU's.
  void cut_run(std::string_view text, Span run, std::span<Span const> icu, std::vector<Span>& words) const;

  WordLexicon const& lexicon_;
  Breaker icu_;
};

}  // namespace lepton::text
