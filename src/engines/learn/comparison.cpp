#include "learn/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "base/check.h"
#include "learn/binary_report.h"

namespace lepton::learn {

double mcnemar(std::int64_t one, std::int64_t other) {
  auto const all = static_cast<double>(one + other);
  double tail = 0;
  for (std::int64_t i = 0; i <= std::min(one, other); ++i) {
    auto const at = static_cast<double>(i);
    tail += std::exp(std::lgamma(all + 1) - std::lgamma(at + 1) - std::lgamma(all - at + 1) - all * std::log(2));
  }
  return std::min(1.0, 2 * tail);
}

Comparison compare_accuracy(std::string baseline, std::span<std::uint32_t const> predicted,
                            std::span<std::uint32_t const> by_baseline, std::span<std::uint32_t const> actual) {
  check(!actual.empty() && predicted.size() == actual.size() && by_baseline.size() == actual.size(),
        "both models answered every row");
  std::int64_t both = 0, model = 0, other = 0;
  for (std::size_t row = 0; row < actual.size(); ++row) {
    bool const right = predicted[row] == actual[row], baseline_right = by_baseline[row] == actual[row];
    both += right && baseline_right ? 1 : 0;
    model += right && !baseline_right ? 1 : 0;
    other += !right && baseline_right ? 1 : 0;
  }
  auto const rows = static_cast<double>(actual.size());
  return {std::move(baseline),
          "accuracy",
          static_cast<double>(both + model) / rows,
          static_cast<double>(both + other) / rows,
          mcnemar(model, other),
          {},
          {}};
}

Comparison compare_with_majority(std::span<std::uint32_t const> learnt, std::span<std::uint32_t const> predicted,
                                 std::span<std::uint32_t const> actual) {
  std::map<std::uint32_t, std::size_t> counts;
  for (auto const one : learnt) ++counts[one];
  auto const most =
      std::max_element(counts.begin(), counts.end(), [](auto& a, auto& b) { return a.second < b.second; });
  check(most != counts.end(), "something was learnt from");
  std::vector<std::uint32_t> const always(actual.size(), most->first);
  return compare_accuracy("majority class", predicted, always, actual);
}

Comparison compare_auc(std::string baseline, std::span<float const> scores, std::span<float const> by_baseline,
                       std::span<float const> labels, std::uint64_t seed) {
  auto const difference = bootstrap_auc_difference(scores, by_baseline, labels, seed);
  return {
      std::move(baseline), "auc",          area_under_curve(scores, labels), area_under_curve(by_baseline, labels), {},
      difference.low,      difference.high};
}

}  // namespace lepton::learn
