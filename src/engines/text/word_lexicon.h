#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/call.h"
#include "text/vocabulary.h"
#include "text/word_discovery.h"

namespace lepton::text {

/// Chinese words and how often each came: what WordBreaker chooses by. One thread adds; any number read afterwards.
class WordLexicon {
 public:
  static constexpr std::size_t longest_word = 64;  ///< bytes

  /// Throws Error{invalid} for an empty word, one longer than longest_word, or one with a tab or a line break.
  void add(std::string_view word, std::uint64_t times);
  /// 0 for a word that is not in it.
  [[nodiscard]] std::uint64_t count(std::string_view word) const;
  [[nodiscard]] std::size_t size() const { return words_.size(); }
  [[nodiscard]] std::string_view word(std::uint32_t number) const { return words_.word(number); }
  [[nodiscard]] std::uint64_t total() const { return total_; }    ///< of all counts
  [[nodiscard]] std::size_t longest() const { return longest_; }  ///< bytes of the longest word

  /// A line a word: "word<TAB>count".
  [[nodiscard]] std::string write() const;
  /// Throws Error{invalid} with the line that is not such.
  [[nodiscard]] static WordLexicon read(std::string_view lines);

 private:
  Vocabulary words_;
  std::uint64_t total_ = 0;
  std::size_t longest_ = 0;
};

/// How a lexicon is learnt.
struct WordLexiconOptions {
  DiscoveryOptions discovery;
  int rounds = 2;  ///< of cutting the texts and counting what came of it
};

/// The words of these texts: those of ICU's dictionary that they use and those that WordDiscovery finds where the
/// dictionary leaves a character over (two of its words that often stand together are a phrase), counted as WordBreaker
/// cuts the texts by them, most frequent first; words that then do not come are left out. Equal texts give an equal
/// lexicon. Heeds the call.
[[nodiscard]] WordLexicon learn_words(Call const& call, std::span<std::string const> texts,
                                      WordLexiconOptions const& options = {});

}  // namespace lepton::text
