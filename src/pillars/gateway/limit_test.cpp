#include "gateway/limit.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "gateway/rate.h"

namespace lepton::gateway {
namespace {

using std::chrono::milliseconds;

TEST(RateTest, LetsABurstThroughThenHoldsTheRate) {
  Rate rate(10, 3);
  Rate::Time now{std::chrono::seconds(100)};
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(rate.take(now));
  auto const wait = rate.take(now);
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait, milliseconds(100));
  EXPECT_FALSE(rate.take(now + *wait));
  EXPECT_TRUE(rate.take(now + *wait));
  int taken = 0;
  for (int i = 0; i < 10'000; ++i) taken += rate.take(now += milliseconds(1)) ? 0 : 1;
  EXPECT_EQ(taken, 99);  // of those due, the one after 100 ms has been taken already
}

TEST(PeriodTest, EndsWhereTheNextBegins) {
  auto const at = *find_timestamp("2024-02-29T13:37:11.5Z");
  EXPECT_EQ(to_string(period_start(Period::hour, at)), "2024-02-29T13:00:00Z");
  EXPECT_EQ(to_string(next_period(Period::hour, at)), "2024-02-29T14:00:00Z");
  EXPECT_EQ(to_string(period_start(Period::day, at)), "2024-02-29T00:00:00Z");
  EXPECT_EQ(to_string(next_period(Period::day, at)), "2024-03-01T00:00:00Z");
  EXPECT_EQ(to_string(period_start(Period::month, at)), "2024-02-01T00:00:00Z");
  EXPECT_EQ(to_string(next_period(Period::month, at)), "2024-03-01T00:00:00Z");
  EXPECT_EQ(to_string(next_period(Period::month, *find_timestamp("2024-12-31"))), "2025-01-01T00:00:00Z");
}

TEST(LimitTest, NamesEveryImpossiblePart) {
  try {
    validate({.requests_per_second = 0, .burst = 0, .quota = -1});
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.details().size(), 3U);
  }
}

}  // namespace
}  // namespace lepton::gateway
