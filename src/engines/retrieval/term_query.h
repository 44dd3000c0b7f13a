#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "retrieval/segment.h"

namespace lepton::retrieval {

/// Scores are whole numbers of 1/65,536 point of BM25: sums of them do not depend on the order in which terms are
/// added.
using Score = std::uint64_t;
inline constexpr double score_unit = 65536;

/// A passage of a segment of the index.
struct Place {
  std::uint32_t segment = 0, passage = 0;

  friend bool operator==(Place, Place) = default;
  friend auto operator<=>(Place, Place) = default;
};

/// A term that was asked for and stands in some segment: what it counts there is `factor` · BM25's saturation.
struct QueryTerm {
  Term term;
  std::uint64_t first = 0, second = 0;  ///< words of a pair
  double factor = 0;                    ///< weight · times in the question · idf
};

inline constexpr std::size_t most_query_terms = 1024;

/// What to look for in segments of one index. Frequencies are those of all segments, passages that are gone included
/// until their segment is written anew. Any thread.
class TermQuery {
 public:
  /// Of a long question the most_query_terms terms that count most. Segments and options outlive it.
  TermQuery(std::span<Segment const> segments, IndexOptions const& options, std::string_view question);

  [[nodiscard]] std::vector<QueryTerm> const& terms() const { return terms_; }
  [[nodiscard]] std::span<double const> means() const { return means_; }
  [[nodiscard]] IndexOptions const& options() const { return options_; }
  [[nodiscard]] std::span<Segment const> segments() const { return segments_; }
  /// What a term with this pseudo-frequency adds.
  [[nodiscard]] Score contribution(QueryTerm const& term, double frequency) const {
    return static_cast<Score>(term.factor * saturated(frequency, options_.saturation) * score_unit);
  }

 private:
  std::span<Segment const> segments_;
  IndexOptions const& options_;
  std::vector<double> means_;
  std::vector<QueryTerm> terms_;
};

}  // namespace lepton::retrieval
