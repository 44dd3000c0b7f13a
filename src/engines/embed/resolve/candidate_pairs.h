#pragma once

#include <cstdint>
#include <vector>

#include "base/call.h"
#include "embed/resolve/comparable_records.h"

namespace lepton::embed {

/// Two records that may be the same thing. Of two tables: `left` is of the first, `right` of the second; of one table:
/// left < right. Numbers are those of ComparableRecords.
struct CandidatePair {
  std::uint32_t left = 0, right = 0;

  friend auto operator<=>(CandidatePair const&, CandidatePair const&) = default;
};

/// For each record those others that share most rare words with it, in the whole record and in its key field, and most
/// rare pieces of words in its key field: at most `nearest` each, both ways. Rare words are looked up first, and no
/// more than `most_postings` records a question, so that the work grows with the number of records alone. Sorted; equal
/// for any number of threads. Heeds the call.
[[nodiscard]] std::vector<CandidatePair> candidate_pairs(Call const& call, ComparableRecords const& records,
                                                         std::size_t nearest, std::size_t threads);

inline constexpr std::size_t most_postings = 3000;

}  // namespace lepton::embed
