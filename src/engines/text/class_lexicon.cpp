#include "text/class_lexicon.h"

#include <charconv>

#include "base/error.h"
#include "text/lines.h"
#include "text/shape.h"

namespace lepton::text {

void ClassLexicon::add(std::string_view word, Classes const& classes) {
  auto const number = words_.add(word);
  if (number == classes_.size()) classes_.push_back(classes);
}

ClassLexicon::Classes const* ClassLexicon::find(std::string_view masked_word) const {
  auto const number = words_.find(masked_word);
  return number == Vocabulary::absent ? nullptr : &classes_[number];
}

void ClassLexicon::set_company(std::uint32_t number, std::array<std::uint16_t, by_company> const& classes) {
  std::copy(classes.begin(), classes.end(), classes_[number].begin() + by_neighbours);
}

std::string ClassLexicon::write() const {
  std::string out;
  for (std::uint32_t i = 0; i < size(); ++i) {
    out += words_.word(i);
    for (auto const label : classes_[i]) out += fmt::format("\t{}", label);
    out += '\n';
  }
  return out;
}

ClassLexicon ClassLexicon::read(std::string_view lines) {
  ClassLexicon lexicon;
  for_each_line(lines, [&](std::string_view line, std::size_t number) {
    auto const* from = std::find(line.begin(), line.end(), '\t');
    std::string_view const word(line.data(), static_cast<std::size_t>(from - line.begin()));
    Classes classes{};
    bool good = !word.empty();
    for (auto& label : classes) {
      good = good && from != line.end();
      if (!good) break;
      auto const parsed = std::from_chars(from + 1, line.end(), label);
      good = parsed.ec == std::errc();
      from = parsed.ptr;
    }
    if (!good || from != line.end())
      throw invalid(
          fmt::format("line {} of the word classes is not a word and {} classes with tabs between", number, grains));
    lexicon.add(word, classes);
  });
  return lexicon;
}

void CorpusCounts::add(std::vector<std::string_view> const& sentence) {
  auto const edge = words_.add("<edge>");
  auto previous = edge;
  auto const count = [&](std::uint32_t next) {
    ++bigrams_[std::uint64_t{previous} << 32 | next];
    previous = next;
  };
  for (auto const word : sentence) count(words_.add(mask_digits(word)));
  if (previous != edge) count(edge);
  tokens_ += sentence.size();
}

ClassLexicon CorpusCounts::learn(Call const& call, LexiconOptions const& options, ClusteringSink const& sink) const {
  auto const kept = words_.frequent(options.least_count, options.most_words);
  std::vector<std::uint32_t> number_of(words_.size());
  for (std::uint32_t i = 0; i < words_.size(); ++i) number_of[i] = kept.find(words_.word(i));
  std::vector<Bigram> bigrams;
  for (auto const& [pair, count] : bigrams_) {
    auto const first = number_of[pair >> 32], second = number_of[pair & 0xFFFFFFFFu];
    if (first != Vocabulary::absent && second != Vocabulary::absent) bigrams.push_back({first, second, count});
  }
  std::sort(bigrams.begin(), bigrams.end(),
            [](auto& a, auto& b) { return std::tie(a.first, a.second) < std::tie(b.first, b.second); });
  std::vector<ClassLexicon::Classes> classes(kept.size());
  for (std::size_t grain = 0; grain < ClassLexicon::by_neighbours; ++grain) {
    ClusteringOptions const clustering{
        .classes = options.classes[grain], .rounds = options.rounds, .threads = options.threads};
    auto const labels = cluster_words(call, static_cast<std::uint32_t>(kept.size()), bigrams, clustering, sink);
    for (std::size_t i = 0; i < labels.size(); ++i) classes[i][grain] = static_cast<std::uint16_t>(labels[i] + 1);
  }
  ClassLexicon lexicon;
  for (std::uint32_t i = 0; i < kept.size(); ++i)
    if (kept.word(i) != "<edge>") lexicon.add(kept.word(i), classes[i]);
  return lexicon;
}

}  // namespace lepton::text
