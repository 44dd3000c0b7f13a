#include "learn/regression_report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace lepton::learn {
namespace {

constexpr std::size_t most_bins = 10;

void add_calibration(std::span<float const> predicted, std::span<float const> actual, RegressionReport& report) {
  std::vector<std::size_t> order(predicted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return predicted[a] < predicted[b]; });
  std::size_t const bins = std::min(most_bins, order.size());
  for (std::size_t bin = 0; bin < bins; ++bin) {
    std::size_t const begin = order.size() * bin / bins, end = order.size() * (bin + 1) / bins;
    PredictionBin sum;
    for (std::size_t i = begin; i < end; ++i) {
      sum.mean_predicted += predicted[order[i]];
      sum.mean_actual += actual[order[i]];
    }
    auto const count = static_cast<double>(end - begin);
    report.calibration.push_back(
        {sum.mean_predicted / count, sum.mean_actual / count, static_cast<std::int64_t>(end - begin)});
  }
}

}  // namespace

RegressionReport evaluate_regression(std::span<float const> predicted, std::span<float const> actual) {
  check(!actual.empty() && predicted.size() == actual.size(), "one prediction per row");
  RegressionReport report;
  report.rows = static_cast<std::int64_t>(actual.size());
  auto const rows = static_cast<double>(actual.size());
  double const mean = std::accumulate(actual.begin(), actual.end(), 0.0) / rows;
  double squares = 0, deviation = 0;
  std::vector<double> errors;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    double const error = static_cast<double>(predicted[i]) - actual[i];
    squares += error * error;
    deviation += (actual[i] - mean) * (actual[i] - mean);
    report.bias += error / rows;
    errors.push_back(std::fabs(error));
  }
  report.rmse = std::sqrt(squares / rows);
  report.r2 = deviation > 0 ? 1 - squares / deviation : 0;
  report.mae = std::accumulate(errors.begin(), errors.end(), 0.0) / rows;
  std::sort(errors.begin(), errors.end());
  auto const half = errors.size() / 2;
  report.median_absolute_error = errors.size() % 2 == 1 ? errors[half] : (errors[half - 1] + errors[half]) / 2;
  report.largest_error = errors.back();
  add_calibration(predicted, actual, report);
  return report;
}

}  // namespace lepton::learn
