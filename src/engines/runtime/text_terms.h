#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.h"
#include "text/token.h"

namespace lepton::runtime {

/// Which terms a text is made of.
struct TermOptions {
  int words = 2;             ///< longest run of words that is a term
  int least_characters = 2;  ///< pieces of words, their edges marked
  int most_characters = 5;   ///< 0: no pieces
  int gap = 0;               ///< most words between the two of a pair that is a term, if there are any; 0: no pairs

  static constexpr auto fields() {
    using O = TermOptions;
    return std::tuple{required("words", &O::words, "longest run of words that is a term"),
                      required("least_characters", &O::least_characters, "shortest piece of a word"),
                      required("most_characters", &O::most_characters, "longest piece of a word; 0: none"),
                      optional("gap", &O::gap, "most words between the two of a pair; 0: no pairs")};
  }
};

/// Cuts a text into words (Han characters one by one), in lower case and with digits masked, and names its terms by
/// hash: the words with their pieces, and runs of words. The same in training and in serving. One thread; views it
/// gives live until the next text.
class TextTerms {
 public:
  explicit TextTerms(TermOptions const& options) : options_(options) {}

  /// Any bytes are accepted. Throws Error{invalid} for a text longer than text::longest_text.
  void read(std::string_view text);
  [[nodiscard]] std::size_t words() const { return hashes_.size(); }
  [[nodiscard]] std::string_view word(std::size_t i) const { return spans_[i].of(text_); }
  [[nodiscard]] std::uint64_t hash(std::size_t i) const { return hashes_[i]; }

  /// Words that name something, in their order: of two bytes and more and with a letter, and of Han characters each two
  /// that stand together.
  [[nodiscard]] std::vector<std::string> names() const;

  /// The word itself and its pieces.
  void add_word_terms(std::string_view word, std::uint64_t hash, std::vector<std::uint64_t>& terms) const;
  /// Runs of two and more words that begin with word i, then its pairs with words further on.
  void add_run_terms(std::size_t i, std::vector<std::uint64_t>& terms) const;
  /// Where the term with number `term` of add_run_terms(i) ends, and whether it is a pair.
  struct RunEnd {
    std::size_t last;
    bool is_pair;
  };
  [[nodiscard]] RunEnd end_of(std::size_t i, std::size_t term) const;

 private:
  TermOptions options_;
  std::string text_;
  std::vector<text::Span> spans_;
  std::vector<std::uint64_t> hashes_;
};

}  // namespace lepton::runtime
