#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/fields.h"

namespace lepton::learn {

/// How well scores order the rows of queries that the model has not seen. Means over the queries with a relevant row
/// (relevance above 0); equal scores keep the order of the rows.
struct RankingReport {
  std::int64_t rows = 0, queries = 0;
  std::int64_t queries_without_relevant = 0;  ///< nothing can be said of them
  double ndcg_5 = 0, ndcg_10 = 0, ndcg = 0;   ///< gain 2^relevance − 1, discount log2(place + 1)
  double map_10 = 0, map = 0;                 ///< mean average precision
  double mrr = 0;                             ///< mean of 1 / place of the first relevant row

  static constexpr auto fields() {
    using R = RankingReport;
    return std::tuple{required("rows", &R::rows, "rows evaluated"),
                      required("queries", &R::queries, "queries evaluated"),
                      required("queries_without_relevant", &R::queries_without_relevant, "that were left out"),
                      required("ndcg_5", &R::ndcg_5, "normalised discounted cumulative gain of the first 5"),
                      required("ndcg_10", &R::ndcg_10, "of the first 10"),
                      required("ndcg", &R::ndcg, "of all"),
                      required("map_10", &R::map_10, "mean average precision of the first 10"),
                      required("map", &R::map, "of all"),
                      required("mrr", &R::mrr, "mean reciprocal place of the first relevant row")};
  }
};

/// Rows with equal neighbouring `keys` are one query; relevances are whole numbers from 0. The spans are equally long
/// and not empty.
[[nodiscard]] RankingReport evaluate_ranking(std::span<float const> scores, std::span<float const> relevances,
                                             std::span<std::uint64_t const> keys);

}  // namespace lepton::learn
