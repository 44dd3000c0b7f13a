#include "learn/logistic_regression.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/call.h"

namespace lepton::learn {
namespace {

TEST(LogisticRegressionTest, FindsTheLineThatMadeTheData) {
  SystemClock const clock;
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  constexpr std::size_t rows = 20000;
  runtime::Matrix values(rows, 2);
  std::vector<float> outcomes;
  for (std::size_t row = 0; row < rows; ++row) {
    float const a = values.at(row, 0) = normal(random), b = values.at(row, 1) = normal(random);
    double const p = 1 / (1 + std::exp(-(-1 + 2 * a - 0.5 * b)));
    outcomes.push_back(std::generate_canonical<double, 32>(random) < p ? 1.0F : 0.0F);
  }
  auto const line = fit_logistic(system_call(clock), values, outcomes, 1);
  EXPECT_NEAR(line.shift, -1, 0.1);
  EXPECT_NEAR(line.slopes.at(0), 2, 0.1);
  EXPECT_NEAR(line.slopes.at(1), -0.5, 0.1);
}

TEST(LogisticRegressionTest, StaysFiniteWhereClassesAreApart) {
  SystemClock const clock;
  runtime::Matrix const values(1, std::vector<float>{-2, -1, 1, 2});
  std::vector<float> const outcomes{0, 0, 1, 1};
  auto const line = fit_logistic(system_call(clock), values, outcomes, 0.1);
  EXPECT_GT(line.slopes.at(0), 1);
  EXPECT_LT(line.slopes.at(0), 20);
}

}  // namespace
}  // namespace lepton::learn
