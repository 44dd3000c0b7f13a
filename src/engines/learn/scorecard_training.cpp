#include "learn/scorecard_training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "learn/logistic_regression.h"

namespace lepton::learn {
namespace {

constexpr double ridge = 1;

/// A feature that may come on the card.
struct Candidate {
  std::size_t column = 0;
  Binning binning;
  std::vector<double> weights;  ///< of evidence, by range; the last: of missing values
  double slope = 0;             ///< of the log odds of the event, below 0

  [[nodiscard]] double weight_at(float value) const { return weights[binning.range_of(value)]; }
};

std::vector<float> column_of(Examples const& examples, std::size_t column) {
  std::vector<float> values(examples.rows());
  for (std::size_t row = 0; row < values.size(); ++row) values[row] = examples.values.at(row, column);
  return values;
}

class CardMaker {
 public:
  CardMaker(Call const& call, Examples const& train, ScorecardOptions const& options)
      : call_(call), train_(train), options_(options) {}

  TrainedScorecard run() {
    choose_candidates();
    auto const shift = weigh();
    fill_card(shift);
    return std::move(out_);
  }

 private:
  void choose_candidates() {
    for (std::size_t column = 0; column < train_.features.size(); ++column) {
      call_.proceed();
      auto const& name = train_.features[column];
      BinningOptions ranges{options_.most_ranges, options_.least_share, std::nullopt};
      if (auto const found = options_.monotone.find(name); found != options_.monotone.end())
        ranges.direction = found->second;
      Candidate candidate{column, choose_ranges(column_of(train_, column), train_.target, ranges), {}, 0};
      candidate.weights = candidate.binning.weights_of_evidence();
      double const information = candidate.binning.information();
      out_.importance.push_back({name, information, static_cast<std::int64_t>(candidate.binning.ranges.size())});
      if (information >= options_.least_information)
        candidates_.push_back(std::move(candidate));
      else
        out_.left_out.push_back(fmt::format("column '{}' is not on the card: its information is {:.3f}, below {:g}",
                                            name, information, options_.least_information));
    }
    std::stable_sort(out_.importance.begin(), out_.importance.end(), [](auto& a, auto& b) { return a.gain > b.gain; });
  }

  /// Until every slope goes with its evidence; the one most against it goes first. Answers the shift.
  double weigh() {
    while (!candidates_.empty()) {
      runtime::Matrix values(train_.rows(), candidates_.size());
      for (std::size_t row = 0; row < train_.rows(); ++row)
        for (std::size_t i = 0; i < candidates_.size(); ++i)
          values.at(row, i) =
              static_cast<float>(candidates_[i].weight_at(train_.values.at(row, candidates_[i].column)));
      auto const line = fit_logistic(call_, values, train_.target, ridge);
      auto const worst = std::max_element(line.slopes.begin(), line.slopes.end()) - line.slopes.begin();
      if (line.slopes[static_cast<std::size_t>(worst)] < 0) {
        for (std::size_t i = 0; i < candidates_.size(); ++i) candidates_[i].slope = line.slopes[i];
        return line.shift;
      }
      out_.left_out.push_back(fmt::format("column '{}' is not on the card: what it tells, other columns tell better",
                                          train_.features[candidates_[static_cast<std::size_t>(worst)].column]));
      candidates_.erase(candidates_.begin() + worst);
    }
    return 0;
  }

  /// Each feature takes an equal part of what belongs to none.
  void fill_card(double shift) {
    auto& card = out_.card;
    card.base_points = options_.base_points;
    card.base_odds = options_.base_odds;
    card.double_odds = options_.double_odds;
    card.reasons = options_.reasons;
    double const factor = options_.double_odds / std::log(2);
    double const common = (options_.base_points - factor * (shift + std::log(options_.base_odds))) /
                          static_cast<double>(candidates_.size());
    for (auto const& candidate : candidates_) {
      runtime::ScorecardFeature line{train_.features[candidate.column], candidate.binning.cuts, {}, 0, 0, {}, {}};
      auto const counts = candidate.binning.counts();
      double sum = 0;
      for (std::size_t i = 0; i < counts.size(); ++i) {
        auto const points = std::llround(common - factor * candidate.slope * candidate.weights[i]);
        line.points.push_back(points);
        line.rows.push_back(static_cast<std::int64_t>(counts[i].rows));
        line.rates.push_back(counts[i].rows > 0 ? counts[i].rate() : 0);
        sum += counts[i].rows * static_cast<double>(points);
      }
      line.missing = line.points.back();
      line.points.pop_back();
      line.neutral = sum / static_cast<double>(train_.rows());
      card.features.push_back(std::move(line));
    }
  }

  Call const& call_;
  Examples const& train_;
  ScorecardOptions const& options_;
  std::vector<Candidate> candidates_;
  TrainedScorecard out_;
};

}  // namespace

TrainedScorecard train_scorecard(Call const& call, Examples const& train, ScorecardOptions const& options) {
  return CardMaker(call, train, options).run();
}

}  // namespace lepton::learn
