#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "embed/resolve/candidate_pairs.h"

namespace lepton::embed {

/// How likely pairs are matches when a record is in one match at most, so that pairs that share a record are rivals:
/// marginals of the distribution in which a set of matches weighs the product of their odds, by belief propagation
/// (Bayati et al. 2011; exact where rivals form no circles). Keeps its messages, so that a call that differs little
/// from the last is quick. `pairs` outlive it. One thread.
class RivalProbabilities {
 public:
  RivalProbabilities(std::span<CandidatePair const> pairs, std::size_t records)
      : pairs_(pairs), from_left_(pairs.size(), 1), from_right_(pairs.size(), 1), sums_(records), odds_(pairs.size()) {}

  /// With all odds multiplied by what makes the probabilities add up to `matches`, of at most `most` that can be: the
  /// odds of a model are against any other state of two records, those among rivals against both having no match.
  [[nodiscard]] std::vector<double> adding_up_to(double matches, double most, std::span<double const> log_odds);

 private:
  /// Sends each record's message to each of its rivals; answers what the probabilities add up to.
  double pass_messages();
  [[nodiscard]] double odds(std::size_t pair) const { return std::min(factor_ * odds_[pair], greatest_odds); }
  [[nodiscard]] double probability(std::size_t pair) const;

  static constexpr double greatest_odds = 3e6;

  std::span<CandidatePair const> pairs_;
  std::vector<double> from_left_, from_right_;  // of each pair: how free the record is for it
  std::vector<double> sums_;                    // of each record: odds of its pairs, times how free the others are
  std::vector<double> odds_;
  double log_factor_ = 0, factor_ = 1;
};

}  // namespace lepton::embed
