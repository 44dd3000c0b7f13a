#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "learn/interaction_table.h"
#include "learn/recommender_training.h"
#include "recommend/recommender.h"

namespace lepton::learn {

/// A mean over users, with its 95 % interval by bootstrap over them.
struct MeanInterval {
  double mean = 0, low = 0, high = 0;

  static constexpr auto fields() {
    using M = MeanInterval;
    return std::tuple{required("mean", &M::mean, "over users"), required("low", &M::low, "of the 95 % interval"),
                      required("high", &M::high, "of the 95 % interval")};
  }
};

/// Percentile bootstrap; equal input gives an equal interval. Of nothing all is 0.
[[nodiscard]] MeanInterval bootstrap_mean(std::span<float const> values, std::uint64_t seed);

/// How good the lists of one way to recommend are.
struct ListFigures {
  std::string method;
  MeanInterval recall, ndcg;
  double hit_rate = 0, coverage = 0;

  static constexpr auto fields() {
    using F = ListFigures;
    return std::tuple{required("method", &F::method, "how it recommends"),
                      required("recall", &F::recall, "share of the held-out items that come"),
                      required("ndcg", &F::ndcg, "normalised discounted cumulative gain"),
                      required("hit_rate", &F::hit_rate, "share of users to whom one at least comes"),
                      required("coverage", &F::coverage, "share of all items that come to anybody")};
  }
};

/// Items that nobody took in what was learnt from, ranked among each other by their features alone.
struct ColdFigures {
  std::int64_t items = 0, users = 0;
  double recall = 0, by_chance = 0;

  static constexpr auto fields() {
    using F = ColdFigures;
    return std::tuple{required("items", &F::items, "without anybody in what was learnt from"),
                      required("users", &F::users, "to whom such an item was held out"),
                      required("recall", &F::recall, "of those, ranked among each other"),
                      required("by_chance", &F::by_chance, "recall of any order")};
  }
};

/// What facts there were.
struct FactFigures {
  std::int64_t facts = 0, items = 0, relations = 0, path_kinds = 0;

  static constexpr auto fields() {
    using F = FactFigures;
    return std::tuple{required("facts", &F::facts, "rows of their table"),
                      required("items", &F::items, "that some fact names"),
                      required("relations", &F::relations, "of different names"),
                      required("path_kinds", &F::path_kinds, "kinds of paths that tie what the same people took")};
  }
};

/// How well a recommender does for held-out items that neither training nor any choice has seen.
struct RecommendationReport {
  std::int64_t most = 0;  ///< length of a list
  std::int64_t users = 0, items = 0, features = 0;
  double recall = 0, ndcg = 0, hit_rate = 0, coverage = 0;  ///< of the model
  std::string method;
  std::vector<ListFigures> methods;  ///< the model and, as baseline, popularity
  MeanInterval above_popularity;     ///< what the model's NDCG has more, user by user
  std::vector<TriedMethod> tried;
  std::optional<RankerFigures> ranker;
  std::optional<FactFigures> facts;
  std::optional<ColdFigures> cold;

  static constexpr auto fields() {
    using R = RecommendationReport;
    return std::tuple{required("most", &R::most, "length of a list"),
                      required("users", &R::users, "with held-out items"),
                      required("items", &R::items, "that can be recommended"),
                      required("features", &R::features, "of items that several share"),
                      required("recall", &R::recall, "share of the held-out items that come"),
                      required("ndcg", &R::ndcg, "normalised discounted cumulative gain"),
                      required("hit_rate", &R::hit_rate, "share of users to whom one at least comes"),
                      required("coverage", &R::coverage, "share of all items that come to anybody"),
                      required("method", &R::method, "that was chosen"),
                      required("methods", &R::methods, "the model beside its baseline"),
                      required("above_popularity", &R::above_popularity, "of NDCG, user by user"),
                      required("tried", &R::tried, "what the choice was made from"),
                      optional("ranker", &R::ranker, "trees that correct the order, where they were tried"),
                      optional("facts", &R::facts, "of their table, where one was given"),
                      optional("cold", &R::cold, "items without a history, where there are features and such items")};
  }
};

/// Judges what will be served, lists and all. Heeds the call.
[[nodiscard]] RecommendationReport evaluate_recommender(Call const& call, recommend::Recommender const& model,
                                                        TrainedRecommender const& trained,
                                                        InteractionTable const& table, InteractionParts const& parts,
                                                        std::uint64_t seed);

}  // namespace lepton::learn
