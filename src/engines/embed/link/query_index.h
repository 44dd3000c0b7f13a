#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "embed/triples.h"

namespace lepton::embed {

/// "(source, relation, ?)". A relation from `relations` on asks the other way round: (?, relation − relations, source).
struct Query {
  std::uint32_t source = 0, relation = 0;

  friend auto operator<=>(Query const&, Query const&) = default;
};

/// What a graph answers: every distinct query that its triples ask, both ways, with its distinct answers. Immutable;
/// any thread may read.
class QueryIndex {
 public:
  QueryIndex(std::span<std::span<Triple const> const> lists, std::uint32_t relations);
  QueryIndex(std::span<Triple const> triples, std::uint32_t relations)
      : QueryIndex(std::span<std::span<Triple const> const>(&triples, 1), relations) {}

  [[nodiscard]] std::size_t size() const { return queries_.size(); }
  [[nodiscard]] Query query(std::size_t i) const { return queries_[i]; }
  /// Rising.
  [[nodiscard]] std::span<std::uint32_t const> answers(std::size_t i) const {
    return {answers_.data() + begin_[i], answers_.data() + begin_[i + 1]};
  }
  /// Empty when nothing is known.
  [[nodiscard]] std::span<std::uint32_t const> find(Query query) const;
  [[nodiscard]] bool contains(Triple const& triple) const;
  /// The queries with that relation, as a range of their numbers.
  [[nodiscard]] std::pair<std::size_t, std::size_t> of_relation(std::uint32_t relation) const;
  /// Answers of all queries: twice the distinct triples.
  [[nodiscard]] std::size_t total_answers() const { return answers_.size(); }

 private:
  std::vector<Query> queries_;  // by relation, then source
  std::vector<std::size_t> begin_;
  std::vector<std::uint32_t> answers_;
};

}  // namespace lepton::embed
