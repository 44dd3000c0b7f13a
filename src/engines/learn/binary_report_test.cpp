#include "learn/binary_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace lepton::learn {
namespace {

std::vector<float> const labels{0, 0, 1, 1, 0, 1, 0, 1, 1, 0};
std::vector<float> const scores{0.1f, 0.4f, 0.35f, 0.8f, 0.4f, 0.7f, 0.2f, 0.4f, 0.9f, 0.6f};

// Reference values by scikit-learn's definitions, worked out by hand: 25 pairs of a positive and a negative row.
TEST(BinaryReport, AgreesWithTheDefinitions) {
  auto const report = evaluate_binary(scores, labels, 0.5);
  // .35 beats 2 negatives; .4 beats 2 and ties with 2; .7, .8 and .9 beat all 5.
  EXPECT_DOUBLE_EQ(report.auc, (2 + (2 + 1.0) + 5 + 5 + 5) / 25);
  EXPECT_DOUBLE_EQ(report.ks, 0.6);
  EXPECT_NEAR(report.average_precision, 3.0 / 5 + (4.0 / 7) / 5 + (5.0 / 8) / 5, 1e-12);
  EXPECT_EQ(report.confusion, (std::vector<std::vector<std::int64_t>>{{4, 1}, {2, 3}}));
  EXPECT_DOUBLE_EQ(report.accuracy, 0.7);
  EXPECT_DOUBLE_EQ(report.classes[0].precision, 4.0 / 6);
  EXPECT_DOUBLE_EQ(report.classes[0].recall, 0.8);
  EXPECT_DOUBLE_EQ(report.classes[1].precision, 0.75);
  EXPECT_DOUBLE_EQ(report.classes[1].recall, 0.6);
  EXPECT_DOUBLE_EQ(report.classes[1].f1, 2 * 0.75 * 0.6 / 1.35);
  EXPECT_EQ(report.classes[1].support, 5);
  EXPECT_EQ(report.averages[0].label, "micro");
  EXPECT_DOUBLE_EQ(report.averages[0].f1, 0.7);
  EXPECT_DOUBLE_EQ(report.averages[1].precision, (4.0 / 6 + 0.75) / 2);
  EXPECT_DOUBLE_EQ(report.averages[2].recall, 0.7);
}

TEST(BinaryReport, CurvesBeginAndEndInTheCorners) {
  auto const report = evaluate_binary(scores, labels, 0.5);
  EXPECT_EQ(report.roc.front().true_positive_rate, 0);
  EXPECT_EQ(report.roc.back().false_positive_rate, 1);
  EXPECT_EQ(report.roc.back().true_positive_rate, 1);
  EXPECT_EQ(report.precision_recall.back().recall, 1);
  EXPECT_DOUBLE_EQ(report.precision_recall.back().precision, 0.5);
}

/// Counts pairs, as the definition of AUC has it.
double naive_auc(std::vector<float> const& s, std::vector<float> const& y) {
  double wins = 0, pairs = 0;
  for (std::size_t i = 0; i < s.size(); ++i)
    for (std::size_t j = 0; j < s.size(); ++j)
      if (y[i] == 1 && y[j] == 0) {
        wins += s[i] > s[j] ? 1 : s[i] == s[j] ? 0.5 : 0;
        pairs += 1;
      }
  return wins / pairs;
}

TEST(BinaryReport, AgreesWithNaiveCountsOnRandomScores) {
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    std::vector<float> s, y{0, 1};
    s = {0.3f, 0.6f};
    for (int i = 0; i < 150; ++i) {
      s.push_back(static_cast<float>(random() % 40) / 40);
      y.push_back(random() % 3 == 0 ? 1.0f : 0.0f);
    }
    auto const report = evaluate_binary(s, y, 0.5);
    EXPECT_NEAR(report.auc, naive_auc(s, y), 1e-12);
    double log_loss = 0, brier = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
      double const likelihood = std::max(1e-15, y[i] == 1 ? double{s[i]} : 1 - double{s[i]});
      log_loss -= std::log(likelihood);
      brier += std::pow(double{s[i]} - double{y[i]}, 2);
    }
    EXPECT_NEAR(report.log_loss, log_loss / static_cast<double>(s.size()), 1e-9);
    EXPECT_NEAR(report.brier, brier / static_cast<double>(s.size()), 1e-9);
    std::int64_t calibrated = 0;
    for (auto const& bin : report.calibration) calibrated += bin.count;
    EXPECT_EQ(calibrated, report.rows);
  }
}

TEST(BinaryReport, KeepsCurvesSmall) {
  std::vector<float> s, y;
  for (int i = 0; i < 10'000; ++i) {
    s.push_back(static_cast<float>(i) / 10'000);
    y.push_back(i % 2 == 0 ? 0.0f : 1.0f);
  }
  auto const report = evaluate_binary(s, y, 0.5);
  EXPECT_LE(report.roc.size(), 201u);
  EXPECT_EQ(report.roc.back().true_positive_rate, 1);
}

TEST(BestThreshold, ReachesItsGoal) {
  double const youden = best_threshold(scores, labels, ThresholdGoal::youden);
  EXPECT_FLOAT_EQ(static_cast<float>(youden), 0.7f);
  double const f1 = best_threshold(scores, labels, ThresholdGoal::f1);
  double const best = evaluate_binary(scores, labels, f1).classes[1].f1;
  for (float const other : scores) EXPECT_LE(evaluate_binary(scores, labels, other).classes[1].f1, best + 1e-12);
}

}  // namespace
}  // namespace lepton::learn
