#include "anomaly/row_series.h"

#include <gmock/gmock.h>

namespace lepton::anomaly {
namespace {

using testing::ElementsAre;

TEST(RowSeries, CutsTextsIntoWordsAndCategoriesAtBars) {
  RowSeries series;
  RowColumns const columns{"day", "said", {"branch", "kind"}, std::nullopt};
  EXPECT_THAT(series.of(columns, "Panic, panic at 10:30 *** 12,000 of a 信用卡", {"A|B|A", ""}),
              ElementsAre("branch: A", "branch: B", "said: at", "said: of", "said: panic", "said: 信用", "said: 用卡"));
  EXPECT_THAT(series.of({"day", std::nullopt, {}, std::nullopt}, "nothing is watched", {}), ElementsAre());
}

TEST(FindCount, ReadsWholeNumbersAlone) {
  EXPECT_EQ(find_count("0"), 0u);
  EXPECT_EQ(find_count("1000000000000"), 1'000'000'000'000u);
  for (auto const* wrong : {"", "-1", "1.0", "1e3", " 1", "NaN", "1000000000001"})
    EXPECT_EQ(find_count(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace lepton::anomaly
