#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "retrieval/segment.h"
#include "text/hashed_table.h"

namespace lepton::retrieval {

/// Scores are whole numbers of 1/65,536 point of BM25: sums of them do not depend on the order in which terms are
/// added, so that a search that skips what cannot win gives exactly what one that looks at everything does.
using Score = std::uint64_t;
inline constexpr double score_unit = 65536;

/// A passage of a segment of the index.
struct Place {
  std::uint32_t segment = 0, passage = 0;

  friend bool operator==(Place, Place) = default;
  friend auto operator<=>(Place, Place) = default;
};

struct ScoredPlace {
  Place place;
  Score score = 0;

  friend bool operator==(ScoredPlace const&, ScoredPlace const&) = default;
};

/// A term that was asked for and stands in some segment: what it counts there is `factor` · BM25's saturation.
struct QueryTerm {
  std::uint64_t hash = 0;
  double factor = 0;           ///< weight · times in the question · idf
  std::uint64_t passages = 0;  ///< that have it
  bool finds = true;           ///< false: a piece of a word that passages have
};

inline constexpr std::size_t most_query_terms = 1024;

/// What to look for in segments of one index, and by which means. Frequencies are those of all segments, passages that
/// are gone included until their segment is written anew. Any thread.
class TermQuery {
 public:
  /// Of a long question the most_query_terms terms that count most. Segments and options outlive it.
  TermQuery(std::span<Segment const> segments, IndexOptions const& options, std::string_view question);

  [[nodiscard]] std::vector<QueryTerm> const& terms() const { return terms_; }
  /// Postings of all terms: how much there is to read.
  [[nodiscard]] std::uint64_t postings() const;
  /// The same without the pieces of words that passages have. Pieces are most of what a question has to read; where the
  /// word itself is known, they tell apart what words find more than they find.
  [[nodiscard]] TermQuery finding() const;
  /// What all terms together give to a passage, out of its text.
  [[nodiscard]] Score score(Place place) const;
  [[nodiscard]] std::span<double const> means() const { return means_; }
  [[nodiscard]] IndexOptions const& options() const { return options_; }
  [[nodiscard]] std::span<Segment const> segments() const { return segments_; }
  /// What a term with this pseudo-frequency adds.
  [[nodiscard]] Score contribution(QueryTerm const& term, double frequency) const {
    if (frequency <= 0) return 0;
    return static_cast<Score>(term.factor * frequency * (options_.saturation + 1) / (frequency + options_.saturation) *
                              score_unit);
  }

 private:
  std::span<Segment const> segments_;
  IndexOptions const& options_;
  std::vector<double> means_;
  std::vector<QueryTerm> terms_;
  std::vector<text::HashedTable<std::uint32_t>::Slot> numbers_;  // of terms_, by hash
};

/// The `most` best passages that are not gone, by falling score above 0, then by place. MaxScore (Turtle & Flood 1995)
/// over windows of passages with the bounds of blocks (Ding & Suel 2011): what cannot reach the result is not decoded.
/// Heeds the call. Throws Error{invalid} for a damaged list.
[[nodiscard]] std::vector<ScoredPlace> search_terms(Call const& call, TermQuery const& query, std::size_t most);

/// The same by looking at every posting: what tests compare with.
[[nodiscard]] std::vector<ScoredPlace> search_terms_exhaustively(TermQuery const& query, std::size_t most);

}  // namespace lepton::retrieval
