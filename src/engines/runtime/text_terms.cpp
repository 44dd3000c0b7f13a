#include "runtime/text_terms.h"

#include <algorithm>

#include "text/english.h"
#include "text/hash.h"
#include "text/normal.h"
#include "text/utf8.h"

namespace lepton::runtime {
namespace {

constexpr std::uint64_t pair_mark = 0x70616972;  // keeps a pair apart from a run of the same words

bool all_ascii(std::string_view text) {
  unsigned char all = 0;
  for (char const c : text) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

/// Of text in lower case.
bool is_letter(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z');
}

}  // namespace

void TextTerms::read(std::string_view text) {
  if (all_ascii(text)) {
    text_.assign(text);
    for (char& c : text_)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  } else {
    text_ = text::normalise(text, {.compatibility = true, .case_folded = true});
  }
  spans_.clear();
  text::tokenize_english(text_, spans_);
  for (char& c : text_)
    if (c >= '0' && c <= '9') c = '0';
  hashes_.clear();
  for (auto const span : spans_) hashes_.push_back(text::hash64(span.of(text_), 41));
}

std::vector<std::string> TextTerms::names() const {
  auto const is_han = [&](std::size_t i) { return text::is_han(text::decode(word(i), 0).character); };
  std::vector<std::string> names;
  for (std::size_t i = 0; i < words(); ++i) {
    auto const one = word(i);
    if (!is_han(i)) {
      if (one.size() > 1 && std::any_of(one.begin(), one.end(), is_letter)) names.emplace_back(one);
    } else if (i + 1 < words() && is_han(i + 1) && one.data() + one.size() == word(i + 1).data()) {
      names.emplace_back(one.data(), one.size() + word(i + 1).size());
    }
  }
  return names;
}

void TextTerms::add_word_terms(std::string_view word, std::uint64_t hash, std::vector<std::uint64_t>& terms) const {
  terms.push_back(hash);
  if (options_.most_characters == 0 || word.empty() || text::is_han(text::decode(word, 0).character)) return;
  std::string const marked = fmt::format("\x01{}\x02", word);
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < marked.size(); at += text::decode(marked, at).bytes) starts.push_back(at);
  starts.push_back(marked.size());
  std::string_view const view = marked;
  auto const characters = starts.size() - 1;
  for (auto n = static_cast<std::size_t>(options_.least_characters);
       n <= static_cast<std::size_t>(options_.most_characters) && n <= characters; ++n)
    for (std::size_t i = 0; i + n <= characters; ++i)
      terms.push_back(text::hash64(view.substr(starts[i], starts[i + n] - starts[i]), 43));
}

void TextTerms::add_run_terms(std::size_t i, std::vector<std::uint64_t>& terms) const {
  std::uint64_t run = hashes_[i];
  auto const last = std::min(hashes_.size(), i + static_cast<std::size_t>(options_.words));
  for (std::size_t next = i + 1; next < last; ++next) {
    run = text::combine(run, hashes_[next]);
    terms.push_back(run);
  }
  if (options_.gap == 0) return;
  auto const end = std::min(hashes_.size(), i + 2 + static_cast<std::size_t>(options_.gap));
  for (std::size_t next = i + 2; next < end; ++next)
    terms.push_back(text::combine(hashes_[i] ^ pair_mark, hashes_[next]));
}

TextTerms::RunEnd TextTerms::end_of(std::size_t i, std::size_t term) const {
  auto const runs = std::min(hashes_.size(), i + static_cast<std::size_t>(options_.words)) - i - 1;
  bool const is_pair = term >= runs;
  return {is_pair ? i + 2 + term - runs : i + 1 + term, is_pair};
}

}  // namespace lepton::runtime
