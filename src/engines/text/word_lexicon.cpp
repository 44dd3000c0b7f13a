#include "text/word_lexicon.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "text/lines.h"
#include "text/utf8.h"
#include "text/word_breaker.h"

namespace lepton::text {
namespace {

bool begins_with_han(std::string_view word) {
  return !word.empty() && is_han(decode(word, 0).character);
}

/// The words of the texts as `breaker` cuts them.
template <typename Cutter>
Vocabulary count_words(Call const& call, std::span<std::string const> texts, Cutter& breaker) {
  Vocabulary words;
  for (auto const& text : texts) {
    call.proceed();
    for (auto const span : breaker.cut(text))
      if (auto const word = span.of(text); begins_with_han(word) && word.size() <= WordLexicon::longest_word)
        words.add(word);
  }
  return words.frequent(1);
}

/// Whether every part that ICU cuts it into is a word of two and more characters.
bool is_phrase(std::string_view word, Breaker& icu) {
  auto const parts = icu.cut(word);
  return std::all_of(parts.begin(), parts.end(), [&](Span part) { return length(part.of(word)) > 1; });
}

WordLexicon lexicon_of(Vocabulary const& words) {
  WordLexicon lexicon;
  for (std::uint32_t i = 0; i < words.size(); ++i) lexicon.add(words.word(i), words.count(i));
  return lexicon;
}

}  // namespace

void WordLexicon::add(std::string_view word, std::uint64_t times) {
  if (word.empty() || word.size() > longest_word || word.find_first_of("\t\n") != std::string_view::npos)
    throw invalid(
        fmt::format("a word of {} bytes: expected 1 to {}, without tabs and line breaks", word.size(), longest_word));
  words_.add(word, times);
  total_ += times;
  longest_ = std::max(longest_, word.size());
}

std::uint64_t WordLexicon::count(std::string_view word) const {
  auto const number = words_.find(word);
  return number == Vocabulary::absent ? 0 : words_.count(number);
}

std::string WordLexicon::write() const {
  std::string out;
  for (std::uint32_t i = 0; i < words_.size(); ++i) out += fmt::format("{}\t{}\n", words_.word(i), words_.count(i));
  return out;
}

WordLexicon WordLexicon::read(std::string_view lines) {
  WordLexicon lexicon;
  for_each_line(lines, [&](std::string_view line, std::size_t number) {
    auto const tab = line.find('\t');
    std::uint64_t count = 0;
    bool good = tab != std::string_view::npos && tab > 0 && tab <= longest_word;
    if (good) {
      auto const parsed = std::from_chars(line.data() + tab + 1, line.data() + line.size(), count);
      good = parsed.ec == std::errc() && parsed.ptr == line.data() + line.size() && count > 0;
    }
    if (!good)
      throw invalid(
          fmt::format("line {} of the words is not 'word<TAB>count' with a word of at most {} bytes and a count from 1",
                      number, longest_word));
    lexicon.add(line.substr(0, tab), count);
  });
  return lexicon;
}

WordLexicon learn_words(Call const& call, std::span<std::string const> texts, WordLexiconOptions const& options) {
  WordDiscovery discovery;
  for (auto const& text : texts) discovery.add(text);
  Breaker icu(Breaker::Unit::word);
  auto lexicon = lexicon_of(count_words(call, texts, icu));
  for (auto const& found : discovery.find(call, options.discovery))
    if (lexicon.count(found.word) == 0 && !is_phrase(found.word, icu)) lexicon.add(found.word, found.count);
  for (int round = 0; round < options.rounds; ++round) {
    WordBreaker breaker(lexicon);
    lexicon = lexicon_of(count_words(call, texts, breaker));
  }
  return lexicon;
}

}  // namespace lepton::text
