#include "anomaly/calendar.h"

#include <fmt/format.h>

#include <chrono>

namespace lepton::anomaly {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t micros_of_hour = 3'600'000'000, micros_of_day = 24 * micros_of_hour;
constexpr std::int64_t monday = 3;  // days from the Monday before 1 January 1970, a Thursday

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

std::string name_of_day(std::int64_t day) {
  year_month_day const date{sys_days{days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace

std::int64_t period_of(Unit unit, Timestamp moment) {
  if (unit == Unit::hour) return floor_divide(moment.micros, micros_of_hour);
  auto const day = floor_divide(moment.micros, micros_of_day);
  if (unit == Unit::day) return day;
  if (unit == Unit::week) return floor_divide(day + monday, 7);
  year_month_day const date{sys_days{days{day}}};
  return static_cast<std::int64_t>(static_cast<int>(date.year())) * 12 +
         static_cast<std::int64_t>(static_cast<unsigned>(date.month())) - 1;
}

std::string name_of_period(Unit unit, std::int64_t period) {
  switch (unit) {
    case Unit::hour:
      return to_string(Timestamp{period * micros_of_hour});
    case Unit::day:
      return name_of_day(period);
    case Unit::week:
      return name_of_day(period * 7 - monday);
    case Unit::month:
      break;
  }
  auto const year = floor_divide(period, 12);
  return fmt::format("{:04}-{:02}-01", year, period - year * 12 + 1);
}

std::size_t usual_season(Unit unit) {
  switch (unit) {
    case Unit::hour:
      return 24;
    case Unit::day:
      return 7;
    case Unit::week:
      return 52;
    case Unit::month:
      break;
  }
  return 12;
}

}  // namespace lepton::anomaly
