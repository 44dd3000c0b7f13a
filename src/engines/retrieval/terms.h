#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"

namespace lepton::retrieval {

/// What a term is made of. Each kind has a weight of its own in a search.
enum class TermKind : std::uint8_t {
  word,   ///< a run of letters and digits; of Han characters, each two that stand together
  pair,   ///< two words in a row
  piece,  ///< three or four characters of a word, its edges marked: finds other forms and slips of the pen
};
inline constexpr std::size_t term_kinds = 3;

/// A term by its hash. Different terms share a hash once in about 2⁶⁴ pairs; kinds never do.
struct Term {
  std::uint64_t hash = 0;
  TermKind kind = TermKind::word;
};

enum class Pieces : std::uint8_t { with, without };

/// A text made comparable, and the words in it.
struct CutText {
  struct Word {
    std::uint64_t hash = 0;
    std::uint32_t begin = 0, size = 0;  ///< in `text`
    bool has_pieces = false;            ///< of letters
  };
  std::string text;
  std::vector<Word> words;

  [[nodiscard]] std::string_view view(Word const& word) const {
    return std::string_view(text).substr(word.begin, word.size);
  }
};

/// A run of more characters is cut there, so that a megabyte without a space is many words.
inline constexpr std::size_t longest_word = 64;

/// Cuts a text into terms, in its order, the same way when it is stored and when it is asked for: compatibility forms
/// and case are made equal (NFKC, case folding); punctuation and white space separate. English and Chinese, and
/// whatever else writes words with letters. Any bytes are accepted; throws Error{invalid} for a text longer than
/// text::longest_text. Any thread.
[[nodiscard]] CutText cut_words(std::string_view text);
[[nodiscard]] std::vector<Term> terms_of(std::string_view text, Pieces pieces = Pieces::with);
/// The hash of two words in a row.
[[nodiscard]] std::uint64_t pair_of(std::uint64_t first, std::uint64_t second);
/// The hashes of the pieces of a comparable word, each as often as it stands there.
[[nodiscard]] std::vector<std::uint64_t> pieces_of(std::string_view word);
/// The hashes of the words alone, a Han character being a word: what near-duplicates are compared by.
[[nodiscard]] std::vector<std::uint64_t> words_of(std::string_view text);

}  // namespace lepton::retrieval
