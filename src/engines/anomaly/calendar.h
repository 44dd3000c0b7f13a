#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fields.h"
#include "base/time.h"

namespace lepton::anomaly {

/// Into what time is cut; all in UTC, weeks begin on Monday.
enum class Unit { hour, day, week, month };

/// The number of the period that a moment lies in; the next period has the next number.
[[nodiscard]] std::int64_t period_of(Unit unit, Timestamp moment);
/// When a period begins: "2026-11-29", of hours "2026-11-29T07:00:00Z".
[[nodiscard]] std::string name_of_period(Unit unit, std::int64_t period);
/// Periods of the season that the unit suggests: 24 hours, 7 days, 52 weeks, 12 months.
[[nodiscard]] std::size_t usual_season(Unit unit);

}  // namespace lepton::anomaly

template <>
struct lepton::EnumNames<lepton::anomaly::Unit> {
  using enum lepton::anomaly::Unit;
  static constexpr std::array<std::pair<lepton::anomaly::Unit, std::string_view>, 4> values{
      {{hour, "hour"}, {day, "day"}, {week, "week"}, {month, "month"}}};
};
