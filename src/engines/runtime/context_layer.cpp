#include "runtime/context_layer.h"

#include <algorithm>
#include <bit>

namespace lepton::runtime {
namespace {

void add_times(float* sum, float factor, float const* row, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) sum[i] += factor * row[i];
}

}  // namespace

std::vector<float> ContextLayer::of_word(std::span<float const> word) const {
  std::vector<float> out(ContextShape::places * shape_.units, 0.0F);
  for (std::size_t place = 0; place < ContextShape::places; ++place)
    for (std::size_t i = 0; i < word.size(); ++i)
      if (word[i] != 0)
        add_times(out.data() + place * shape_.units, word[i], row(place * shape_.word() + i), shape_.units);
  return out;
}

std::vector<float> ContextLayer::of_document(std::span<float const> topic) const {
  std::vector<float> out(row(shape_.bias_at()), row(shape_.bias_at()) + shape_.units);
  for (std::size_t i = 0; i < topic.size(); ++i)
    add_times(out.data(), topic[i], row(shape_.topic_at() + i), shape_.units);
  return out;
}

void ContextLayer::add_scores(std::span<float const> document, std::span<float const* const> words, std::uint64_t lists,
                              std::span<float> scores) const {
  float units[ContextShape::most_units];
  std::copy(document.begin(), document.end(), units);
  for (std::size_t place = 0; place < words.size(); ++place)
    add_times(units, 1, words[place] + place * shape_.units, shape_.units);
  for (; lists != 0; lists &= lists - 1)
    add_times(units, 1, row(shape_.lists_at() + static_cast<std::size_t>(std::countr_zero(lists))), shape_.units);
  float const* const outputs = row(shape_.inputs());
  for (std::size_t unit = 0; unit < shape_.units; ++unit)
    if (units[unit] > 0) add_times(scores.data(), units[unit], outputs + unit * shape_.width, shape_.width);
}

}  // namespace lepton::runtime
