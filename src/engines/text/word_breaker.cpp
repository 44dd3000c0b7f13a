#include "text/word_breaker.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "text/utf8.h"

namespace lepton::text {
namespace {

// Occurrences that words which the lexicon has not are taken to have.
constexpr double of_icu = 0.5, of_character = 0.01;

bool is_all_han(std::string_view word) {
  for (std::size_t at = 0; at < word.size();) {
    auto const [character, bytes] = decode(word, at);
    if (!is_han(character)) return false;
    at += bytes;
  }
  return true;
}

}  // namespace

std::vector<Span> WordBreaker::cut(std::string_view text) {
  auto const icu = icu_.cut(text);
  std::vector<Span> words;
  for (std::size_t i = 0; i < icu.size();) {
    auto end = i;
    while (end < icu.size() && (end == i || icu[end].begin == icu[end - 1].end) && is_all_han(icu[end].of(text))) ++end;
    if (end == i) {
      words.push_back(icu[i++]);
      continue;
    }
    cut_run(text, {icu[i].begin, icu[end - 1].end}, std::span(icu).subspan(i, end - i), words);
    i = end;
  }
  return words;
}

void WordBreaker::cut_run(std::string_view text, Span run, std::span<Span const> icu, std::vector<Span>& words) const {
  std::vector<std::uint32_t> starts;
  for (auto at = run.begin; at < run.end; at += decode(text, at).bytes) starts.push_back(at);
  starts.push_back(run.end);
  auto const last = starts.size() - 1;
  std::vector<double> best(starts.size(), -std::numeric_limits<double>::infinity());
  std::vector<std::size_t> from(starts.size(), 0);
  best[0] = 0;
  double const total = std::log(static_cast<double>(lexicon_.total()) + 1);
  auto next_icu = icu.begin();
  for (std::size_t begin = 0; begin < last; ++begin) {
    while (next_icu != icu.end() && next_icu->begin < starts[begin]) ++next_icu;
    bool const icu_begins = next_icu != icu.end() && next_icu->begin == starts[begin];
    for (auto end = begin + 1; end <= last; ++end) {
      auto const size = starts[end] - starts[begin];
      bool const of_dictionary = icu_begins && next_icu->end == starts[end];
      if (end > begin + 1 && size > lexicon_.longest() && !(icu_begins && next_icu->end >= starts[end])) break;
      auto const known = static_cast<double>(lexicon_.count(text.substr(starts[begin], size)));
      double const count = std::max({known, of_dictionary ? of_icu : 0, end == begin + 1 ? of_character : 0});
      if (count == 0) continue;
      double const sum = best[begin] + std::log(count) - total;
      if (sum <= best[end]) continue;
      best[end] = sum;
      from[end] = begin;
    }
  }
  auto const first = static_cast<std::ptrdiff_t>(words.size());
  for (auto at = last; at > 0; at = from[at]) words.push_back({starts[from[at]], starts[at]});
  std::reverse(words.begin() + first, words.end());
}

}  // namespace lepton::text
