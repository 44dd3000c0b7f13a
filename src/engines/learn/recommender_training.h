#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "learn/interaction_table.h"
#include "learn/training_report.h"

namespace lepton::learn {

/// By what a recommender scores first.
enum class RecommendMethod {
  automatic,   ///< what orders the validation part best
  popularity,  ///< how many took it
  neighbours,  ///< items that the same people took, by cosine
  ease,        ///< weights from item to item, all learnt at once
  als,         ///< vectors of implicit alternating least squares
};

struct RecommenderOptions {
  RecommendMethod method = RecommendMethod::automatic;
  bool blend = true;                     ///< a second stage: several scorers, weighed on the validation part
  bool ranker = true;                    ///< a third: trees that correct a blend's order
  std::optional<double> regularisation;  ///< of EASE or ALS; nullopt: chosen on the validation part
  std::int64_t dimension = 64;           ///< of ALS
  std::size_t path_steps = 3;            ///< facts that a path goes over, at most
  std::size_t most = 10;
  double diversity = 0;
  int threads = 1;  ///< the result does not depend on it
  std::uint64_t seed = 1;
};

/// A way that was tried, and how well it ordered the validation part.
struct TriedMethod {
  std::string method;
  std::optional<double> regularisation;
  double validation_recall = 0, validation_ndcg = 0;

  static constexpr auto fields() {
    using T = TriedMethod;
    return std::tuple{required("method", &T::method, "popularity, neighbours, ease, als, blend, or ranker"),
                      optional("regularisation", &T::regularisation, "that was tried"),
                      required("validation_recall", &T::validation_recall, "on the users it was chosen by"),
                      required("validation_ndcg", &T::validation_ndcg, "on the users it was chosen by")};
  }
};

/// What trees that correct the blend came to on the users that they did not learn from.
struct RankerFigures {
  bool kept = false;
  int rounds = 0;
  double validation_ndcg = 0, without_ndcg = 0;
  std::vector<Importance> importance;

  static constexpr auto fields() {
    using F = RankerFigures;
    return std::tuple{required("kept", &F::kept, "whether it was better than the blend and every single method"),
                      required("rounds", &F::rounds, "trees"),
                      required("validation_ndcg", &F::validation_ndcg, "on the users it was chosen by"),
                      required("without_ndcg", &F::without_ndcg, "of the best without it, on the same users"),
                      required("importance", &F::importance, "of what it looks at, by falling gain")};
  }
};

struct TrainedRecommender {
  std::string artifact;  ///< of recommend::Recommender
  std::vector<TriedMethod> tried;
  std::string method;                   ///< the one that was chosen: "ease", or "popularity + ease + features, ranked"
  std::optional<RankerFigures> ranker;  ///< where one was tried
};

using RecommenderSink = std::function<void(std::size_t done, std::size_t steps, std::string const& what)>;

/// Learns from the training part, chooses on the validation part by NDCG among the first `most`, and learns what was
/// chosen again from both. The weights of a blend are learnt from half of the users with held-out items, and it is
/// taken when it orders those of the other half better than the best single method; a ranker in the same way, when it
/// is better than both. Equal input gives an equal artifact. Heeds the call. Throws Error{invalid} where nothing can be
/// chosen, and for more items than a method can hold.
[[nodiscard]] TrainedRecommender train_recommender(Call const& call, InteractionTable const& table,
                                                   InteractionParts const& parts, RecommenderOptions const& options,
                                                   RecommenderSink const& sink = {});

}  // namespace lepton::learn

template <>
struct lepton::EnumNames<lepton::learn::RecommendMethod> {
  using enum lepton::learn::RecommendMethod;
  static constexpr std::array<std::pair<lepton::learn::RecommendMethod, std::string_view>, 5> values{
      {{automatic, "auto"}, {popularity, "popularity"}, {neighbours, "neighbours"}, {ease, "ease"}, {als, "als"}}};
};
