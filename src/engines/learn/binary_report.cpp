#include "learn/binary_report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace lepton::learn {
namespace {

constexpr std::size_t curve_points = 200;
constexpr std::size_t calibration_bins = 10;

/// One distinct score and how many rows of each class reach it or more.
struct Cut {
  double score;
  double true_positives, false_positives;
};

/// Rows by falling score; the order of equal scores does not matter to anything computed from it.
struct Ranking {
  std::vector<Cut> cuts;
  std::vector<std::size_t> order;
  double positives = 0, negatives = 0;

  Ranking(std::span<float const> scores, std::span<float const> labels) : order(scores.size()) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return scores[a] > scores[b]; });
    for (std::size_t i = 0; i < order.size(); ++i) {
      (labels[order[i]] == 1 ? positives : negatives) += 1;
      if (i + 1 == order.size() || scores[order[i + 1]] != scores[order[i]])
        cuts.push_back({scores[order[i]], positives, negatives});
    }
    check(positives > 0 && negatives > 0, "an evaluation holds both classes");
  }
};

double ratio(double part, double whole) {
  return whole == 0 ? 0 : part / whole;
}

double harmonic(double a, double b) {
  return ratio(2 * a * b, a + b);
}

void add_ranked_metrics(Ranking const& ranking, BinaryReport& report) {
  double area = 0, precision_area = 0;
  Cut before{0, 0, 0};
  for (auto const& cut : ranking.cuts) {
    area += (cut.false_positives - before.false_positives) * (cut.true_positives + before.true_positives) / 2;
    precision_area +=
        (cut.true_positives - before.true_positives) * cut.true_positives / (cut.true_positives + cut.false_positives);
    report.ks = std::max(report.ks,
                         std::fabs(cut.true_positives / ranking.positives - cut.false_positives / ranking.negatives));
    before = cut;
  }
  report.auc = area / (ranking.positives * ranking.negatives);
  report.average_precision = precision_area / ranking.positives;
}

void add_curves(Ranking const& ranking, BinaryReport& report) {
  std::size_t const last = ranking.cuts.size() - 1;
  std::size_t const points = std::min(curve_points, ranking.cuts.size());
  report.roc.push_back({std::min(1.0, ranking.cuts.front().score + 1), 0, 0});
  for (std::size_t i = 0; i < points; ++i) {
    auto const& cut = ranking.cuts[points == 1 ? last : i * last / (points - 1)];
    report.roc.push_back({cut.score, cut.false_positives / ranking.negatives, cut.true_positives / ranking.positives});
    report.precision_recall.push_back({cut.score, cut.true_positives / ranking.positives,
                                       cut.true_positives / (cut.true_positives + cut.false_positives)});
  }
}

void add_calibration(Ranking const& ranking, std::span<float const> scores, std::span<float const> labels,
                     BinaryReport& report) {
  std::size_t const rows = scores.size();
  std::size_t const bins = std::min(calibration_bins, rows);
  for (std::size_t bin = 0; bin < bins; ++bin) {
    double score = 0, positive = 0;
    std::size_t const begin = rows * bin / bins, end = rows * (bin + 1) / bins;
    for (std::size_t i = begin; i < end; ++i) {
      auto const row = ranking.order[rows - 1 - i];  // lowest scores first
      score += scores[row];
      positive += labels[row];
    }
    auto const count = static_cast<double>(end - begin);
    report.calibration.push_back({score / count, positive / count, static_cast<std::int64_t>(end - begin)});
    report.calibration_error += std::fabs(score - positive) / static_cast<double>(rows);
  }
}

ClassScores scores_of(std::string label, double right, double predicted, double actual) {
  double const precision = ratio(right, predicted), recall = ratio(right, actual);
  return {std::move(label), precision, recall, harmonic(precision, recall), static_cast<std::int64_t>(actual)};
}

void add_classification(std::span<float const> scores, std::span<float const> labels, BinaryReport& report) {
  report.confusion = {{0, 0}, {0, 0}};
  for (std::size_t i = 0; i < scores.size(); ++i)
    ++report.confusion[labels[i] == 1 ? 1 : 0][static_cast<double>(scores[i]) >= report.threshold ? 1 : 0];
  auto const count = [&](std::size_t actual, std::size_t predicted) {
    return static_cast<double>(report.confusion[actual][predicted]);
  };
  auto const rows = static_cast<double>(scores.size());
  for (std::size_t c : {0u, 1u})
    report.classes.push_back(
        scores_of(std::to_string(c), count(c, c), count(0, c) + count(1, c), count(c, 0) + count(c, 1)));
  ClassScores macro{"macro", 0, 0, 0, report.rows}, weighted{"weighted", 0, 0, 0, report.rows};
  for (auto const& c : report.classes) {
    double const weight = static_cast<double>(c.support) / rows;
    macro.precision += c.precision / 2, macro.recall += c.recall / 2, macro.f1 += c.f1 / 2;
    weighted.precision += weight * c.precision, weighted.recall += weight * c.recall, weighted.f1 += weight * c.f1;
  }
  double const right = count(0, 0) + count(1, 1);
  report.accuracy = right / rows;
  report.averages = {scores_of("micro", right, rows, rows), macro, weighted};  // over all labels, micro is accuracy
}

}  // namespace

BinaryReport evaluate_binary(std::span<float const> scores, std::span<float const> labels, double threshold) {
  check(scores.size() == labels.size(), "one score per label");
  Ranking const ranking(scores, labels);
  BinaryReport report;
  report.rows = static_cast<std::int64_t>(scores.size());
  report.threshold = threshold;
  auto const rows = static_cast<double>(scores.size());
  report.positive_rate = ranking.positives / rows;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    double const score = scores[i];
    double const likelihood = std::clamp(labels[i] == 1 ? score : 1 - score, 1e-15, 1.0);
    report.log_loss -= std::log(likelihood) / rows;
    report.brier += (score - labels[i]) * (score - labels[i]) / rows;
  }
  add_ranked_metrics(ranking, report);
  add_curves(ranking, report);
  add_calibration(ranking, scores, labels, report);
  add_classification(scores, labels, report);
  return report;
}

double best_threshold(std::span<float const> scores, std::span<float const> labels, ThresholdGoal goal) {
  Ranking const ranking(scores, labels);
  double best = -1, threshold = 0.5;
  for (auto const& cut : ranking.cuts) {
    double const recall = cut.true_positives / ranking.positives;
    double const value = goal == ThresholdGoal::f1
                             ? harmonic(cut.true_positives / (cut.true_positives + cut.false_positives), recall)
                             : recall - cut.false_positives / ranking.negatives;
    if (value > best) {
      best = value;
      threshold = cut.score;
    }
  }
  return threshold;
}

}  // namespace lepton::learn
