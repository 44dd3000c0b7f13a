#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/call.h"
#include "base/fields.h"
#include "base/time.h"

namespace lepton::gateway {

/// Calendar periods in UTC.
enum class Period { hour, day, month };

}  // namespace lepton::gateway

template <>
struct lepton::EnumNames<lepton::gateway::Period> {
  using P = lepton::gateway::Period;
  static constexpr std::array<std::pair<P, std::string_view>, 3> values{
      {{P::hour, "hour"}, {P::day, "day"}, {P::month, "month"}}};
};

namespace lepton::gateway {

/// How much may be asked with one key.
struct Limit {
  std::optional<double> requests_per_second;
  std::int64_t burst = 10;
  std::optional<std::int64_t> quota;
  Period period = Period::day;

  friend bool operator==(Limit const&, Limit const&) = default;
  static constexpr auto fields() {
    return std::tuple{
        optional("requests_per_second", &Limit::requests_per_second, "steady rate; absent: as fast as the server can"),
        optional("burst", &Limit::burst, "requests that may come at once before the rate holds"),
        optional("quota", &Limit::quota, "answered requests per period; absent: no end"),
        optional("period", &Limit::period, "hour, day or month of UTC that the quota is for")};
  }
};

/// Throws Error{invalid} for rates and counts that are not positive.
void validate(Limit const& limit);

/// First moment of the period that `t` is in, and of the next one.
[[nodiscard]] Timestamp period_start(Period period, Timestamp t);
[[nodiscard]] Timestamp next_period(Period period, Timestamp t);

/// A key as limits and metering name it: whose, and its name. A rotated key is the same key.
struct KeyRef {
  PrincipalId principal;
  std::string credential;  ///< "key loan-system", "session"

  friend auto operator<=>(KeyRef const&, KeyRef const&) = default;
};

}  // namespace lepton::gateway

template <>
struct std::hash<lepton::gateway::KeyRef> {
  std::size_t operator()(lepton::gateway::KeyRef const& key) const noexcept {
    return std::hash<std::string>()(key.principal.str()) * 31 + std::hash<std::string>()(key.credential);
  }
};
