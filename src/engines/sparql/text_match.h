#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/breaks.h"
#include "text/index_keys.h"

namespace lepton::sparql {

/// The predicate that searches words: `?literal <urn:lepton:text:matches> "words"`.
inline constexpr std::string_view text_matches = "urn:lepton:text:matches";

/// Words that a text must have, all of them, in any sequence; upper and lower case, full and half width are equal,
/// Chinese is cut into words by ICU's dictionary. A word with "*" behind it is the beginning of one. One thread.
class TextMatch {
 public:
  explicit TextMatch(std::string_view query);

  [[nodiscard]] bool matches(std::string_view text);
  /// What an index has for every text that matches.
  [[nodiscard]] std::vector<text::KeyPattern> patterns() const;

 private:
  struct Word {
    std::string text;
    bool prefix = false;
  };
  [[nodiscard]] std::vector<std::string> words_of(std::string_view text);

  text::Breaker breaker_;
  std::vector<Word> sought_;
};

}  // namespace lepton::sparql
