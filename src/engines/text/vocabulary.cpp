#include "text/vocabulary.h"

namespace lepton::text {

std::uint32_t Vocabulary::add(std::string_view word, std::uint64_t times) {
  auto number = find(word);
  if (number == absent) {
    number = static_cast<std::uint32_t>(words_.size());
    words_.emplace_back(word);
    counts_.push_back(0);
    numbers_.emplace(words_.back(), number);
  }
  counts_[number] += times;
  return number;
}

std::uint32_t Vocabulary::find(std::string_view word) const {
  auto const found = numbers_.find(word);
  return found == numbers_.end() ? absent : found->second;
}

Vocabulary Vocabulary::frequent(std::uint64_t times, std::size_t most) const {
  std::vector<std::uint32_t> kept;
  for (std::uint32_t i = 0; i < size(); ++i)
    if (counts_[i] >= times) kept.push_back(i);
  std::sort(kept.begin(), kept.end(),
            [&](auto a, auto b) { return counts_[a] != counts_[b] ? counts_[a] > counts_[b] : words_[a] < words_[b]; });
  if (kept.size() > most) kept.resize(most);
  Vocabulary out;
  for (auto const number : kept) out.add(words_[number], counts_[number]);
  return out;
}

}  // namespace lepton::text
