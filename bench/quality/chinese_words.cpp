// Words of Chinese text: ICU's dictionary beside words learnt from the text itself. No text here is cut by hand, but
// named entities are marked, and a word edge belongs where an entity has one. Bits a character: what it costs to tell
// headlines word by word with the counts of other headlines, a word that is new being spelt; the right words cost
// least.
#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <set>

#include "base/call.h"
#include "base/file.h"
#include "quality.h"
#include "text/lines.h"
#include "text/utf8.h"
#include "text/vocabulary.h"
#include "text/word_breaker.h"

namespace lepton::bench {
namespace {

using Cutter = std::function<std::vector<text::Span>(std::string_view)>;

/// A sentence and where its entities stand.
struct Marked {
  std::string text;
  std::vector<text::Span> entities;
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  text::for_each_line(text, [&](std::string_view line, std::size_t) { lines.push_back(line); });
  return lines;
}

/// Lines "character<TAB>label", an empty line after each sentence.
std::vector<Marked> read_marked(std::filesystem::path const& path) {
  auto const file = read_file(path);
  std::vector<Marked> sentences(1);
  for (auto const line : lines_of(file)) {
    auto& [sentence, entities] = sentences.back();
    auto const tab = line.find('\t');
    if (tab == std::string_view::npos) {
      if (!sentence.empty()) sentences.emplace_back();
      continue;
    }
    auto const begin = static_cast<std::uint32_t>(sentence.size());
    sentence += line.substr(0, tab);
    auto const end = static_cast<std::uint32_t>(sentence.size());
    if (line[tab + 1] == 'B') entities.push_back({begin, end});
    if (line[tab + 1] == 'I' && !entities.empty()) entities.back().end = end;
  }
  if (sentences.back().text.empty()) sentences.pop_back();
  return sentences;
}

std::vector<std::string> read_headlines(std::filesystem::path const& path) {
  auto const file = read_file(path);
  std::vector<std::string> headlines;
  for (auto const line : lines_of(file)) headlines.emplace_back(line.substr(0, line.find('\t')));
  return headlines;
}

std::vector<std::string> texts_of(std::vector<Marked> const& sentences) {
  std::vector<std::string> texts;
  for (auto const& sentence : sentences) texts.push_back(sentence.text);
  return texts;
}

void print_entities(std::string_view name, std::vector<Marked> const& sentences, Cutter const& cut) {
  std::size_t entities = 0, edges = 0, whole = 0, words = 0, characters = 0;
  for (auto const& [text, marked] : sentences) {
    std::set<std::uint32_t> begins, ends;
    std::set<std::pair<std::uint32_t, std::uint32_t>> cuts;
    for (auto const [begin, end] : cut(text)) {
      begins.insert(begin);
      ends.insert(end);
      cuts.emplace(begin, end);
    }
    words += cuts.size();
    characters += text::length(text);
    for (auto const [begin, end] : marked) {
      ++entities;
      edges += begins.count(begin) > 0 && ends.count(end) > 0 ? 1 : 0;
      whole += cuts.count({begin, end});
    }
  }
  auto const share = [&](std::size_t some) { return static_cast<double>(some) / static_cast<double>(entities); };
  fmt::print("  {:<22} both edges {:.3f}  one word {:.3f}  {:.2f} characters a word\n", name, share(edges),
             share(whole), static_cast<double>(characters) / static_cast<double>(words));
}

/// Counts of words and of the characters by which a new word is spelt.
class Telling {
 public:
  Telling(std::vector<std::string> const& texts, Cutter const& cut) {
    for (auto const& text : texts)
      for (auto const span : cut(text)) {
        words_.add(span.of(text));
        for_each_character(span.of(text), [&](std::string_view character) { characters_.add(character); });
        characters_.add("");
      }
    for (std::uint32_t i = 0; i < words_.size(); ++i) {
      total_ += static_cast<double>(words_.count(i));
      once_ += words_.count(i) == 1 ? 1 : 0;
    }
    for (std::uint32_t i = 0; i < characters_.size(); ++i) spelt_ += static_cast<double>(characters_.count(i));
  }

  [[nodiscard]] double bits(std::string_view word) const {
    auto const known = words_.find(word);
    if (known != text::Vocabulary::absent)
      return std::log2((total_ + once_) / static_cast<double>(words_.count(known)));
    double sum = std::log2((total_ + once_) / once_) + bits_of_character("");
    for_each_character(word, [&](std::string_view character) { sum += bits_of_character(character); });
    return sum;
  }

 private:
  static void for_each_character(std::string_view word, std::function<void(std::string_view)> const& take) {
    for (std::size_t at = 0; at < word.size();) {
      auto const bytes = text::decode(word, at).bytes;
      take(word.substr(at, bytes));
      at += bytes;
    }
  }
  [[nodiscard]] double bits_of_character(std::string_view character) const {
    constexpr double alphabet = 20'000;
    auto const known = characters_.find(character);
    double const count = known == text::Vocabulary::absent ? 0 : static_cast<double>(characters_.count(known));
    return std::log2((spelt_ + alphabet) / (count + 1));
  }

  text::Vocabulary words_, characters_;
  double total_ = 0, once_ = 1, spelt_ = 0;
};

void print_bits(std::string_view name, std::vector<std::string> const& known, std::vector<std::string> const& told,
                Cutter const& cut) {
  Telling const telling(known, cut);
  double bits = 0, characters = 0;
  for (auto const& text : told)
    for (auto const span : cut(text)) {
      bits += telling.bits(span.of(text));
      characters += static_cast<double>(text::length(span.of(text)));
    }
  fmt::print("  {:<22} {:.3f} bits a character\n", name, bits / characters);
}

/// `learnt_from` teaches the lexicon; `print` is told of each way to cut.
void compare(std::vector<std::string> const& learnt_from, text::WordLexiconOptions const& options,
             std::function<void(std::string_view name, Cutter const& cut)> const& print) {
  SystemClock const clock;
  double const before = cpu_seconds();
  auto const lexicon = text::learn_words(system_call(clock), learnt_from, options);
  fmt::print("  {} words learnt in {:.2f} s of CPU\n", lexicon.size(), cpu_seconds() - before);
  text::Breaker icu(text::Breaker::Unit::word);
  text::WordBreaker learnt(lexicon);
  print("characters", [](std::string_view text) { return text::characters(text, true); });
  print("ICU", [&](std::string_view text) { return icu.cut(text); });
  print("learnt from the text", [&](std::string_view text) { return learnt.cut(text); });
}

bool there(std::filesystem::path const& data) {
  for (std::string const name : {"ner_msra", "thucnews_headlines"})
    if (!std::filesystem::exists(data / name)) {
      fmt::print("Chinese words: skipped, {} is not there\n", (data / name).string());
      return false;
    }
  return true;
}

void try_options(std::vector<Marked> const& sentences, text::WordLexiconOptions const& options) {
  auto const& [longest, count, cohesion, freedom] = options.discovery;
  fmt::print("longest {}, least count {}, cohesion {}, freedom {}, {} rounds\n", longest, count, cohesion, freedom,
             options.rounds);
  std::vector<Marked> known, held;
  for (std::size_t i = 0; i < sentences.size(); ++i) (i % 10 == 0 ? held : known).push_back(sentences[i]);
  std::fflush(stdout);
  compare(texts_of(known), options, [&](std::string_view name, Cutter const& cut) { print_entities(name, held, cut); });
}

}  // namespace

void chinese_words(std::filesystem::path const& data) {
  if (!there(data)) return;
  auto const known = texts_of(read_marked(data / "ner_msra" / "train.char.bio"));
  auto const marked = read_marked(data / "ner_msra" / "test.char.bio");
  fmt::print("entities of MSRA's test, words learnt from its training text\n");
  compare(known, {}, [&](std::string_view name, Cutter const& cut) { print_entities(name, marked, cut); });
  auto const headlines = read_headlines(data / "thucnews_headlines" / "dev.txt"),
             told = read_headlines(data / "thucnews_headlines" / "test.txt");
  fmt::print("headlines of THUCNews told by the counts of 10,000 others\n");
  compare(headlines, {}, [&](std::string_view name, Cutter const& cut) { print_bits(name, headlines, told, cut); });
}

void chinese_words_development(std::filesystem::path const& data) {
  if (!there(data)) return;
  auto const sentences = read_marked(data / "ner_msra" / "train.char.bio");
  for (double const cohesion : {5.0, 7.0, 9.0}) try_options(sentences, {.discovery = {.least_cohesion = cohesion}});
}

}  // namespace lepton::bench
