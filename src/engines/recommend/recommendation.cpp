#include "recommend/recommendation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace lepton::recommend {
namespace {

constexpr std::size_t diversity_pool = 4;  // candidates for each place

std::vector<Reason> strongest(std::vector<Reason> reasons, std::size_t most) {
  std::erase_if(reasons, [](Reason const& reason) { return !(reason.part > 0); });
  std::stable_sort(reasons.begin(), reasons.end(), [](auto const& a, auto const& b) { return a.part > b.part; });
  if (reasons.size() > most) reasons.resize(most);
  return reasons;
}

}  // namespace

std::vector<std::uint32_t> best_items(std::span<float const> scores, std::span<std::uint32_t const> excluded,
                                      std::size_t most) {
  std::vector<std::uint32_t> items;
  items.reserve(scores.size());
  auto next = excluded.begin();
  for (std::uint32_t item = 0; item < scores.size(); ++item) {
    while (next != excluded.end() && *next < item) ++next;
    bool const out = (next != excluded.end() && *next == item) || !std::isfinite(scores[item]);
    if (!out) items.push_back(item);
  }
  auto const kept = std::min(most, items.size());
  std::partial_sort(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(kept), items.end(),
                    [&](auto a, auto b) { return scores[a] != scores[b] ? scores[a] > scores[b] : a < b; });
  items.resize(kept);
  return items;
}

double RowLikeness::operator()(std::uint32_t a, std::uint32_t b) const {
  double product = 0, square_a = 0, square_b = 0;
  for (std::size_t d = 0; d < width_; ++d) {
    auto const x = static_cast<double>(rows_[a * width_ + d]), y = static_cast<double>(rows_[b * width_ + d]);
    product += x * y;
    square_a += x * x;
    square_b += y * y;
  }
  return product > 0 ? product / std::sqrt(square_a * square_b) : 0;
}

std::vector<std::uint32_t> diverse_items(std::span<std::uint32_t const> candidates, std::span<float const> scores,
                                         ItemLikeness const& likeness, double diversity, std::size_t most) {
  std::vector<std::uint32_t> left(candidates.begin(), candidates.end()), chosen;
  if (left.empty()) return chosen;
  auto const [least, greatest] =
      std::minmax_element(left.begin(), left.end(), [&](auto a, auto b) { return scores[a] < scores[b]; });
  double const from = static_cast<double>(scores[*least]);
  double const range = std::max(static_cast<double>(scores[*greatest]) - from, 1e-30);
  std::vector<double> nearest(left.size());
  while (chosen.size() < most && !left.empty()) {
    std::size_t best = 0;
    double best_value = -2;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!chosen.empty()) nearest[i] = std::max(nearest[i], likeness(left[i], chosen.back()));
      double const relevance = (static_cast<double>(scores[left[i]]) - from) / range;
      double const value = (1 - diversity) * relevance - diversity * nearest[i];
      if (value > best_value) std::tie(best, best_value) = std::pair(i, value);
    }
    chosen.push_back(left[best]);
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
    nearest.erase(nearest.begin() + static_cast<std::ptrdiff_t>(best));
  }
  return chosen;
}

std::vector<Recommendation> recommend(ItemScorer const& scorer, std::span<Taken const> history,
                                      std::span<std::uint32_t const> excluded, ChoiceOptions const& options,
                                      ItemLikeness const* likeness) {
  require_known(history, scorer.items());
  if (!(options.diversity >= 0 && options.diversity <= 1))
    throw invalid(fmt::format("diversity is {}", options.diversity), {{"/diversity", "expected 0 to 1"}});
  if (options.diversity > 0 && likeness == nullptr)
    throw invalid("this model cannot tell which items are alike", {{"/diversity", "expected 0"}});
  std::vector<std::uint32_t> out(excluded.begin(), excluded.end());
  for (auto const& taken : history) out.push_back(taken.item);
  std::sort(out.begin(), out.end());
  std::vector<float> scores(scorer.items());
  scorer.score(history, scores);
  bool const diverse = options.diversity > 0;
  auto items = best_items(scores, out, diverse ? options.most * diversity_pool : options.most);
  if (diverse) items = diverse_items(items, scores, *likeness, options.diversity, options.most);
  std::vector<Recommendation> recommendations;
  for (auto const item : items)
    recommendations.push_back({item, scores[item], strongest(scorer.reasons(history, item), options.reasons)});
  return recommendations;
}

}  // namespace lepton::recommend
