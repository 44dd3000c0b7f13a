#include "recommend/item_scorer.h"

#include <algorithm>

namespace lepton::recommend {

void WeightScorer::score(std::span<Taken const> history, std::span<float> scores) const {
  std::fill(scores.begin(), scores.end(), 0.0f);
  for (auto const& [item, value] : history) {
    float const* const row = weights_.data() + std::size_t{item} * items_;
    for (std::size_t j = 0; j < items_; ++j) scores[j] += value * row[j];
  }
}

std::vector<Reason> WeightScorer::reasons(std::span<Taken const> history, std::uint32_t item) const {
  std::vector<Reason> reasons;
  for (auto const& taken : history)
    reasons.push_back(
        {taken.item, static_cast<double>(taken.value * weights_[std::size_t{taken.item} * items_ + item])});
  return reasons;
}

void PopularityScorer::score(std::span<Taken const>, std::span<float> scores) const {
  std::copy(counts_.begin(), counts_.end(), scores.begin());
}

std::vector<Reason> PopularityScorer::reasons(std::span<Taken const>, std::uint32_t) const {
  return {};
}

std::vector<float> popularity(Interactions const& interactions) {
  std::vector<float> counts(interactions.items());
  for (std::uint32_t user = 0; user < interactions.users(); ++user)
    for (auto const& taken : interactions.of(user)) counts[taken.item] += 1;
  return counts;
}

}  // namespace lepton::recommend
