#include "anomaly/burst_episodes.h"

#include <gmock/gmock.h>

namespace lepton::anomaly {
namespace {

using testing::ElementsAre;
using testing::Field;

Burst burst(std::size_t series, double p_value) {
  return {series, 10, 2, p_value};
}

TEST(BurstEpisodes, ASurgeOfSeveralPeriodsIsOne) {
  BurstEpisodes episodes;
  (void)episodes.next(1, std::vector{burst(7, 1e-4), burst(3, 1e-5)});
  auto const second = episodes.next(2, std::vector{burst(7, 1e-9)});
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].begin, 1);
  EXPECT_EQ(second[0].peak, 2);
  (void)episodes.next(5, std::vector{burst(7, 1e-6)});  // nobody counted in 3 and 4
  EXPECT_THAT(episodes.closed(), ElementsAre(Field(&Episode::series, 3u)));
  (void)episodes.next(6, {});
  ASSERT_EQ(episodes.closed().size(), 2u);
  auto const& long_one = episodes.closed()[1];
  EXPECT_EQ(long_one.begin, 1);
  EXPECT_EQ(long_one.end, 5);
  EXPECT_EQ(long_one.peak, 2);
  EXPECT_EQ(long_one.at_peak.p_value, 1e-9);
  EXPECT_TRUE(episodes.open().empty());
}

TEST(BurstEpisodes, GoesOnWithWhatWasOpen) {
  BurstEpisodes before;
  (void)before.next(4, std::vector{burst(2, 1e-5)});
  auto const open = before.open();
  BurstEpisodes after(open);
  EXPECT_EQ(after.next(5, std::vector{burst(2, 1e-4)}).at(0).begin, 4);
  EXPECT_EQ(after.open().at(0).peak, 4);
}

}  // namespace
}  // namespace lepton::anomaly
