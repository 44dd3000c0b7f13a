#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/call.h"

namespace lepton::retrieval {

/// How alike texts must be, and how they are found.
struct DuplicateOptions {
  double least_likeness = 0.8;  ///< Jaccard index of their shingles, above 0 and at most 1
  std::size_t shingle = 3;      ///< words in a row that are compared; a Han character is a word
  double missed = 0.001;        ///< chance that a pair that is just alike enough is not found
  std::uint64_t seed = 1;
};

/// Two texts by number, the lesser first, and the Jaccard index of their sets of shingles.
struct DuplicatePair {
  std::uint32_t first = 0, second = 0;
  double likeness = 0;

  friend bool operator==(DuplicatePair const&, DuplicatePair const&) = default;
};

struct Duplicates {
  std::vector<DuplicatePair> pairs;                  ///< by first, then second
  std::vector<std::vector<std::uint32_t>> clusters;  ///< what pairs connect, at least two each; by their first text
  std::size_t compared = 0;                          ///< candidates whose likeness was counted
};

/// Texts that say the same in nearly the same words. Candidates are found by MinHash (Broder 1997) and bands of it
/// (Leskovec, Rajaraman & Ullman, ch. 3), and each one's likeness is then counted exactly: no pair is reported that is
/// not one. A text without a word is like no other. Equal texts are found once for all of them, so that thousands of
/// one form are cheap; each is paired with the first of them. Equal input gives equal output. Heeds the call. Throws
/// Error{invalid} for options out of range.
[[nodiscard]] Duplicates find_duplicates(Call const& call, std::span<std::string_view const> texts,
                                         DuplicateOptions const& options = {});

/// Jaccard index of the shingles of two texts; 0 when either has none.
[[nodiscard]] double likeness(std::string_view a, std::string_view b, std::size_t shingle = 3);

}  // namespace lepton::retrieval
