#include "anomaly/calendar.h"

#include <gtest/gtest.h>

namespace lepton::anomaly {
namespace {

std::string begins(Unit unit, std::string const& moment) {
  return name_of_period(unit, period_of(unit, find_timestamp(moment).value()));
}

TEST(Calendar, SaysWhenAPeriodBegins) {
  EXPECT_EQ(begins(Unit::hour, "1987-10-19T14:59:59.999Z"), "1987-10-19T14:00:00Z");
  EXPECT_EQ(begins(Unit::day, "1987-10-19T23:30:00-02:00"), "1987-10-20");
  EXPECT_EQ(begins(Unit::week, "1987-10-18"), "1987-10-12");  // a Sunday
  EXPECT_EQ(begins(Unit::week, "1987-10-19"), "1987-10-19");  // a Monday
  EXPECT_EQ(begins(Unit::month, "2024-02-29"), "2024-02-01");
}

TEST(Calendar, CountsBackBeyond1970) {
  EXPECT_EQ(begins(Unit::hour, "1969-12-31T23:59:59Z"), "1969-12-31T23:00:00Z");
  EXPECT_EQ(begins(Unit::day, "1969-12-31T00:00:01Z"), "1969-12-31");
  EXPECT_EQ(begins(Unit::week, "1969-12-28"), "1969-12-22");
  EXPECT_EQ(begins(Unit::month, "1969-12-31"), "1969-12-01");
}

TEST(Calendar, PeriodsFollowEachOther) {
  auto const at = [](Unit unit, std::string const& day) { return period_of(unit, find_timestamp(day).value()); };
  EXPECT_EQ(at(Unit::day, "2024-03-01") - at(Unit::day, "2024-02-28"), 2);
  EXPECT_EQ(at(Unit::month, "2025-01-15") - at(Unit::month, "2024-12-31"), 1);
  EXPECT_EQ(at(Unit::week, "2026-11-30") - at(Unit::week, "2026-11-29"), 1);
}

}  // namespace
}  // namespace lepton::anomaly
