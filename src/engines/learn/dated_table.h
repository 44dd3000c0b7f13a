#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "anomaly/calendar.h"
#include "anomaly/row_series.h"
#include "base/call.h"

namespace lepton::learn {

/// What was counted in one period.
struct CountedPeriod {
  std::uint64_t total = 0;
  std::size_t rows = 0;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> counts;  ///< by series, rising; others counted nothing
};

/// Dated rows as counts: a period for each step of the calendar from the first row's to the last one's, those without
/// rows too. A plain value.
struct DatedTable {
  std::vector<std::string> series;  ///< by falling count, ties by name
  std::int64_t first_period = 0;
  std::vector<CountedPeriod> periods;

  /// The counts of all series in a period.
  [[nodiscard]] std::vector<std::uint64_t> counts_of(std::size_t period) const;
};

/// Reads RFC 4180 CSV with a header and counts the series that at least `least_count` rows have, the `most_series`
/// most frequent of them. Throws Error{invalid}: columns that are not there, and with line and column a time that is
/// none, a count that is no whole number from 0 on; also for more than 100,000 periods.
[[nodiscard]] DatedTable read_dated(Call const& call, std::filesystem::path const& file,
                                    anomaly::RowColumns const& columns, anomaly::Unit unit, std::uint64_t least_count,
                                    std::size_t most_series);

}  // namespace lepton::learn
