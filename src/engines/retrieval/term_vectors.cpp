#include "retrieval/term_vectors.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "retrieval/terms.h"

namespace lepton::retrieval {

TermVectors::TermVectors(std::size_t dimensions, Numbers numbers, std::span<float const> idf,
                         std::span<float const> passages, std::span<float const> questions)
    : dimensions_(dimensions), numbers_(numbers), idf_(idf), passages_(passages), questions_(questions) {
  bool good = passages.size() == idf.size() * dimensions && (questions.empty() || questions.size() == passages.size());
  good = good && (numbers.slots().size() & (numbers.slots().size() - 1)) == 0;
  for (auto const& slot : numbers.slots()) good = good && (slot.check == 0 || slot.value < idf.size());
  for (auto const values : {idf, passages, questions})
    for (float const value : values) good = good && std::fabs(value) < 1e6F;
  if (!good) throw invalid("the index is damaged: its vectors of terms do not fit together");
}

TermVectors::TermVectors(runtime::ModelFile const& file, std::size_t dimensions)
    : TermVectors(dimensions, Numbers(file.array<Numbers::Slot>("vectors-slots")), file.array<float>("vectors-idf"),
                  file.array<float>("vectors-passages"), file.array<float>("vectors-questions")) {}

void TermVectors::write(runtime::ModelFileWriter& writer) const {
  writer.add("vectors-slots", std::vector(numbers_.slots().begin(), numbers_.slots().end()));
  writer.add("vectors-idf", std::vector(idf_.begin(), idf_.end()));
  writer.add("vectors-passages", std::vector(passages_.begin(), passages_.end()));
  writer.add("vectors-questions", std::vector(questions_.begin(), questions_.end()));
}

SparseVector TermVectors::terms(std::span<std::string const> texts) const {
  std::vector<std::uint32_t> numbers;
  for (auto const& text : texts)
    for (auto const& term : terms_of(text, Pieces::without))
      if (auto const* const number = numbers_.find(term.hash)) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  SparseVector out;
  double squares = 0;
  for (std::size_t i = 0; i < numbers.size();) {
    auto const begin = i;
    while (i < numbers.size() && numbers[i] == numbers[begin]) ++i;
    double const value = (1 + std::log(static_cast<double>(i - begin))) * static_cast<double>(idf_[numbers[begin]]);
    out.emplace_back(numbers[begin], static_cast<float>(value));
    squares += value * value;
  }
  for (auto& entry : out) entry.second *= static_cast<float>(squares > 0 ? 1 / std::sqrt(squares) : 0);
  return out;
}

std::vector<float> TermVectors::sum(SparseVector const& terms, std::span<float const> rows) const {
  std::vector<float> out(dimensions_, 0.0F);
  for (auto const& [number, value] : terms)
    for (std::size_t k = 0; k < dimensions_; ++k) out[k] += value * rows[number * dimensions_ + k];
  return out;
}

std::vector<float> TermVectors::of_passage(std::span<std::string const> texts) const {
  auto out = sum(terms(texts), passages_);
  make_unit(out);
  return out;
}

std::vector<float> TermVectors::of_question(std::string_view text) const {
  std::string const whole(text);
  auto out = sum(terms({&whole, 1}), asks_apart() ? questions_ : passages_);
  if (!asks_apart()) make_unit(out);
  return out;
}

}  // namespace lepton::retrieval
