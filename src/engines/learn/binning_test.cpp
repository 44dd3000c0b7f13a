#include "learn/binning.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace lepton::learn {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// Rows of values 0 … 99, ten of each, whose events are every `1 / rate`-th.
struct Table {
  std::vector<float> values, events;

  void add(float value, int rows, int with_event) {
    for (int i = 0; i < rows; ++i) {
      values.push_back(value);
      events.push_back(i < with_event ? 1.0F : 0.0F);
    }
  }
};

TEST(BinningTest, FindsWhereRatesChange) {
  Table table;
  for (int value = 0; value < 100; ++value) table.add(static_cast<float>(value), 10, value < 40 ? 5 : 1);
  auto const found = choose_ranges(table.values, table.events, {});
  EXPECT_THAT(found.cuts, testing::ElementsAre(40));
  ASSERT_EQ(found.ranges.size(), 2u);
  EXPECT_EQ(found.ranges[0].rows, 400);
  EXPECT_EQ(found.ranges[0].events, 200);
  auto const weights = found.weights_of_evidence();
  EXPECT_NEAR(weights[0], std::log((200.5 / 740.5) / (200.5 / 260.5)), 1e-9);
  EXPECT_GT(weights[1], 0) << "the event is rarer there";
  EXPECT_EQ(weights[2], 0) << "no row without value";
  EXPECT_GT(found.information(), 0.3);
}

TEST(BinningTest, KeepsMissingValuesApart) {
  Table table;
  for (int value = 0; value < 20; ++value) table.add(static_cast<float>(value), 10, 2);
  table.add(nan, 50, 40);
  auto const found = choose_ranges(table.values, table.events, {});
  EXPECT_TRUE(found.cuts.empty()) << "all values have one rate";
  EXPECT_EQ(found.missing.rows, 50);
  EXPECT_LT(found.weights_of_evidence().back(), -1);
  EXPECT_GT(found.information(), 0.5) << "that a value is missing tells";
}

TEST(BinningTest, HeedsDirectionSizeAndNumber) {
  Table table;
  for (int value = 0; value < 100; ++value) table.add(static_cast<float>(value), 10, value / 10 == 5 ? 1 : value / 11);
  auto const free = choose_ranges(table.values, table.events, {.most_ranges = 10, .least_share = 0.05});
  auto const rising = choose_ranges(table.values, table.events, {10, 0.05, Monotone::increasing});
  bool free_falls = false;
  for (std::size_t i = 0; i + 1 < free.ranges.size(); ++i)
    free_falls = free_falls || free.ranges[i + 1].rate() < free.ranges[i].rate();
  EXPECT_TRUE(free_falls);
  for (std::size_t i = 0; i + 1 < rising.ranges.size(); ++i)
    EXPECT_LE(rising.ranges[i].rate(), rising.ranges[i + 1].rate());
  EXPECT_GT(rising.ranges.size(), 2u);
  EXPECT_EQ(choose_ranges(table.values, table.events, {.most_ranges = 3, .least_share = 0.01}).ranges.size(), 3u);
  for (auto const& range : choose_ranges(table.values, table.events, {.most_ranges = 20, .least_share = 0.25}).ranges)
    EXPECT_GE(range.rows, 250);
}

TEST(BinningTest, TakesWhatTellsNothing) {
  std::vector<float> const nothing(10, nan), same(10, 7), events{1, 0, 1, 0, 1, 0, 1, 0, 1, 0};
  EXPECT_EQ(choose_ranges(nothing, events, {}).information(), 0);
  EXPECT_EQ(choose_ranges(same, events, {}).ranges.size(), 1u);
}

}  // namespace
}  // namespace lepton::learn
