#include "learn/binning.h"

#include <algorithm>
#include <cmath>

namespace lepton::learn {
namespace {

constexpr std::size_t fine_ranges = 50;
constexpr double least_chi_square = 2.7;  // neighbours that differ less (p > 0.1) are one range

RangeCount operator+(RangeCount const& a, RangeCount const& b) {
  return {a.rows + b.rows, a.events + b.events};
}

RangeCount sum_of(std::vector<RangeCount> const& counts) {
  RangeCount sum;
  for (auto const& count : counts) sum = sum + count;
  return sum;
}

/// Of the hypothesis that two ranges have one rate (Pearson).
double chi_square(RangeCount const& a, RangeCount const& b) {
  auto const both = a + b;
  double const rate = both.rate();
  if (rate <= 0 || rate >= 1) return 0;
  double sum = 0;
  for (auto const* one : {&a, &b}) {
    double const gap = one->events - one->rows * rate;
    sum += gap * gap / (one->rows * rate * (1 - rate));
  }
  return sum;
}

class Joiner {
 public:
  Joiner(Binning& binning, BinningOptions const& options) : binning_(binning), options_(options) {
    for (auto const& range : binning.ranges) rows_ += range.rows;
  }

  void run() {
    while (ranges().size() > 1) {
      auto const at = next();
      if (!at) return;
      ranges()[*at] = ranges()[*at] + ranges()[*at + 1];
      ranges().erase(ranges().begin() + static_cast<std::ptrdiff_t>(*at) + 1);
      binning_.cuts.erase(binning_.cuts.begin() + static_cast<std::ptrdiff_t>(*at));
    }
  }

 private:
  std::vector<RangeCount>& ranges() { return binning_.ranges; }

  /// The first of two neighbours to join: of those that break a rule the ones that differ least; else the least
  /// different of all while there are too many or they differ too little.
  [[nodiscard]] std::optional<std::size_t> next() {
    std::optional<std::size_t> broken, any;
    double least_broken = 0, least = 0;
    for (std::size_t i = 0; i + 1 < ranges().size(); ++i) {
      double const apart = chi_square(ranges()[i], ranges()[i + 1]);
      if (!any || apart < least) any = i, least = apart;
      if ((small(ranges()[i]) || small(ranges()[i + 1]) || against(i)) && (!broken || apart < least_broken))
        broken = i, least_broken = apart;
    }
    if (broken) return broken;
    bool const many = ranges().size() > static_cast<std::size_t>(options_.most_ranges);
    return many || least < least_chi_square ? any : std::nullopt;
  }

  [[nodiscard]] bool small(RangeCount const& range) const { return range.rows < options_.least_share * rows_; }
  [[nodiscard]] bool against(std::size_t i) {
    if (!options_.direction) return false;
    double const step = ranges()[i + 1].rate() - ranges()[i].rate();
    return *options_.direction == Monotone::increasing ? step < 0 : step > 0;
  }

  Binning& binning_;
  BinningOptions const& options_;
  double rows_ = 0;
};

/// Where the fine ranges begin: between distinct values, so that each holds about equally many rows.
std::vector<double> fine_cuts(std::vector<float> const& sorted) {
  std::vector<double> cuts;
  for (std::size_t i = 1; i < fine_ranges && !sorted.empty(); ++i) {
    double const cut = sorted[i * sorted.size() / fine_ranges];
    if (cut > sorted.front() && (cuts.empty() || cut > cuts.back())) cuts.push_back(cut);
  }
  return cuts;
}

}  // namespace

Binning choose_ranges(std::span<float const> values, std::span<float const> events, BinningOptions const& options) {
  std::vector<float> sorted;
  for (float const value : values)
    if (!std::isnan(value)) sorted.push_back(value);
  std::sort(sorted.begin(), sorted.end());
  Binning binning;
  binning.cuts = fine_cuts(sorted);
  binning.ranges.resize(binning.cuts.size() + 1);
  for (std::size_t row = 0; row < values.size(); ++row) {
    auto const range = binning.range_of(values[row]);
    auto& count = range < binning.ranges.size() ? binning.ranges[range] : binning.missing;
    count = count + RangeCount{1, events[row]};
  }
  Joiner(binning, options).run();
  return binning;
}

std::size_t Binning::range_of(float value) const {
  if (std::isnan(value)) return ranges.size();
  return static_cast<std::size_t>(std::upper_bound(cuts.begin(), cuts.end(), static_cast<double>(value)) -
                                  cuts.begin());
}

std::vector<RangeCount> Binning::counts() const {
  auto all = ranges;
  all.push_back(missing);
  return all;
}

std::vector<double> Binning::weights_of_evidence() const {
  auto const of_ranges = counts();
  auto const all = sum_of(of_ranges);
  auto const weight = [&](RangeCount const& range) {
    if (range.rows == 0) return 0.0;
    double const without = (range.rows - range.events + 0.5) / (all.rows - all.events + 0.5);
    return std::log(without / ((range.events + 0.5) / (all.events + 0.5)));
  };
  std::vector<double> weights;
  for (auto const& range : of_ranges) weights.push_back(weight(range));
  return weights;
}

double Binning::information() const {
  auto const of_ranges = counts();
  auto const all = sum_of(of_ranges);
  auto const weights = weights_of_evidence();
  double sum = 0;
  for (std::size_t i = 0; i < of_ranges.size(); ++i) {
    auto const& [rows, events] = of_ranges[i];
    sum += ((rows - events) / (all.rows - all.events) - events / all.events) * weights[i];
  }
  return sum;
}

}  // namespace lepton::learn
