#include "embed/link/calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/error.h"

namespace lepton::embed {
namespace {

/// Outcomes that hold with the logistic of their score.
std::vector<Outcome> logistic_outcomes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> score(-5, 5), chance(0, 1);
  std::vector<Outcome> out;
  for (std::size_t i = 0; i < count; ++i) {
    double const s = score(random);
    out.push_back({s, chance(random) < 1 / (1 + std::exp(-s))});
  }
  return out;
}

TEST(Calibration, FindsTheProbabilityBehindAScore) {
  auto const calibration = calibrate(logistic_outcomes(20000, 1));
  EXPECT_LE(calibration.scores.size(), 64u);
  EXPECT_NO_THROW(check_calibration(calibration));
  for (double const score : {-3.0, -1.0, 0.0, 1.0, 3.0})
    EXPECT_NEAR(calibration.probability(score), 1 / (1 + std::exp(-score)), 0.05) << score;
  auto const report = judge_calibration(calibration, logistic_outcomes(20000, 2));
  EXPECT_LT(report.error, 0.02);
  EXPECT_NEAR(report.base_rate, 0.5, 0.02);
}

TEST(Calibration, NeverFallsAndStaysWithinItsEnds) {
  auto const calibration = calibrate(logistic_outcomes(500, 3));
  double before = 0;
  for (double score = -10; score < 10; score += 0.1) {
    double const p = calibration.probability(score);
    EXPECT_GE(p, before);
    EXPECT_GT(p, 0);
    EXPECT_LT(p, 1);
    before = p;
  }
}

TEST(Calibration, WithoutOutcomesNothingIsKnown) {
  EXPECT_EQ(calibrate({}).probability(3), 0.5);
  EXPECT_EQ(calibrate({{1, true}, {1, true}}).scores.size(), 1u);
  EXPECT_EQ(calibrate({{NAN, true}}).scores.size(), 0u);
  EXPECT_THROW(check_calibration({{1, 0}, {0.5, 0.6}}), Error);
  EXPECT_THROW(check_calibration({{1, 2}, {0.5}}), Error);
  EXPECT_THROW(check_calibration({{1, 2}, {0.5, 1.5}}), Error);
}

}  // namespace
}  // namespace lepton::embed
