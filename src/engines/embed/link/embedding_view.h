#pragma once

#include <cstddef>
#include <cstdint>

#include "embed/link/query_index.h"
#include "embed/link/scoring.h"

namespace lepton::embed {

/// Vectors of a graph, wherever they are kept: in a training or in a mapped file, which outlives the view. Any thread
/// may read.
struct EmbeddingView {
  Scoring scoring = Scoring::complex;
  bool reciprocal = true;  ///< each relation has a second vector for its questions the other way round
  std::uint32_t entities = 0, relations = 0;
  std::size_t size = 0;  ///< floats of a vector, a multiple of `lanes`
  float const* entity_rows = nullptr;
  float const* relation_rows = nullptr;

  [[nodiscard]] std::size_t relation_row_count() const { return reciprocal ? 2 * std::size_t{relations} : relations; }
  [[nodiscard]] float const* entity(std::uint32_t i) const { return entity_rows + i * size; }
  [[nodiscard]] std::uint32_t relation_row(Query query) const {
    return reciprocal || query.relation < relations ? query.relation : query.relation - relations;
  }
  [[nodiscard]] float const* relation(Query query) const { return relation_rows + relation_row(query) * size; }
  /// Whether the relation's vector is to be used the other way round.
  [[nodiscard]] bool inverse(Query query) const { return !reciprocal && query.relation >= relations; }
  void make_query(Query query, float* out) const {
    embed::make_query(scoring, size, entity(query.source), relation(query), inverse(query), out);
  }
};

}  // namespace lepton::embed
