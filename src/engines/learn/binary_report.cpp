#include "learn/binary_report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"
#include "learn/bootstrap.h"

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

void add_classification(std::span<float const> scores, std::span<float const> labels, BinaryReport& report) {
  report.confusion = {{0, 0}, {0, 0}};
  for (std::size_t i = 0; i < scores.size(); ++i)
    ++report.confusion[labels[i] == 1 ? 1 : 0][static_cast<double>(scores[i]) >= report.threshold ? 1 : 0];
  auto const& count = report.confusion;
  for (std::size_t const c : {0u, 1u})
    report.classes.push_back(
        scores_of(std::to_string(c), {count[c][c], count[0][c] + count[1][c], count[c][0] + count[c][1]}));
  auto const right = count[0][0] + count[1][1];
  report.accuracy = ratio(static_cast<double>(right), static_cast<double>(report.rows));
  report.averages = averages_of(report.classes, {right, report.rows, report.rows});  // so micro is accuracy
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

namespace {

/// Draws as many rows of each class as there are, and counts how often each was drawn.
class Resampling {
 public:
  Resampling(Ranking const& ranking, std::span<float const> labels, std::uint64_t seed)
      : ranking_(ranking), labels_(labels), random_(seed), times_(labels.size()) {
    for (std::size_t row = 0; row < labels.size(); ++row) (labels[row] == 1 ? positive_ : negative_).push_back(row);
  }

  /// Area under the curve of one sample.
  [[nodiscard]] double next_area() {
    std::fill(times_.begin(), times_.end(), 0u);
    for (auto const* rows : {&positive_, &negative_})
      for (std::size_t i = 0; i < rows->size(); ++i) ++times_[(*rows)[draw_below(random_, rows->size())]];
    double area = 0, positives = 0;
    std::size_t at = 0;
    for (auto const& cut : ranking_.cuts) {
      double more_positive = 0, more_negative = 0;
      for (auto const end = static_cast<std::size_t>(cut.true_positives + cut.false_positives); at < end; ++at)
        (labels_[ranking_.order[at]] == 1 ? more_positive : more_negative) += times_[ranking_.order[at]];
      area += more_negative * (positives + more_positive / 2);
      positives += more_positive;
    }
    return area / (ranking_.positives * ranking_.negatives);
  }

 private:
  Ranking const& ranking_;
  std::span<float const> labels_;
  std::mt19937_64 random_;
  std::vector<unsigned> times_;
  std::vector<std::size_t> positive_, negative_;
};

}  // namespace

namespace {

AucInterval interval_of(std::vector<double> areas) {
  auto const samples = static_cast<std::int64_t>(areas.size());
  auto const [low, high] = percentile_interval(std::move(areas));
  return {low, high, samples};
}

}  // namespace

AucInterval bootstrap_auc(std::span<float const> scores, std::span<float const> labels, std::uint64_t seed) {
  Ranking const ranking(scores, labels);
  Resampling resampling(ranking, labels, seed);
  std::vector<double> areas;
  for (std::size_t i = 0; i < bootstrap_samples(scores.size()); ++i) areas.push_back(resampling.next_area());
  return interval_of(std::move(areas));
}

AucInterval bootstrap_auc_difference(std::span<float const> scores, std::span<float const> others,
                                     std::span<float const> labels, std::uint64_t seed) {
  check(scores.size() == others.size(), "two scores per row");
  Ranking const ranking(scores, labels), other(others, labels);
  Resampling resampling(ranking, labels, seed), paired(other, labels, seed);  // equal seeds draw equal rows
  std::vector<double> differences;
  for (std::size_t i = 0; i < bootstrap_samples(scores.size()); ++i)
    differences.push_back(resampling.next_area() - paired.next_area());
  return interval_of(std::move(differences));
}

double area_under_curve(std::span<float const> scores, std::span<float const> labels) {
  BinaryReport report;
  add_ranked_metrics(Ranking(scores, labels), report);
  return report.auc;
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
