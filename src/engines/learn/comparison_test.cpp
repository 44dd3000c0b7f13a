#include "learn/comparison.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace lepton::learn {
namespace {

TEST(ComparisonTest, McNemarCountsOnlyRowsThatDiffer) {
  EXPECT_DOUBLE_EQ(mcnemar(0, 0), 1);
  EXPECT_DOUBLE_EQ(mcnemar(5, 5), 1) << "both tails meet";
  EXPECT_NEAR(mcnemar(0, 5), 2 * 0.03125, 1e-12);
  EXPECT_NEAR(mcnemar(9, 1), 2 * 11.0 / 1024, 1e-12);
  EXPECT_EQ(mcnemar(3, 12), mcnemar(12, 3));
  EXPECT_LT(mcnemar(40'000, 41'000), 0.001) << "large counts stay finite";
}

TEST(ComparisonTest, AccuraciesOnTheSameRows) {
  std::vector<std::uint32_t> const actual{0, 0, 0, 1, 1, 2}, model{0, 0, 0, 1, 0, 2}, plain{0, 0, 0, 0, 1, 0};
  auto const found = compare_accuracy("plain", model, plain, actual);
  EXPECT_DOUBLE_EQ(found.value, 5 / 6.0);
  EXPECT_DOUBLE_EQ(found.baseline_value, 4 / 6.0);
  EXPECT_NEAR(found.p_value.value(), mcnemar(2, 1), 1e-12);
  EXPECT_EQ(compare_with_majority(actual, model, actual).baseline_value, 0.5);
}

TEST(ComparisonTest, IntervalOfTheDifferenceOfAreas) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> labels, good, poor;
  for (int i = 0; i < 2000; ++i) {
    labels.push_back(i % 4 == 0 ? 1.0F : 0.0F);
    good.push_back(labels.back() * 1.5F + normal(random));
    poor.push_back(labels.back() * 0.5F + normal(random));
  }
  auto const better = compare_auc("poor", good, poor, labels, 1);
  EXPECT_GT(better.low.value(), 0.1) << "surely better";
  EXPECT_LT(better.low.value(), better.value - better.baseline_value);
  EXPECT_GT(better.high.value(), better.value - better.baseline_value);
  auto const same = compare_auc("itself", good, good, labels, 1);
  EXPECT_EQ(same.low, 0) << "each sample holds the same rows for both";
  EXPECT_EQ(same.high, 0);
}

}  // namespace
}  // namespace lepton::learn
