#include "embed/resolve/match_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "embed/resolve/pair_comparison.h"
#include "embed/resolve/rival_probabilities.h"

namespace lepton::embed {
namespace {

constexpr std::size_t steps = 24;  // of a comparison, at most
constexpr int most_rounds = 6;
constexpr std::size_t most_learnt_from = 60'000;  // pairs

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

/// Steps that hold equally many pairs each, with those that are equal together.
std::vector<float> bounds_of(ComparedPairs const& pairs, std::size_t column) {
  std::vector<float> values;
  for (std::size_t i = 0; i < pairs.pairs.size(); i += 1 + pairs.pairs.size() / most_learnt_from)
    if (pairs.row(i)[column] >= 0) values.push_back(pairs.row(i)[column]);
  std::sort(values.begin(), values.end());
  std::vector<float> bounds;
  // The upper end holds the matches: its steps are finer.
  for (std::size_t s = 1; s < steps && !values.empty(); ++s) {
    double const at = 1 - std::pow(0.65, static_cast<double>(s));
    float const bound = values[static_cast<std::size_t>(at * static_cast<double>(values.size() - 1))];
    if (bounds.empty() || bound > bounds.back()) bounds.push_back(bound);
  }
  return bounds;
}

std::uint8_t step_of(std::vector<float> const& bounds, float value) {
  return static_cast<std::uint8_t>(std::lower_bound(bounds.begin(), bounds.end(), value) - bounds.begin());
}

/// Pool adjacent violators: the nearest values that never fall.
void make_rising(std::vector<double>& values, std::vector<double> const& masses) {
  struct Block {
    double value, mass;
    std::size_t count;
  };
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < values.size(); ++i) {
    blocks.push_back({values[i], masses[i], 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].value > blocks.back().value) {
      auto const last = blocks.back();
      blocks.pop_back();
      auto& block = blocks.back();
      block.value = (block.value * block.mass + last.value * last.mass) / (block.mass + last.mass);
      block.mass += last.mass;
      block.count += last.count;
    }
  }
  std::size_t at = 0;
  for (auto const& block : blocks)
    for (std::size_t i = 0; i < block.count; ++i) values[at++] = block.value;
}

class Learner {
 public:
  Learner(ComparedPairs const& pairs, std::span<double const> first_guess, std::size_t records,
          std::size_t left_records)
      : pairs_(pairs),
        records_(records),
        left_records_(left_records),
        probability_(first_guess.begin(), first_guess.end()),
        log_odds_(pairs.pairs.size()),
        step_(pairs.values.size(), absent_step),
        rivals_(pairs.pairs, records),
        one_to_one_{left_records < records} {
    model_.weights.resize(pairs.width);
    for (std::size_t column = 0; column < pairs.width; ++column) {
      auto& weight = model_.weights[column];
      weight.bounds = bounds_of(pairs, column);
      weight.log_ratio.assign(weight.bounds.size() + 1, 0);
      weight.weight = 0.5;
      for (std::size_t i = 0; i < log_odds_.size(); ++i)
        if (pairs.row(i)[column] >= 0) step_[i * pairs.width + column] = step_of(weight.bounds, pairs.row(i)[column]);
    }
    choose_sample();
  }

  LearntMatches run(Call const& call) {
    int round = 0;
    for (double moved = 1; round < most_rounds && moved > 1e-3; ++round) {
      call.proceed();
      for (std::size_t column = 0; column < pairs_.width; ++column) learn_ratios(column);
      learn_layer();
      moved = guess();
    }
    return {std::move(model_), std::move(log_odds_), std::move(probability_), round};
  }

 private:
  static constexpr std::uint8_t absent_step = 255;
  static constexpr double penalty = 10;

  /// All pairs of evenly chosen records, so that what is learnt from them does not grow with the tables.
  void choose_sample() {
    std::size_t const one_in = 1 + pairs_.pairs.size() / most_learnt_from;
    std::size_t record = 0;
    for (std::size_t i = 0; i < pairs_.pairs.size(); ++i) {
      if (i > 0 && pairs_.pairs[i].left != pairs_.pairs[i - 1].left) ++record;
      if (record % one_in == 0) sample_.push_back(i);
    }
  }

  [[nodiscard]] float input(std::size_t pair, std::size_t column) const {
    auto const step = step_[pair * pairs_.width + column];
    return step == absent_step ? 0 : model_.weights[column].log_ratio[step];
  }

  void learn_ratios(std::size_t column) {
    auto& weight = model_.weights[column];
    std::size_t const count = weight.log_ratio.size();
    std::vector<double> with(count, 0), without(count, 0);
    double all_with = 0, all_without = 0;
    for (auto const i : sample_) {
      auto const step = step_[i * pairs_.width + column];
      if (step == absent_step) continue;
      with[step] += probability_[i];
      without[step] += 1 - probability_[i];
      all_with += probability_[i];
      all_without += 1 - probability_[i];
    }
    std::vector<double> ratio(count), mass(count);
    for (std::size_t step = 0; step < count; ++step) {
      // Two pairs of each kind that nobody saw, spread like all pairs.
      double const share = (with[step] + without[step] + 1) / (all_with + all_without + static_cast<double>(count));
      ratio[step] =
          std::log((with[step] + 2 * share) / (all_with + 2) * (all_without + 2) / (without[step] + 2 * share));
      mass[step] = with[step] + without[step] + 1e-3;
    }
    make_rising(ratio, mass);
    for (std::size_t step = 0; step < count; ++step)
      weight.log_ratio[step] = static_cast<float>(std::clamp(ratio[step], -8.0, 8.0));
  }

  /// Newton's method; each quadratic approximation is minimised weight by weight within its bound.
  void learn_layer() {
    std::size_t const width = pairs_.width + 1;
    std::vector<double> weights(width);
    for (std::size_t c = 0; c < pairs_.width; ++c) weights[c] = model_.weights[c].weight;
    weights.back() = model_.bias;
    double const prior = 1.0 / static_cast<double>(std::max<std::size_t>(1, pairs_.width));
    for (int newton = 0; newton < 4; ++newton) {
      std::vector<double> gradient(width, 0), curvature(width * width, 0), x(width, 1);
      for (auto const i : sample_) {
        double sum = weights.back();
        for (std::size_t c = 0; c < pairs_.width; ++c) sum += weights[c] * (x[c] = input(i, c));
        double const p = logistic(sum), slope = std::max(p * (1 - p), 1e-6);
        for (std::size_t a = 0; a < width; ++a) {
          gradient[a] += (p - probability_[i]) * x[a];
          for (std::size_t b = 0; b <= a; ++b) curvature[a * width + b] += slope * x[a] * x[b];
        }
      }
      for (std::size_t c = 0; c < pairs_.width; ++c) {
        gradient[c] += penalty * (weights[c] - prior);
        curvature[c * width + c] += penalty;
      }
      for (std::size_t a = 0; a < width; ++a)
        for (std::size_t b = 0; b < a; ++b) curvature[b * width + a] = curvature[a * width + b];
      if (descend(weights, gradient, curvature) < 1e-3) break;
    }
    for (std::size_t c = 0; c < pairs_.width; ++c) model_.weights[c].weight = weights[c];
    model_.bias = weights.back();
  }

  /// Moves the weights to the minimum; answers how far the one that moved most went.
  static double descend(std::vector<double>& weights, std::vector<double> const& gradient,
                        std::vector<double> const& curvature) {
    std::size_t const width = weights.size();
    std::vector<double> change(width, 0);
    for (int sweep = 0; sweep < 50; ++sweep)
      for (std::size_t a = 0; a < width; ++a) {
        double slope = gradient[a];
        for (std::size_t b = 0; b < width; ++b) slope += curvature[a * width + b] * change[b];
        double next = change[a] - slope / curvature[a * width + a];
        if (a + 1 < width) next = std::max(next, -weights[a]);
        change[a] = std::clamp(next, -2.0, 2.0);
      }
    double most = 0;
    for (std::size_t a = 0; a < width; ++a) {
      weights[a] += change[a];
      most = std::max(most, std::abs(change[a]));
    }
    return most;
  }

  /// How many records of the smaller table have a match. What a record gets that has none is seen where the match is
  /// sure, in the surer half of the records: as much as they would get if their own match were not there. Below the
  /// median of that is half of the records without a match, and hardly another; they are counted a standard deviation
  /// too high, for what chance does to small numbers.
  [[nodiscard]] double count_matches() const {
    auto const [best, second] = best_and_second();
    double const sure = median(best);
    std::vector<double> without;
    for (std::size_t i = 0; i < best.size(); ++i)
      if (best[i] >= sure) without.push_back(second[i]);
    double const bound = median(without);
    auto const count_below = [&](std::vector<double> const& values) {
      return static_cast<double>(std::count_if(values.begin(), values.end(), [&](double x) { return x <= bound; }));
    };
    double const found = count_below(best);
    double const most = found + 1 + std::sqrt(found + 0.75);  // Gehrels 1986, equation 7
    double const below = count_below(without) / static_cast<double>(without.size());
    return std::max(1.0, static_cast<double>(best.size()) - most / below);
  }
  [[nodiscard]] static double median(std::vector<double> values) {
    auto const middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  /// The log odds of the best pair of each record of the smaller table, and of the best that it would have without
  /// that.
  [[nodiscard]] std::pair<std::vector<double>, std::vector<double>> best_and_second() const {
    constexpr double none = -1e9;
    std::vector<std::size_t> order(log_odds_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return log_odds_[a] > log_odds_[b]; });
    std::vector<double> best(records_, none), second(records_, none);
    for (auto const i : order) {
      auto const [left, right] = pairs_.pairs[i];
      bool const left_free = best[left] == none, right_free = best[right] == none;
      if (left_free && right_free)
        best[left] = best[right] = log_odds_[i];
      else if (left_free || right_free)
        second[left_free ? right : left] = std::max(second[left_free ? right : left], log_odds_[i]);
    }
    bool const left_is_smaller = left_records_ <= records_ - left_records_;
    auto const begin = static_cast<std::ptrdiff_t>(left_is_smaller ? 0 : left_records_),
               end = static_cast<std::ptrdiff_t>(left_is_smaller ? left_records_ : records_);
    return {{best.begin() + begin, best.begin() + end}, {second.begin() + begin, second.begin() + end}};
  }

  /// Probabilities from the model; among rivals at most one is right. Answers what share of them moved.
  double guess() {
    for (std::size_t i = 0; i < probability_.size(); ++i) {
      double sum = model_.bias;
      for (std::size_t c = 0; c < pairs_.width; ++c) sum += model_.weights[c].weight * input(i, c);
      log_odds_[i] = sum;
    }
    auto const next = one_to_one_ ? among_rivals() : alone();
    double moved = 0, total = 1e-9;
    for (std::size_t i = 0; i < next.size(); ++i) {
      moved += std::abs(next[i] - probability_[i]);
      total += next[i];
    }
    probability_ = next;
    return moved / total;
  }

  [[nodiscard]] std::vector<double> among_rivals() {
    auto const [left, right] = std::pair(left_records_, records_ - left_records_);
    return rivals_.adding_up_to(count_matches(), static_cast<double>(std::min(left, right)), log_odds_);
  }
  [[nodiscard]] std::vector<double> alone() const {
    std::vector<double> out(log_odds_.size());
    std::transform(log_odds_.begin(), log_odds_.end(), out.begin(), logistic);
    return out;
  }

  ComparedPairs const& pairs_;
  std::size_t records_;
  std::size_t left_records_;
  MatchModel model_;
  std::vector<double> probability_, log_odds_;
  std::vector<std::uint8_t> step_;  // of each value among its comparison's
  std::vector<std::size_t> sample_;
  RivalProbabilities rivals_;
  bool one_to_one_;
};

}  // namespace

double AgreementWeight::of(float value) const {
  return value < 0 || log_ratio.empty() ? 0 : weight * log_ratio[step_of(bounds, value)];
}

double MatchModel::log_odds(float const* values) const {
  double sum = bias;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i].of(values[i]);
  return sum;
}

LearntMatches learn_matches(Call const& call, ComparedPairs const& pairs, std::span<double const> first_guess,
                            std::size_t records, std::size_t left_records) {
  if (pairs.pairs.empty()) return {};
  return Learner(pairs, first_guess, records, left_records).run(call);
}

}  // namespace lepton::embed
