#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/fields.h"

namespace lepton::learn {

/// A model beside a plainer one, on the same held-out rows.
struct Comparison {
  std::string baseline;  ///< "majority class"
  std::string metric;    ///< "accuracy" or "auc"
  double value = 0;      ///< of the model
  double baseline_value = 0;
  std::optional<double> p_value;    ///< accuracy: that so uneven a split of the rows only one gets right is chance
  std::optional<double> low, high;  ///< auc: 95 % interval of the difference, by paired bootstrap

  static constexpr auto fields() {
    using C = Comparison;
    return std::tuple{required("baseline", &C::baseline, "what the model is compared with"),
                      required("metric", &C::metric, "accuracy or auc"),
                      required("value", &C::value, "of the model"),
                      required("baseline_value", &C::baseline_value, "of the baseline"),
                      optional("p_value", &C::p_value, "of the difference being chance (McNemar's exact test)"),
                      optional("low", &C::low, "of the difference, 95 % interval"),
                      optional("high", &C::high, "of the difference, 95 % interval")};
  }
};

/// McNemar's test, exact and two-sided: of `one` rows that only one model got right and `other` that only the other
/// did, the probability of a split at least as uneven if both were equally good.
[[nodiscard]] double mcnemar(std::int64_t one, std::int64_t other);

/// Accuracies on the same rows, which occur.
[[nodiscard]] Comparison compare_accuracy(std::string baseline, std::span<std::uint32_t const> predicted,
                                          std::span<std::uint32_t const> by_baseline,
                                          std::span<std::uint32_t const> actual);

/// With the class that most rows which were learnt from have; of equals, the first.
[[nodiscard]] Comparison compare_with_majority(std::span<std::uint32_t const> learnt,
                                               std::span<std::uint32_t const> predicted,
                                               std::span<std::uint32_t const> actual);

/// Areas under the curve on the same rows, of which some have label 1 and some 0. Equal input gives an equal interval.
[[nodiscard]] Comparison compare_auc(std::string baseline, std::span<float const> scores,
                                     std::span<float const> by_baseline, std::span<float const> labels,
                                     std::uint64_t seed);

}  // namespace lepton::learn
