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

/// A matrix by (row << 32 | column), in order; what is not there is 0.
using Counts = std::vector<std::pair<std::uint64_t, double>>;

/// Rows of a matrix of companions by words: a companion each or, in place, a companion at a place.
std::size_t companion_rows(WordVectorOptions const& options, std::size_t words) {
  return options.company == Company::in_place ? 2 * options.window * words : words;
}

/// How often words keep company.
Counts count_company(Call const& call, std::span<std::uint32_t const> text, std::size_t words,
                     WordVectorOptions const& options) {
  bool const in_place = options.company == Company::in_place;
  std::unordered_map<std::uint64_t, double> counts;
  auto const add = [&](std::uint32_t before, std::uint32_t after, std::size_t distance) {
    double const weight = in_place ? 1 : 1 / static_cast<double>(distance);
    std::size_t const place = in_place ? 2 * (distance - 1) : 0;
    counts[(place * words + before) << 32 | after] += weight;
    counts[((place + (in_place ? 1 : 0)) * words + after) << 32 | before] += weight;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 65'536 == 0) call.proceed();
    if (text[i] >= rare) continue;
    for (std::size_t distance = 1; distance <= options.window && i + distance < text.size(); ++distance) {
      auto const companion = text[i + distance];
      if (companion == edge) break;
      if (companion != rare) add(text[i], companion, distance);
    }
  }
  Counts out(counts.begin(), counts.end());
  std::sort(out.begin(), out.end());
  return out;
}

/// Where it is above 0, the logarithm of how much more often word and companion come together than chance has it. Of
/// companions in place the rare ones count less; together, where both are the same words, those that the columns are.
std::vector<SparseVector> mutual_information(Counts const& counts, std::size_t rows, std::size_t words,
                                             WordVectorOptions const& options) {
  std::vector<double> of_row(rows, 0), of_word(words, 0);
  double all = 0;
  for (auto const& [pair, weight] : counts) {
    of_row[pair >> 32] += weight;
    of_word[pair & 0xFFFFFFFFU] += weight;
    all += weight;
  }
  bool const in_place = options.company == Company::in_place;
  double smoothed = 0;
  for (double& weight : in_place ? of_row : of_word) smoothed += weight = std::pow(weight, options.smoothing);
  std::vector<SparseVector> information(rows);
  for (auto const& [pair, weight] : counts) {
    double const chance = of_row[pair >> 32] * of_word[pair & 0xFFFFFFFFU] / all / smoothed;
    double const value = std::log(weight / all / chance);
    if (value > 0)
      information[pair >> 32].emplace_back(static_cast<std::uint32_t>(pair & 0xFFFFFFFFU), static_cast<float>(value));
  }
  return information;
}

/// Scales each direction by the square root of its singular value.
void weigh_directions(std::vector<SparseVector> const& matrix, DenseRows& vectors) {
  auto const turned = product(matrix, vectors);
  std::vector<double> squares(vectors.columns, 0);
  for (std::size_t i = 0; i < turned.values.size(); ++i)
    squares[i % vectors.columns] += static_cast<double>(turned.values[i]) * turned.values[i];
  for (std::size_t i = 0; i < vectors.values.size(); ++i)
    vectors.values[i] *= static_cast<float>(std::pow(squares[i % vectors.columns], 0.25));
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
  auto const matrix = mutual_information(count_company(call, text, kept.size(), options),
                                         companion_rows(options, kept.size()), kept.size(), options);
  auto vectors = right_singular_vectors(call, matrix, kept.size(), options.dimensions, options.seed);
  if (options.company == Company::in_place) weigh_directions(matrix, vectors);
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
