#include "anomaly/burst_detector.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"

namespace lepton::anomaly {
namespace {

double log_beta(double a, double b) {
  return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

/// ½ of one thing for every series: Jeffreys' prior of a share, so that what never came is rare and not impossible.
constexpr double prior_count = 0.5, prior_total = 1;

/// A surge says that it began, not that the series is restless: of what it is off, so many deviations count.
constexpr double most_deviations = 4;

/// Of two things of a period in one series, by least squares: (error² / variance − 1) is (total − 1) times that.
double correlation(double excess, double weight) {
  return weight > 0 ? std::clamp(excess / weight, 0.0, 0.5) : 0;
}

/// Over how many counts at once a tail may be summed, its density being nearly straight there: a small part both of
/// the deviation and of the length on which the tail falls. 1 for what is counted in hundreds of thousands.
double smooth_stride(double count, double n, double a, double b) {
  double const mean = n * a / (a + b);
  double const variance = mean * b / (a + b) * (a + b + n) / (a + b + 1);
  double const length = std::min(std::sqrt(variance), variance / std::max(std::abs(count - mean), 1.0));
  return std::max(1.0, std::floor(length / 200));
}

/// Whoever took in a period counted one thing at least.
bool is_past(BurstPast const& past) {
  bool good = std::isfinite(past.total) && past.total >= (past.periods > 0 ? 1 : 0);
  for (std::size_t i = 0; i < past.counts.size(); ++i)
    good = good && past.counts[i] >= 0 && past.counts[i] <= past.total * (1 + 1e-9) && std::isfinite(past.excess[i]) &&
           std::isfinite(past.weight[i]);
  return good;
}

}  // namespace

double beta_binomial_tail(std::uint64_t count, std::uint64_t total, double a, double b) {
  if (count == 0) return 1;
  auto const n = static_cast<double>(total);
  auto const at = [&](double k) {
    return std::exp(-std::log(n + 1) - log_beta(n - k + 1, k + 1) + log_beta(k + a, n - k + b) - log_beta(a, b));
  };
  auto const from = static_cast<double>(count);
  bool const lower = from < n * a / (a + b);  // the shorter side has what matters
  double const stride = smooth_stride(from, n, a, b);
  double sum = 0;
  for (double k = lower ? from - stride : from; k + stride > 0 && k <= n; k += lower ? -stride : stride) {
    double const width = std::min({stride, k + stride, n - k + 1});  // what of the stride lies in 0 … n
    double const term = width * at(std::max(k, 0.0) + (width - 1) / 2);
    sum += term;
    if (!(term >= sum * 1e-12)) break;
  }
  return std::clamp(lower ? 1 - sum : sum, 0.0, 1.0);
}

std::vector<std::size_t> discoveries(std::span<double const> p_values, double level) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto i, auto j) { return p_values[i] < p_values[j]; });
  std::size_t kept = 0;
  for (std::size_t rank = 1; rank <= order.size(); ++rank)
    if (p_values[order[rank - 1]] <= level * static_cast<double>(rank) / static_cast<double>(order.size())) kept = rank;
  order.resize(kept);
  return order;
}

BurstDetector::BurstDetector(std::size_t series, BurstOptions const& options)
    : BurstDetector(
          BurstPast{0, 0, std::vector<double>(series), std::vector<double>(series), std::vector<double>(series)},
          options) {}

BurstDetector::BurstDetector(BurstPast past, BurstOptions const& options) : options_(options), past_(std::move(past)) {
  Details problems;
  if (!(options.false_discoveries > 0 && options.false_discoveries < 1))
    problems.emplace("/false_discoveries", "expected a number between 0 and 1");
  if (!(options.memory > 0 && options.memory <= 1)) problems.emplace("/memory", "expected above 0, at most 1");
  if (past_.counts.empty()) problems.emplace("/series", "expected at least 1");
  bool const sized = past_.excess.size() == past_.counts.size() && past_.weight.size() == past_.counts.size();
  if (!sized || !is_past(past_)) problems.emplace("/past", "is none that a detector had");
  if (!problems.empty()) throw invalid("bursts cannot be found like this", problems);
}

std::vector<Burst> BurstDetector::judge(std::uint64_t total, std::span<std::uint64_t const> counts) const {
  if (counts.size() != past_.counts.size())
    throw invalid(
        fmt::format("a period has {} counts, expected one for each of {} series", counts.size(), past_.counts.size()));
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > total)
      throw invalid(fmt::format("series {} counts {}, expected at most the period's total of {}", i, counts[i], total));
  std::vector<Burst> bursts;
  if (total == 0 || past_.periods < options_.least_periods) return bursts;
  std::vector<Burst> judged;
  std::vector<double> p_values;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    judged.push_back(judge(i, total, counts[i]));
    p_values.push_back(judged.back().p_value);
  }
  for (auto const i : discoveries(p_values, options_.false_discoveries)) bursts.push_back(judged[i]);
  return bursts;
}

std::vector<Burst> BurstDetector::next(std::uint64_t total, std::span<std::uint64_t const> counts) {
  auto bursts = judge(total, counts);
  if (total > 0) take(total, counts);
  return bursts;
}

double BurstDetector::share(std::size_t series) const {
  return (past_.counts[series] + prior_count) / (past_.total + prior_total);
}

Burst BurstDetector::judge(std::size_t series, std::uint64_t total, std::uint64_t count) const {
  double const mean = share(series);
  double const expected = mean * static_cast<double>(total);
  if (static_cast<double>(count) <= expected) return {series, count, expected, 1};
  // The share's variance over mean · (1 − mean): by how little is known, and by how it wanders.
  double const spread = 1 / (past_.total + prior_total + 1) + correlation(past_.excess[series], past_.weight[series]);
  double const strength = 1 / spread - 1;
  return {series, count, expected, beta_binomial_tail(count, total, mean * strength, (1 - mean) * strength)};
}

void BurstDetector::take(std::uint64_t total, std::span<std::uint64_t const> counts) {
  auto const n = static_cast<double>(total);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    double &excess = past_.excess[i], &sum = past_.weight[i];
    if (past_.periods > 0) {
      double const mean = share(i), variance = n * mean * (1 - mean);
      double const chance = 1 + (n - 1) * correlation(excess, sum);
      double const error = static_cast<double>(counts[i]) - n * mean;
      double const squared = std::min(error * error / variance, most_deviations * most_deviations * chance);
      double const more = squared - 1 - n / (past_.total + prior_total);  // than chance explains
      double const weight = 1 / (2 * chance * chance + 1 / variance);     // of a small period nearly none
      excess = options_.memory * excess + weight * (n - 1) * more;
      sum = options_.memory * sum + weight * (n - 1) * (n - 1);
    }
    past_.counts[i] = options_.memory * past_.counts[i] + static_cast<double>(counts[i]);
  }
  past_.total = options_.memory * past_.total + n;
  ++past_.periods;
}

}  // namespace lepton::anomaly
