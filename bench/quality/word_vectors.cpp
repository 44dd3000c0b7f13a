// Vectors of words learnt from 21 MB of news: are names of countries near names of countries?
#include "embed/words/word_vectors.h"

#include <fmt/format.h>

#include <cstdio>
#include <set>

#include "base/call.h"
#include "base/file.h"
#include "quality.h"
#include "text/breaks.h"
#include "text/english.h"
#include "text/lines.h"
#include "text/normal.h"

namespace lepton::bench {
namespace {

constexpr std::size_t nearest = 10;

/// Names of one word.
std::set<std::string> countries_in(std::string_view lists) {
  std::set<std::string> names;
  text::for_each_line(lists, [&](std::string_view line, std::size_t) {
    constexpr std::string_view kind = "K_country\t";
    if (line.starts_with(kind) && line.find(' ') == std::string_view::npos) names.emplace(line.substr(kind.size()));
  });
  return names;
}

void learn_from(std::filesystem::path const& path, embed::WordVectorLearner& learner) {
  text::Breaker sentences(text::Breaker::Unit::sentence);
  auto const text = text::lower(read_file(path));
  std::vector<text::Span> words;
  std::vector<std::string_view> sentence;
  for (auto const span : sentences.cut(text)) {
    words.clear();
    sentence.clear();
    text::tokenize_english(span.of(text), words);
    for (auto const word : words) sentence.push_back(word.of(span.of(text)));
    learner.add(sentence);
  }
}

}  // namespace

void word_vectors(std::filesystem::path const& data) {
  for (std::string const file : {"reuters_c50/all.txt", "bbc/all.txt", "gazetteers/gaz_perm.tsv"})
    if (!std::filesystem::exists(data / file)) {
      fmt::print("word vectors: skipped, {} is not there\n", (data / file).string());
      return;
    }
  SystemClock const clock;
  double const before = cpu_seconds();
  embed::WordVectorLearner learner;
  for (std::string const name : {"reuters_c50", "bbc"}) learn_from(data / name / "all.txt", learner);
  double const read = cpu_seconds();
  auto const vectors = embed::WordVectors::parse(learner.learn(system_call(clock)));
  double const learnt = cpu_seconds();
  auto const countries = countries_in(read_file(data / "gazetteers" / "gaz_perm.tsv"));
  std::size_t asked = 0, right = 0;
  for (auto const& country : countries) {
    auto const number = vectors.find(country);
    if (!number) continue;
    ++asked;
    for (auto const& neighbour : vectors.nearest(*number, nearest)) right += countries.count(neighbour.word);
  }
  fmt::print(
      "word vectors: {} words, {:.1f} s of CPU to read, {:.1f} to learn; of the ten nearest words of {} names of "
      "countries {:.3f} are countries too (by chance {:.3f})\n",
      vectors.size(), read - before, learnt - read, asked,
      static_cast<double>(right) / static_cast<double>(asked * nearest),
      static_cast<double>(asked) / static_cast<double>(vectors.size()));
}

}  // namespace lepton::bench
