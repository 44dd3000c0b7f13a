#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "learn/monotone.h"

namespace lepton::learn {

/// Rows of a range, and those of them with the event.
struct RangeCount {
  double rows = 0, events = 0;

  [[nodiscard]] double rate() const { return events / rows; }
};

struct BinningOptions {
  int most_ranges = 6;
  double least_share = 0.03;          ///< of the rows with a value, in each range
  std::optional<Monotone> direction;  ///< of the event's rate as the value grows
};

/// Ranges of a number that tell an event apart.
struct Binning {
  std::vector<double> cuts;        ///< ascending; a value belongs to the range behind the last cut that it reaches
  std::vector<RangeCount> ranges;  ///< one more than cuts
  RangeCount missing;              ///< rows without value

  /// The place of a value among the ranges; behind them all for a missing one.
  [[nodiscard]] std::size_t range_of(float value) const;
  /// Of all ranges, then of missing values.
  [[nodiscard]] std::vector<RangeCount> counts() const;

  /// ln (share of the rows without event ÷ share of those with it): above 0 where the event is rarer than on average.
  /// Half a row more on each side keeps it finite. The last is that of missing values, 0 where there are none.
  [[nodiscard]] std::vector<double> weights_of_evidence() const;
  /// Σ (difference of those shares) × weight: below 0.02 the number tells nothing, from 0.3 on it tells much.
  [[nodiscard]] double information() const;
};

/// Cuts values into fine ranges of equally many rows and joins neighbours, always those whose join loses least
/// (χ²), until all ranges are large enough, few enough, and monotone where that is asked for. `events` are 0 or 1. One
/// range when nothing tells apart. Equal input gives equal ranges.
[[nodiscard]] Binning choose_ranges(std::span<float const> values, std::span<float const> events,
                                    BinningOptions const& options);

}  // namespace lepton::learn
