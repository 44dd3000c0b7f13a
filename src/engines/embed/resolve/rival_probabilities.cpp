#include "embed/resolve/rival_probabilities.h"

#include <algorithm>
#include <cmath>

namespace lepton::embed {
namespace {

constexpr int most_passes = 60;
constexpr double greatest_log_odds = 30;

double logit(double p) {
  return std::log(p / (1 - p));
}

}  // namespace

double RivalProbabilities::probability(std::size_t pair) const {
  double const together = odds(pair) * from_left_[pair] * from_right_[pair];
  return together / (1 + together);
}

double RivalProbabilities::pass_messages() {
  std::fill(sums_.begin(), sums_.end(), 0.0);
  for (std::size_t i = 0; i < odds_.size(); ++i) {
    sums_[pairs_[i].left] += odds(i) * from_right_[i];
    sums_[pairs_[i].right] += odds(i) * from_left_[i];
  }
  double total = 0;
  for (std::size_t i = 0; i < odds_.size(); ++i) {
    double const left = 1 / (1 + std::max(0.0, sums_[pairs_[i].left] - odds(i) * from_right_[i]));
    double const right = 1 / (1 + std::max(0.0, sums_[pairs_[i].right] - odds(i) * from_left_[i]));
    // The geometric mean with the last message, because messages swing around what they come to.
    from_left_[i] = std::sqrt(from_left_[i] * left);
    from_right_[i] = std::sqrt(from_right_[i] * right);
    total += probability(i);
  }
  return total;
}

std::vector<double> RivalProbabilities::adding_up_to(double matches, double most, std::span<double const> log_odds) {
  double const wanted = std::clamp(matches / most, 1e-6, 1 - 1e-6);
  for (std::size_t i = 0; i < odds_.size(); ++i)
    odds_[i] = std::exp(std::clamp(log_odds[i], -greatest_log_odds, greatest_log_odds));
  double before = 0;
  for (int pass = 0; pass < most_passes; ++pass) {
    factor_ = std::exp(log_factor_);
    double const total = pass_messages();
    double const share = std::clamp(total / most, 1e-6, 1 - 1e-6);
    bool const there = std::abs(share - wanted) < 1e-3 && std::abs(total - before) < 1e-3 * most;
    if (there) break;
    before = total;
    log_factor_ = std::clamp(log_factor_ + std::clamp(logit(wanted) - logit(share), -1.0, 1.0), -20.0, 20.0);
  }
  std::vector<double> out(odds_.size());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = probability(i);
  return out;
}

}  // namespace lepton::embed
