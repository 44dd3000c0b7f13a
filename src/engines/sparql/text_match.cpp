#include "sparql/text_match.h"

#include <algorithm>

#include "text/normal.h"

namespace lepton::sparql {

namespace {

/// Punctuation is cut out as well, and is no word.
bool is_word(std::string_view span) {
  unsigned char const first = static_cast<unsigned char>(span.front());
  return first >= 0x80 || (first >= '0' && first <= '9') || (first >= 'a' && first <= 'z');
}

}  // namespace

TextMatch::TextMatch(std::string_view query) : breaker_(text::Breaker::Unit::word) {
  // Stars are looked at before the words are cut, which would drop them.
  std::size_t at = 0;
  while (at < query.size()) {
    std::size_t const star = std::min(query.find('*', at), query.size());
    for (auto& word : words_of(query.substr(at, star - at))) sought_.push_back({std::move(word), false});
    bool const glued = star < query.size() && star > at && query[star - 1] != ' ';
    if (glued && !sought_.empty()) sought_.back().prefix = true;
    at = star + 1;
  }
}

std::vector<std::string> TextMatch::words_of(std::string_view text) {
  std::string const folded = text::normalise(text, {.compatibility = true, .case_folded = true});
  std::vector<std::string> out;
  for (auto const& span : breaker_.cut(folded)) {
    std::string_view const word = std::string_view(folded).substr(span.begin, span.end - span.begin);
    if (is_word(word)) out.emplace_back(word);
  }
  return out;
}

// ICU never cuts between letters and digits of ASCII, so a word's runs of them are whole in the text, too.
std::vector<text::KeyPattern> TextMatch::patterns() const {
  std::vector<text::KeyPattern> all;
  for (Word const& word : sought_) {
    auto of_word = text::key_patterns(word.text, text::Edge::bound, word.prefix ? text::Edge::open : text::Edge::bound);
    std::ranges::move(of_word, std::back_inserter(all));
  }
  return all;
}

bool TextMatch::matches(std::string_view text) {
  if (sought_.empty() || text.empty()) return false;
  auto const words = words_of(text);
  return std::ranges::all_of(sought_, [&](Word const& sought) {
    return std::ranges::any_of(words, [&](std::string const& word) {
      return sought.prefix ? word.starts_with(sought.text) : word == sought.text;
    });
  });
}

}  // namespace lepton::sparql
