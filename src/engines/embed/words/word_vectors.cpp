#include "embed/words/word_vectors.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/error.h"
#include "embed/low_rank.h"
#include "embed/option_problems.h"

namespace lepton::embed {
namespace {

constexpr std::string_view kind = "word-vectors";
constexpr std::uint32_t format = 1;
constexpr std::uint32_t edge = text::Vocabulary::absent;  // of a sentence
constexpr std::uint32_t rare = edge - 1;

void check_options(WordVectorOptions const& options) {
  OptionProblems problems;
  problems.whole("dimensions", static_cast<std::int64_t>(options.dimensions), 1, 1024);
  problems.whole("window", static_cast<std::int64_t>(options.window), 1, 100);
  problems.whole("least_count", static_cast<std::int64_t>(options.least_count), 1, 1'000'000'000);
  problems.whole("most_words", static_cast<std::int64_t>(options.most_words), 1, 10'000'000);
  problems.real("smoothing", options.smoothing, 0, 1);
  problems.require_none("the vectors of words");
}

/// How often words keep company, weighted by how near they are: (word, companion) → weight, in order.
std::vector<std::pair<std::uint64_t, double>> count_company(Call const& call, std::span<std::uint32_t const> text,
                                                            std::size_t window) {
  std::unordered_map<std::uint64_t, double> counts;
  auto const add = [&](std::uint32_t a, std::uint32_t b, double weight) {
    counts[std::uint64_t{a} << 32 | b] += weight;
    counts[std::uint64_t{b} << 32 | a] += weight;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 65'536 == 0) call.proceed();
    if (text[i] >= rare) continue;
    for (std::size_t distance = 1; distance <= window && i + distance < text.size(); ++distance) {
      auto const companion = text[i + distance];
      if (companion == edge) break;
      if (companion != rare) add(text[i], companion, 1 / static_cast<double>(distance));
    }
  }
  std::vector<std::pair<std::uint64_t, double>> out(counts.begin(), counts.end());
  std::sort(out.begin(), out.end());
  return out;
}

/// Where it is above 0, the logarithm of how much more often two words keep company than chance has it.
std::vector<SparseVector> mutual_information(std::vector<std::pair<std::uint64_t, double>> const& company,
                                             std::size_t words, double smoothing) {
  std::vector<double> of_word(words, 0);
  for (auto const& [pair, weight] : company) of_word[pair >> 32] += weight;
  double all = 0, smoothed = 0;
  for (double const weight : of_word) {
    all += weight;
    smoothed += std::pow(weight, smoothing);
  }
  std::vector<SparseVector> rows(words);
  for (auto const& [pair, weight] : company) {
    auto const word = pair >> 32, companion = pair & 0xFFFFFFFFU;
    double const chance = of_word[word] / all * std::pow(of_word[companion], smoothing) / smoothed;
    double const information = std::log(weight / all / chance);
    if (information > 0)
      rows[word].emplace_back(static_cast<std::uint32_t>(companion), static_cast<float>(information));
  }
  return rows;
}

}  // namespace

WordVectors::WordVectors(runtime::ModelFile file)
    : file_(std::move(file)), words_(file_, "words"), values_(file_.array<float>("vectors")) {
  bool good = words_.size() > 0 && values_.size() % words_.size() == 0 && !values_.empty();
  for (float const value : values_) good = good && std::fabs(value) <= 1.001F;
  if (!good) throw invalid("the file is damaged: its words and vectors do not fit together");
  dimensions_ = values_.size() / words_.size();
}

WordVectors WordVectors::open(std::filesystem::path const& path) {
  return WordVectors(runtime::ModelFile::open(path, kind, format));
}

WordVectors WordVectors::parse(std::string_view bytes) {
  return WordVectors(runtime::ModelFile::parse(bytes, kind, format));
}

std::vector<WordVectors::Neighbour> WordVectors::nearest(std::uint32_t number, std::size_t most) const {
  auto const wanted = vector(number);
  std::vector<std::pair<double, std::uint32_t>> order;  // less for nearer
  for (std::uint32_t other = 0; other < size(); ++other) {
    if (other == number) continue;
    auto const row = vector(other);
    double cosine = 0;
    for (std::size_t k = 0; k < dimensions_; ++k) cosine += static_cast<double>(wanted[k]) * row[k];
    order.emplace_back(-cosine, other);
  }
  auto const kept = static_cast<std::ptrdiff_t>(std::min(most, order.size()));
  std::partial_sort(order.begin(), order.begin() + kept, order.end());
  std::vector<Neighbour> out;
  for (auto at = order.begin(); at < order.begin() + kept; ++at)
    out.push_back({std::string(word(at->second)), -at->first});
  return out;
}

void WordVectorLearner::add(std::span<std::string_view const> sentence) {
  for (auto const word : sentence) text_.push_back(words_.add(word));
  text_.push_back(edge);
}

std::string WordVectorLearner::learn(Call const& call, WordVectorOptions const& options) const {
  check_options(options);
  auto const kept = words_.frequent(options.least_count, options.most_words);
  if (kept.size() == 0) throw invalid(fmt::format("no word comes {} times: add more text", options.least_count));
  std::vector<std::uint32_t> number_of(words_.size());
  for (std::uint32_t i = 0; i < words_.size(); ++i) {
    auto const number = kept.find(words_.word(i));
    number_of[i] = number == text::Vocabulary::absent ? rare : number;
  }
  std::vector<std::uint32_t> text;
  for (auto const word : text_) text.push_back(word == edge ? edge : number_of[word]);
  auto const rows = mutual_information(count_company(call, text, options.window), kept.size(), options.smoothing);
  auto vectors = right_singular_vectors(call, rows, kept.size(), options.dimensions, options.seed);
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < kept.size(); ++i) {
    names.emplace_back(kept.word(i));
    make_unit({vectors.row(i), options.dimensions});
  }
  runtime::ModelFileWriter writer{std::string(kind), format};
  write_names(writer, "words", names);
  writer.add("vectors", vectors.values);
  return writer.finish();
}

}  // namespace lepton::embed
