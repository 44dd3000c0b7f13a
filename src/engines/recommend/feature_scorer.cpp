#include "recommend/feature_scorer.h"

#include <algorithm>
#include <cmath>

namespace lepton::recommend {
namespace {

/// Walks over what two rising rows have in common: the place in the first, and the product of both values.
template <typename Visit>
void for_shared(std::span<Taken const> a, std::span<Taken const> b, Visit const& visit) {
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i].item == b[j].item) visit(i, a[i].value * b[j].value);
    bool const step_a = a[i].item <= b[j].item, step_b = b[j].item <= a[i].item;
    i += step_a ? 1 : 0;
    j += step_b ? 1 : 0;
  }
}

float product(std::span<Taken const> a, std::span<Taken const> b) {
  float sum = 0;
  for_shared(a, b, [&](std::size_t, float one) { sum += one; });
  return sum;
}

}  // namespace

ItemFeatures telling_rows(ItemFeatures const& features) {
  auto const counts = popularity(features);
  std::vector<Interaction> weighted;
  for (std::uint32_t item = 0; item < features.users(); ++item)
    for (auto const& [feature, value] : features.of(item))
      weighted.push_back({item, feature, value / std::sqrt(std::sqrt(counts[feature]))});
  return {weighted, features.users(), features.items(), "features"};
}

FeatureScorer::FeatureScorer(ItemFeatures rows) : rows_(std::move(rows)), holders_(rows_.transposed()) {
  for (std::uint32_t item = 0; item < rows_.users(); ++item)
    squares_.push_back(product(rows_.of(item), rows_.of(item)));
}

void FeatureScorer::score(std::span<Taken const> history, std::span<float> scores) const {
  std::fill(scores.begin(), scores.end(), 0.0f);
  float const unit = unit_share(history);
  std::vector<float> profile(rows_.items());
  for (auto const& [item, value] : history)
    for (auto const& feature : rows_.of(item)) profile[feature.item] += unit * value * feature.value;
  for (std::uint32_t feature = 0; feature < profile.size(); ++feature)
    if (profile[feature] != 0)
      for (auto const& [item, value] : holders_.of(feature)) scores[item] += profile[feature] * value;
}

std::vector<Reason> FeatureScorer::reasons(std::span<Taken const> history, std::uint32_t item) const {
  auto const unit = static_cast<double>(unit_share(history));
  std::vector<Reason> reasons;
  for (auto const& taken : history)
    reasons.push_back(
        {taken.item, unit * static_cast<double>(taken.value * product(rows_.of(taken.item), rows_.of(item)))});
  return reasons;
}

std::vector<Taken> FeatureScorer::telling(std::span<std::uint32_t const> features) const {
  std::vector<Taken> row;
  for (auto const feature : features)
    if (auto const holders = holders_.of(feature); !holders.empty()) row.push_back({feature, holders[0].value});
  return row;
}

std::vector<SharedFeature> FeatureScorer::shared(std::span<Taken const> history, std::span<Taken const> wanted) const {
  float const unit = unit_share(history);
  std::vector<SharedFeature> sums(wanted.size());
  std::vector<float> greatest(wanted.size());
  for (auto const& taken : history)
    for_shared(wanted, rows_.of(taken.item), [&](std::size_t place, float product) {
      float const part = unit * taken.value * product;
      sums[place].feature = wanted[place].item;
      sums[place].part += static_cast<double>(part);
      if (part > greatest[place]) greatest[place] = part, sums[place].from = taken.item;
    });
  std::erase_if(sums, [](SharedFeature const& one) { return !(one.part > 0); });
  std::stable_sort(sums.begin(), sums.end(), [](auto const& a, auto const& b) { return a.part > b.part; });
  return sums;
}

double FeatureScorer::operator()(std::uint32_t a, std::uint32_t b) const {
  float const shared = product(rows_.of(a), rows_.of(b));
  return shared > 0 ? std::min(1.0, static_cast<double>(shared / std::sqrt(squares_[a] * squares_[b]))) : 0;
}

}  // namespace lepton::recommend
