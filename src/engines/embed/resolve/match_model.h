#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/call.h"
#include "embed/resolve/candidate_pairs.h"

namespace lepton::embed {

/// Candidate pairs with what their comparison gave: `width` numbers a pair.
struct ComparedPairs {
  std::vector<CandidatePair> pairs;
  std::vector<float> values;
  std::size_t width = 0;

  [[nodiscard]] float const* row(std::size_t pair) const { return values.data() + pair * width; }
};

/// What agreement in one way says: the logarithm of how much more often matches show it than others (Fellegi & Sunter
/// 1969), by steps of the agreement, never falling, and how much of that counts beside the other ways.
struct AgreementWeight {
  std::vector<float> bounds;     ///< rising: step i ends at bounds[i]; the last has no end
  std::vector<float> log_ratio;  ///< of each step; an absent value counts 0
  double weight = 0;             ///< 0 or more

  [[nodiscard]] double of(float value) const;
};

/// Tells matches from others. A plain value.
struct MatchModel {
  std::vector<AgreementWeight> weights;
  double bias = 0;

  /// Logarithm of the odds that the pair matches, its rivals not considered.
  [[nodiscard]] double log_odds(float const* values) const;
};

/// A model learnt without labels, and how likely each pair is a match.
struct LearntMatches {
  MatchModel model;
  std::vector<double> log_odds;
  std::vector<double> probability;  ///< of each pair, its rivals considered
  int rounds = 0;
};

/// Expectation maximisation: agreement weights and a logistic layer of non-negative weights over them are learnt from
/// the probabilities of the pairs, which follow from the model again. Of two tables (the first `left_records` are of
/// the first) a record matches at most one other, so pairs that share a record are rivals; of one table,
/// `left_records` is `records`. Deterministic. Heeds the call.
[[nodiscard]] LearntMatches learn_matches(Call const& call, ComparedPairs const& pairs,
                                          std::span<double const> first_guess, std::size_t records,
                                          std::size_t left_records);

}  // namespace lepton::embed
