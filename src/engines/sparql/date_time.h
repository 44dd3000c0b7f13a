#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sparql/decimal.h"

namespace lepton::sparql {

/// A moment of XSD 1.1 §3.3.7 on its own clock: xsd:dateTime, or xsd:date as its midnight. A plain value.
struct DateTime {
  std::int64_t local_seconds = 0;  ///< since 1970-01-01T00:00:00 of the same clock
  std::int32_t nanoseconds = 0;
  std::optional<std::int16_t> offset_minutes;  ///< of the clock ahead of UTC

  struct Civil {
    std::int64_t year;
    int month, day, hour, minute, second;
  };
  [[nodiscard]] Civil civil() const;
  [[nodiscard]] Decimal seconds() const;
  /// "2010-06-21T11:28:01Z"
  [[nodiscard]] std::string text() const;
  /// "Z", "-05:00"; empty without a time zone.
  [[nodiscard]] std::string zone_text() const;
  friend bool operator==(DateTime const&, DateTime const&) = default;
};

[[nodiscard]] DateTime date_time_of(DateTime::Civil const& civil, std::int32_t nanoseconds);
/// Lexical forms; at most nine digits of a second's fraction are told apart.
[[nodiscard]] std::optional<DateTime> find_date_time(std::string_view text);
[[nodiscard]] std::optional<DateTime> find_date(std::string_view text);
/// XSD 1.1 §3.3.7.1: unordered when only one has a time zone and the other could be on either side of it.
[[nodiscard]] std::partial_ordering compare(DateTime const& a, DateTime const& b);
/// "PT5H", "-PT30M", "PT0S": xsd:dayTimeDuration of an offset.
[[nodiscard]] std::string duration_text(int minutes);

}  // namespace lepton::sparql
