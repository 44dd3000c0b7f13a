#pragma once

#include <cstdint>
#include <vector>

#include "base/call.h"
#include "retrieval/term_query.h"

namespace lepton::retrieval {

/// How much is looked at to find candidates.
struct FindingOptions {
  std::size_t most = 1000;                ///< candidates of a segment
  std::uint64_t most_postings = 300'000;  ///< read in a segment
  std::uint64_t scanned_words = 200'000;  ///< segments of fewer words have all their passages looked at
};

/// A passage that was found, and about how many points it has.
struct FoundPassage {
  std::uint32_t passage = 0;
  double points = 0;

  friend bool operator==(FoundPassage const&, FoundPassage const&) = default;
};

/// What a search of a segment by words found.
struct FoundByTerms {
  std::vector<FoundPassage> passages;  ///< in their order
  double others = 0;                   ///< points that passages which are not among these have at most, about
  bool whole = false;                  ///< all passages of the segment, without points
};

/// Passages of a segment that are not gone and may have most points. Lists of the question's words, of
/// pairs, and of words that share pieces with it are read, those that count most first, as many as there may be; each
/// posting adds what its term and the term's pieces are worth there by its impact. Equal input gives equal results.
/// Heeds the call.
[[nodiscard]] FoundByTerms find_by_terms(Call const& call, TermQuery const& query, Segment const& segment,
                                         FindingOptions const& options);

}  // namespace lepton::retrieval
