#include <gmock/gmock.h>

#include <random>

#include "learn/binary_report.h"
#include "learn/class_report.h"
#include "learn/ranking_report.h"
#include "learn/regression_report.h"

namespace lepton::learn {
namespace {

TEST(ClassReport, CountsAndAverages) {
  std::vector<double> const probabilities{0.7, 0.2, 0.1, 0.1, 0.8, 0.1, 0.5, 0.4, 0.1, 0.2, 0.2, 0.6};
  std::vector<std::uint32_t> const actual{0, 1, 1, 2};
  auto const report = evaluate_classes({"a", "b", "c"}, probabilities, actual);
  EXPECT_EQ(report.accuracy, 0.75);
  EXPECT_EQ(report.confusion[1], (std::vector<std::int64_t>{1, 1, 0}));
  EXPECT_EQ(report.classes[0].precision, 0.5);
  EXPECT_EQ(report.classes[1].recall, 0.5);
  EXPECT_NEAR(report.averages[1].f1, (2.0 / 3 + 2.0 / 3 + 1) / 3, 1e-12);
  EXPECT_NEAR(report.averages[2].recall, (1 + 2 * 0.5 + 1) / 4, 1e-12);
  EXPECT_NEAR(report.log_loss, -(std::log(0.7) + std::log(0.8) + std::log(0.4) + std::log(0.6)) / 4, 1e-12);
  // One row a bin: |0.7 − 1| + |0.8 − 1| + |0.5 − 0| + |0.6 − 1|
  EXPECT_NEAR(report.calibration_error, (0.3 + 0.2 + 0.5 + 0.4) / 4, 1e-12);
}

TEST(LabellingReport, SetsAreRightAsAWholeAndByClass) {
  auto const report = evaluate_labelling({"a", "b"}, {{0, 1}, {0}, {}}, {{1, 0}, {1}, {}});
  EXPECT_NEAR(report.exact, 2.0 / 3, 1e-12);
  EXPECT_NEAR(report.averages[0].f1, 2.0 / 3, 1e-12);
  EXPECT_EQ(report.classes[1].support, 2);
}

TEST(RegressionReport, ErrorsOfKnownNumbers) {
  std::vector<float> const predicted{1, 2, 3, 8}, actual{1, 3, 3, 5};
  auto const report = evaluate_regression(predicted, actual);
  EXPECT_NEAR(report.rmse, std::sqrt(10.0 / 4), 1e-12);
  EXPECT_EQ(report.mae, 1);
  EXPECT_EQ(report.bias, 0.5);
  EXPECT_EQ(report.median_absolute_error, 0.5);
  EXPECT_EQ(report.largest_error, 3);
  EXPECT_NEAR(report.r2, 1 - 10.0 / 8, 1e-12);
  EXPECT_EQ(report.calibration.size(), 4u);
  EXPECT_EQ(evaluate_regression(std::vector<float>{1}, std::vector<float>{1}).r2, 0);
}

TEST(RankingReport, OrdersOfKnownQueries) {
  // The first query: relevances 0 2 1 in the order of the scores; the second has nothing to find.
  std::vector<float> const scores{1, 3, 2, 1, 2}, relevances{1, 0, 2, 0, 0};
  std::vector<std::uint64_t> const keys{7, 7, 7, 9, 9};
  auto const report = evaluate_ranking(scores, relevances, keys);
  EXPECT_EQ(report.queries, 2);
  EXPECT_EQ(report.queries_without_relevant, 1);
  double const ideal = 3 + 1 / std::log2(3), found = 3 / std::log2(3) + 1 / std::log2(4);
  EXPECT_NEAR(report.ndcg, found / ideal, 1e-12);
  EXPECT_NEAR(report.ndcg_5, found / ideal, 1e-12);
  EXPECT_NEAR(report.map, (0.5 + 2.0 / 3) / 2, 1e-12);
  EXPECT_EQ(report.mrr, 0.5);
}

TEST(RankingReport, OnlyTheFirstPlacesCountWhereItSaysSo) {
  std::vector<float> scores, relevances;
  for (int i = 0; i < 20; ++i) {
    scores.push_back(static_cast<float>(-i));
    relevances.push_back(i == 7 ? 1.0f : 0.0f);
  }
  auto const report = evaluate_ranking(scores, relevances, std::vector<std::uint64_t>(20));
  EXPECT_EQ(report.ndcg_5, 0);
  EXPECT_NEAR(report.ndcg_10, 1 / std::log2(9), 1e-12);
  EXPECT_EQ(report.map_10, 0.125);
}

/// The interval of the analytic standard error (Hanley and McNeil 1982) is as wide, and the same seed draws the same.
TEST(BootstrapAuc, IsAsWideAsTheStandardErrorSays) {
  std::mt19937 random(5);
  std::vector<float> scores, labels;
  for (int i = 0; i < 4000; ++i) {
    bool const positive = random() % 5 == 0;
    scores.push_back(static_cast<float>(random() % 1000) / 1000 + (positive ? 0.3f : 0));
    labels.push_back(positive ? 1 : 0);
  }
  double const auc = evaluate_binary(scores, labels, 0.5).auc;
  auto const interval = bootstrap_auc(scores, labels, 1);
  double const positives = std::count(labels.begin(), labels.end(), 1.0f), negatives = 4000 - positives;
  double const q1 = auc / (2 - auc), q2 = 2 * auc * auc / (1 + auc);
  double const error =
      std::sqrt((auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)) /
                (positives * negatives));
  EXPECT_NEAR(interval.high - interval.low, 2 * 1.96 * error, 0.35 * 2 * 1.96 * error);
  EXPECT_LT(interval.low, auc);
  EXPECT_GT(interval.high, auc);
  EXPECT_EQ(interval.low, bootstrap_auc(scores, labels, 1).low);
  EXPECT_NE(interval.low, bootstrap_auc(scores, labels, 2).low);
}

/// A model that ranks everything right does so in every sample.
TEST(BootstrapAuc, OfAPerfectOrderIsCertain) {
  std::vector<float> const scores{0.1f, 0.2f, 0.8f, 0.8f}, labels{0, 0, 1, 1};
  auto const interval = bootstrap_auc(scores, labels, 3);
  EXPECT_EQ(interval.low, 1);
  EXPECT_EQ(interval.high, 1);
}

}  // namespace
}  // namespace lepton::learn
