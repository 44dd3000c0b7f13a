#include "base/time.h"

#include <gtest/gtest.h>

namespace lepton {
namespace {

TEST(Timestamp, IsWrittenAndReadInRfc3339) {
  auto const t = find_timestamp("2026-11-23T08:15:00.120Z");
  ASSERT_TRUE(t);
  EXPECT_EQ(to_string(*t), "2026-11-23T08:15:00.12Z");
  EXPECT_EQ(find_timestamp("2026-11-23T16:15:00.12+08:00"), t);
  EXPECT_EQ(to_string(find_timestamp("1969-12-31T23:59:59.5Z").value()), "1969-12-31T23:59:59.5Z");
  EXPECT_EQ(to_string(find_timestamp("2024-02-29").value()), "2024-02-29T00:00:00Z");
}

TEST(Timestamp, RefusesWhatIsNotATime) {
  for (auto const* text :
       {"", "2026", "2023-02-29", "2026-11-23T25:00:00Z", "2026-11-23T08:15:00", "2026-11-23T08:15:00.Z", "x"})
    EXPECT_FALSE(find_timestamp(text)) << text;
}

TEST(Duration, SpellingsAreReadBack) {
  EXPECT_EQ(find_duration("90d"), std::chrono::hours(90 * 24));
  EXPECT_EQ(find_duration("1h30m"), std::chrono::minutes(90));
  EXPECT_EQ(to_string(std::chrono::minutes(90)), "1h30m");
  EXPECT_EQ(to_string(Duration(1500)), "1ms500us");
  for (auto const* text : {"", "90", "d", "1y", "-1d", "99999999999999999d"}) EXPECT_FALSE(find_duration(text)) << text;
}

TEST(SystemClock, DoesNotGoBackwards) {
  SystemClock const clock;
  auto const first = clock.wall();
  EXPECT_LE(first, clock.wall());
}

}  // namespace
}  // namespace lepton
