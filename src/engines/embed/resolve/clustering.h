#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "embed/resolve/match_model.h"

namespace lepton::embed {

/// Which of the candidate pairs to merge, as numbers, best first.
struct Assignment {
  std::vector<std::size_t> merged;
  double least_probability = 0;
  double expected_precision = 0, expected_recall = 0;
};

/// Takes pairs by falling log odds, each record once, down to where the F1 that the probabilities promise is highest.
[[nodiscard]] Assignment assign_one_to_one(LearntMatches const& matches, std::span<CandidatePair const> pairs,
                                           std::size_t records);

/// Merges clusters by falling log odds while, over all pairs across the two, the mean is not negative; a pair that was
/// not compared counts as `not_compared`. Clusters stay below `largest_cluster` records. `merged` are the pairs that
/// joined two clusters.
[[nodiscard]] Assignment assign_clusters(LearntMatches const& matches, std::span<CandidatePair const> pairs,
                                         std::size_t records);

inline constexpr double not_compared = -4;
inline constexpr std::size_t largest_cluster = 64;

/// The least record that each is one with.
[[nodiscard]] std::vector<std::uint32_t> clusters_of(std::span<std::size_t const> merged,
                                                     std::span<CandidatePair const> pairs, std::size_t records);

}  // namespace lepton::embed
