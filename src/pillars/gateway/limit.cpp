#include "gateway/limit.h"

#include <cmath>

#include "base/error.h"

namespace lepton::gateway {

void validate(Limit const& limit) {
  Details problems;
  if (limit.requests_per_second && !(*limit.requests_per_second > 0 && *limit.requests_per_second <= 1e6))
    problems["/requests_per_second"] = "expected a number above 0, at most 1000000";
  if (limit.burst < 1 || limit.burst > 1'000'000) problems["/burst"] = "expected 1 to 1000000";
  if (limit.quota && *limit.quota < 0) problems["/quota"] = "expected 0 or more";
  if (!problems.empty()) throw invalid("the limit is not possible", problems);
}

Timestamp period_start(Period period, Timestamp t) {
  using namespace std::chrono;
  sys_time<microseconds> const at{microseconds(t.micros)};
  auto const micros = [](auto when) { return Timestamp{duration_cast<microseconds>(when.time_since_epoch()).count()}; };
  if (period == Period::hour) return micros(floor<hours>(at));
  auto const day = floor<days>(at);
  if (period == Period::day) return micros(day);
  year_month_day const date(day);
  return micros(sys_days(date.year() / date.month() / 1));
}

Timestamp next_period(Period period, Timestamp t) {
  using namespace std::chrono;
  auto const start = period_start(period, t);
  if (period == Period::hour) return start + Duration(hours(1));
  // 31 days after the first of a month, and a day after midnight, are in the next one.
  return period_start(period, start + Duration(period == Period::day ? days(1) : days(31)));
}

}  // namespace lepton::gateway
