#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/call.h"
#include "embed/resolve/match_model.h"
#include "embed/resolve/pair_comparison.h"
#include "embed/resolve/record_table.h"

namespace lepton::embed {

/// What one comparison said about two records that were merged.
struct MergeEvidence {
  std::string comparison;  ///< "title: words"
  float agreement = 0;     ///< 0 to 1
  double log_odds = 0;     ///< what it adds to the logarithm of the odds; negative: it spoke against
};

/// Two records that are one thing.
struct Merge {
  std::uint32_t left = 0, right = 0;  ///< in the first table, and in the second or the same
  double probability = 0;             ///< that they match, their rivals considered
  double log_odds = 0;                ///< before rivals were: `prior` plus the evidence
  double prior = 0;
  std::vector<MergeEvidence> evidence;  ///< strongest first; absent values say nothing and are left out
};

/// Records and which of them are the same thing.
struct Resolution {
  std::vector<Merge> merges;  ///< most certain first
  std::vector<std::uint32_t>
      clusters;                  ///< of each record, those of the first table first: the least record it is one with
  std::size_t compared = 0;      ///< pairs
  double least_probability = 0;  ///< of a merge, chosen for the best F1 to be expected
  double expected_precision = 0, expected_recall = 0;  ///< among the compared pairs, if the probabilities are right
  MatchModel model;
  std::vector<Comparison> comparisons;  ///< the model's, in its order
};

struct ResolutionOptions {
  std::size_t nearest = 8;  ///< records that each is compared with, by each way of looking
  std::size_t threads = 1;
};

/// Finds the records of two tables that are the same thing, where neither table has one twice: each record matches at
/// most one. Learns from the tables alone; there is nothing to set for a kind of data. Equal tables give equal results
/// for any number of threads. Heeds the call.
[[nodiscard]] Resolution link_tables(Call const& call, RecordTable const& left, RecordTable const& right,
                                     ResolutionOptions const& options = {});

/// Finds the records of one table that are the same thing. A cluster grows only while its members match on average.
[[nodiscard]] Resolution find_duplicates(Call const& call, RecordTable const& table,
                                         ResolutionOptions const& options = {});

}  // namespace lepton::embed
