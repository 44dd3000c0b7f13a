#include "learn/class_report.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/check.h"

namespace lepton::learn {
namespace {

constexpr std::size_t confidence_bins = 10;

void add_calibration(std::vector<std::pair<double, bool>> const& predictions, ClassReport& report) {
  std::vector<ConfidenceBin> bins(confidence_bins);
  for (auto const& [confidence, right] : predictions) {
    auto const at = std::min(confidence_bins - 1, static_cast<std::size_t>(confidence * confidence_bins));
    bins[at].confidence += confidence;
    bins[at].accuracy += right ? 1 : 0;
    ++bins[at].count;
  }
  for (auto& bin : bins) {
    if (bin.count == 0) continue;
    auto const count = static_cast<double>(bin.count);
    report.calibration_error += std::fabs(bin.confidence - bin.accuracy) / static_cast<double>(predictions.size());
    bin.confidence /= count;
    bin.accuracy /= count;
    report.calibration.push_back(bin);
  }
}

}  // namespace

ClassReport evaluate_classes(std::vector<std::string> const& labels, std::span<double const> probabilities,
                             std::span<std::uint32_t const> actual) {
  auto const classes = labels.size();
  check(!actual.empty() && probabilities.size() == actual.size() * classes, "one probability a row and class");
  ClassReport report;
  report.labels = labels;
  report.rows = static_cast<std::int64_t>(actual.size());
  report.confusion.assign(classes, std::vector<std::int64_t>(classes));
  auto const rows = static_cast<double>(actual.size());
  std::vector<std::pair<double, bool>> predictions;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    auto const of_row = probabilities.subspan(i * classes, classes);
    auto const best = static_cast<std::size_t>(std::max_element(of_row.begin(), of_row.end()) - of_row.begin());
    report.log_loss -= std::log(std::clamp(of_row[actual[i]], 1e-15, 1.0)) / rows;
    ++report.confusion[actual[i]][best];
    predictions.emplace_back(of_row[best], best == actual[i]);
  }
  std::int64_t right = 0;
  for (std::size_t one = 0; one < classes; ++one) {
    ClassCount count{report.confusion[one][one]};
    for (std::size_t other = 0; other < classes; ++other) {
      count.predicted += report.confusion[other][one];
      count.actual += report.confusion[one][other];
    }
    right += count.right;
    report.classes.push_back(scores_of(labels[one], count));
  }
  report.accuracy = ratio(static_cast<double>(right), rows);
  report.averages = averages_of(report.classes, {right, report.rows, report.rows});
  add_calibration(predictions, report);
  return report;
}

LabellingReport evaluate_labelling(std::vector<std::string> const& labels,
                                   std::vector<std::vector<std::uint32_t>> const& predicted,
                                   std::vector<std::vector<std::uint32_t>> const& actual) {
  check(predicted.size() == actual.size() && !actual.empty(), "one set of classes per row");
  LabellingReport report;
  report.rows = static_cast<std::int64_t>(actual.size());
  std::vector<ClassCount> counts(labels.size());
  std::int64_t exact = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    std::set<std::uint32_t> const found(predicted[i].begin(), predicted[i].end()),
        truth(actual[i].begin(), actual[i].end());
    exact += found == truth ? 1 : 0;
    for (auto const one : found) ++counts.at(one).predicted;
    for (auto const one : truth) {
      ++counts.at(one).actual;
      if (found.contains(one)) ++counts[one].right;
    }
  }
  ClassCount total;
  for (std::size_t one = 0; one < labels.size(); ++one) {
    report.classes.push_back(scores_of(labels[one], counts[one]));
    total.right += counts[one].right;
    total.predicted += counts[one].predicted;
    total.actual += counts[one].actual;
  }
  report.averages = averages_of(report.classes, total);
  report.exact = ratio(static_cast<double>(exact), static_cast<double>(report.rows));
  return report;
}

}  // namespace lepton::learn
