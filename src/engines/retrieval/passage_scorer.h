#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "retrieval/term_query.h"

namespace lepton::retrieval {

/// Gives passages of one segment their points by BM25F: exactly, out of the words that they are made of. Looks up each
/// word once and remembers what it has of the question. The query outlives it; one thread.
class PassageScorer {
 public:
  PassageScorer(TermQuery const& query, Segment const& segment);

  [[nodiscard]] Score score(std::uint32_t passage);

 private:
  /// What of the question a word brings: terms_[begin …] are itself and its pieces, ends_[pair …] pairs that end with
  /// it.
  struct Profile {
    std::uint32_t begin = 0;
    std::uint16_t terms = 0, pair = 0, pairs = 0;
  };
  struct PairEnd {
    std::uint32_t second, first;  // words of the segment
    std::uint16_t term;
  };

  [[nodiscard]] std::uint32_t profile_of(std::uint32_t word) {
    return profile_[word] != 0 ? profile_[word] : profile_[word] = make_profile(word, std::nullopt);
  }
  /// Of a word that is `asked` for itself, or not.
  [[nodiscard]] std::uint32_t make_profile(std::uint32_t word, std::optional<std::uint16_t> asked);
  void count(std::uint16_t term, std::size_t field);
  [[nodiscard]] Score sum_up(std::uint32_t passage);

  TermQuery const& query_;
  Segment const& segment_;
  std::vector<std::uint64_t> piece_is_asked_;  // a bit each: stays in the nearest cache
  std::vector<std::uint16_t> term_of_piece_;
  std::vector<PairEnd> ends_;
  std::vector<std::uint32_t> profile_;  // by word, from 2; 0: not looked up yet, 1: nothing of the question
  std::vector<Profile> profiles_;
  std::vector<std::uint16_t> terms_;
  std::vector<std::array<std::uint16_t, most_fields>> times_;  // by term; all 0 between passages
  std::vector<std::uint8_t> seen_;
  std::vector<std::uint16_t> touched_;
};

}  // namespace lepton::retrieval
