#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/call.h"
#include "embed/link/embedding_view.h"

namespace lepton::embed {

/// How high the right answers stand.
struct RankingReport {
  double mrr = 0;  ///< mean of 1/rank
  double mean_rank = 0;
  double hits_at_1 = 0, hits_at_3 = 0, hits_at_10 = 0;
  std::size_t ranks = 0;  ///< two a triple: its tail and its head

  void add(double rank);
  void finish();
};

/// Scores of every entity as the answer of queries, by the vectors, a block of queries at a time.
class EntityScores {
 public:
  /// `view` outlives this.
  EntityScores(EmbeddingView const& view, std::size_t threads) : view_(view), threads_(threads) {}

  /// Scores `queries` (at most `block`); they are valid until the next call.
  void compute(std::span<Query const> queries);
  [[nodiscard]] float at(std::size_t query, std::uint32_t entity) const { return scores_[entity * width_ + query]; }
  /// The scores of one entity for query after query.
  [[nodiscard]] float const* row(std::uint32_t entity) const { return scores_.data() + entity * width_; }

  static constexpr std::size_t block = 256;

 private:
  EmbeddingView view_;
  std::size_t threads_, width_ = 0;
  std::vector<float> scores_;
};

/// Filtered ranks (Bordes et al. 2013) of the triples, both sides: other answers in `known` do not count, ties share
/// the mean of their places. `known` holds the triples themselves too. Heeds the call.
[[nodiscard]] RankingReport rank_triples(Call const& call, EmbeddingView const& view, std::span<Triple const> triples,
                                         QueryIndex const& known, std::size_t threads);

}  // namespace lepton::embed
