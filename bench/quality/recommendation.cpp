// Ratings, histories and listening. Choices are made on parts of the training data; the tests are reported once.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <random>

#include "base/call.h"
#include "learn/ranker_training.h"
#include "quality.h"
#include "recommend/blend.h"
#include "recommend/content_map.h"
#include "recommend/evaluation.h"
#include "recommend/feature_scorer.h"
#include "recommend/implicit_als.h"
#include "recommend/item_weights.h"
#include "recommend/path_scorer.h"
#include "recommend/ranker.h"
#include "recommend/rating_model.h"
#include "recommendation_data.h"
#include "text/hash.h"

namespace lepton::bench {
namespace {

using namespace recommend;

Call quiet_call() {
  static SystemClock const clock;
  return system_call(clock);
}

// --- Ratings: MovieLens 100k, u1 to u5 ---

void report_ratings(std::filesystem::path const& folder, Stage stage) {
  double sum = 0;
  double const before = cpu_seconds();
  for (int fold = 1; fold <= 5; ++fold) {
    auto train = read_ratings(folder / fmt::format("u{}.base", fold));
    auto test = read_ratings(folder / fmt::format("u{}.test", fold));
    if (stage == Stage::development)
      std::tie(train, test) = [&] {
        auto parts = part(train, 5, static_cast<std::uint64_t>(fold));
        return std::pair(parts.rest, parts.held_out);
      }();
    auto const factors = train_ratings(quiet_call(), Interactions(train, 943, 1682, "ratings"), {});
    std::vector<float> predicted, actual;
    for (auto const& [user, item, value] : test) {
      predicted.push_back(factors.view().predict(user, item));
      actual.push_back(value);
    }
    double const error = root_mean_square(predicted, actual);
    fmt::print("ratings, fold {}: RMSE {:.4f}\n", fold, error);
    std::fflush(stdout);
    sum += error;
  }
  fmt::print("ratings, mean of five folds: RMSE {:.4f}, {:.1f} s of CPU\n", sum / 5, cpu_seconds() - before);
}

// --- Histories: MovieLens 1M as LightGCN splits it ---

void print_top(std::string_view what, TopReport const& report, double seconds) {
  fmt::print("{:<24} recall@20 {:.4f}  NDCG@20 {:.4f}  hit rate {:.4f}  coverage {:.3f}  {:.1f} s of CPU\n", what,
             report.recall, report.ndcg, report.hit_rate, report.coverage, seconds);
  std::fflush(stdout);
}

/// Popularity, EASE and factors, learnt from the same histories, in one order.
class Ensemble {
 public:
  explicit Ensemble(Interactions const& train)
      : counts_(popularity(train)),
        weights_(train_ease(quiet_call(), train, {})),
        factors_(train_als(quiet_call(), train, {})) {
    for (auto& count : counts_) count = std::log1p(count);
  }
  [[nodiscard]] std::vector<ItemScorer const*> scorers() const { return {&popular_, &together_, &products_}; }
  [[nodiscard]] RankerView view(std::vector<double> counts) const {
    return {.popularity = &popular_,
            .weights = &together_,
            .factors = &products_,
            .logarithms = counts_,
            .counts = std::move(counts),
            .most = 20};
  }

 private:
  std::vector<float> counts_;
  ItemWeights weights_;
  ItemFactors factors_;
  PopularityScorer popular_{counts_};
  WeightScorer together_{weights_.items, weights_.values};
  FactorScorer products_{factors_.options, factors_.rows};
};

/// Trees that correct the blend, grown on what was held out of the rest. How many was chosen on the development part.
constexpr int histories_rounds = 100;

void report_ranked(Ensemble const& of_rest, Interactions const& rest, Interactions const& held_out, Ensemble const& all,
                   Interactions const& train, Interactions const& test, std::vector<double> const& weights) {
  double const before = cpu_seconds();
  auto grown = learn::grow_rankers(quiet_call(), of_rest.view(weights), rest, held_out, {}, {histories_rounds});
  RankedScorer const ranked(all.view(weights), runtime::BoostedTrees::parse(grown.front().trees), grown.front().unit);
  print_top("ranker", judge_top(quiet_call(), ranked, train, test, 20), cpu_seconds() - before);
  for (auto const& [feature, gain, splits] : grown.front().importance)
    fmt::print("  {} gain {:.2f}, {} splits\n", feature, gain, splits);
}

/// What each counts is learnt on a sixth of the training data, put apart; then all of it trains again.
void report_blend(std::vector<Interaction> const& list, Interactions const& train, Interactions const& test) {
  double const before = cpu_seconds();
  auto const parts = part(list, 6, 7);
  Interactions const rest(parts.rest, train.users(), train.items(), "five sixths");
  Interactions const held_out(parts.held_out, train.users(), train.items(), "a sixth");
  Ensemble const of_rest(rest);
  auto const weights = learn_blend(quiet_call(), of_rest.scorers(), rest, held_out, 20).value();
  Ensemble const all(train);
  std::vector<BlendPart> blend;
  for (std::size_t i = 0; i < weights.size(); ++i) blend.push_back({all.scorers()[i], weights[i]});
  print_top("blend", judge_top(quiet_call(), BlendScorer(blend), train, test, 20), cpu_seconds() - before);
  fmt::print("  weights {:.3f}\n", fmt::join(weights, " "));
  report_ranked(of_rest, rest, held_out, all, train, test, weights);
}

void report_histories(std::filesystem::path const& folder, Stage stage) {
  auto train_list = read_histories(folder / "train.txt"), test_list = read_histories(folder / "test.txt");
  if (stage == Stage::development) {
    auto parts = part(train_list, 5, 1);
    train_list = std::move(parts.rest);
    test_list = std::move(parts.held_out);
  }
  Interactions const train(train_list, 6040, 3260, "training"), test(test_list, 6040, 3260, "test");
  auto const judge = [&](std::string_view what, ItemScorer const& scorer, double before) {
    print_top(what, judge_top(quiet_call(), scorer, train, test, 20), cpu_seconds() - before);
  };
  double before = cpu_seconds();
  auto const counts = popularity(train);
  judge("popularity", PopularityScorer(counts), before);
  before = cpu_seconds();
  auto weights = train_neighbours(quiet_call(), train, {});
  judge("nearest neighbours", WeightScorer(weights.items, weights.values), before);
  before = cpu_seconds();
  auto const factors = train_als(quiet_call(), train, {});
  judge("implicit ALS", FactorScorer(factors.options, factors.rows), before);
  before = cpu_seconds();
  weights = train_ease(quiet_call(), train, {});
  judge("EASE", WeightScorer(weights.items, weights.values), before);
  report_blend(train_list, train, test);
}

// --- Listening: one listener or none for each pair, half and half (Wang et al. 2019, KGCN) ---

/// As many pairs that were not seen as those that were, for each user; never one that was seen.
std::vector<Interaction> draw_unseen(Interactions const& all, std::mt19937_64& random) {
  std::vector<Interaction> out;
  for (std::uint32_t user = 0; user < all.users(); ++user) {
    std::vector<char> out_of_reach(all.items());
    for (auto const& taken : all.of(user)) out_of_reach[taken.item] = 1;
    for (std::size_t left = all.of(user).size(); left > 0;) {
      auto const item = static_cast<std::uint32_t>(random() % all.items());
      if (out_of_reach[item]) continue;
      out_of_reach[item] = 1;
      out.push_back({user, item, 1});
      --left;
    }
  }
  return out;
}

std::vector<float> scores_of(ItemScorer const& scorer, Interactions const& history,
                             std::vector<Interaction> const& pairs) {
  std::vector<float> all(scorer.items()), out(pairs.size());
  std::vector<std::vector<std::size_t>> places(history.users());
  for (std::size_t i = 0; i < pairs.size(); ++i) places[pairs[i].user].push_back(i);
  for (std::uint32_t user = 0; user < history.users(); ++user) {
    if (places[user].empty()) continue;
    scorer.score(history.of(user), all);
    for (auto const place : places[user]) out[place] = all[pairs[place].item];
  }
  return out;
}

AlsOptions sparse_options() {
  AlsOptions options;
  options.dimension = 32;
  options.block = 32;
  options.regularisation = 0.02;
  return options;
}

/// Scores of pairs, positive and negative, by one scorer.
struct PairScores {
  std::vector<float> positive, negative;

  [[nodiscard]] double area() const { return area_under_curve(positive, negative); }
  void add(PairScores const& other, float weight) {
    for (std::size_t i = 0; i < positive.size(); ++i) positive[i] += weight * other.positive[i];
    for (std::size_t i = 0; i < negative.size(); ++i) negative[i] += weight * other.negative[i];
  }
};

/// What is listened by, and what each counts (chosen on the second part of the first draw): the logarithm of
/// popularity, EASE, neighbours, products of vectors, and likeness by facts of the graph.
constexpr std::array listening_weights{1.0f, 64.0f, 16.0f, 128.0f, 32.0f, 128.0f};
constexpr std::array<std::string_view, 6> listening_names{"popularity", "EASE",  "neighbours",
                                                          "factors",    "facts", "paths"};

std::vector<PairScores> listen(Interactions const& train, ItemFeatures const& facts, FactGraph const& graph,
                               std::vector<Interaction> const& positive, std::vector<Interaction> const& negative) {
  auto const judge = [&](ItemScorer const& by) -> PairScores {
    return {scores_of(by, train, positive), scores_of(by, train, negative)};
  };
  auto logarithms = popularity(train);
  for (auto& count : logarithms) count = std::log1p(count);
  std::vector<PairScores> all{judge(PopularityScorer(logarithms))};
  EaseOptions ease;
  ease.regularisation = 10;
  auto weights = train_ease(quiet_call(), train, ease);
  all.push_back(judge(WeightScorer(weights.items, weights.values)));
  weights = train_neighbours(quiet_call(), train, {});
  all.push_back(judge(WeightScorer(weights.items, weights.values)));
  auto const factors = train_als(quiet_call(), train, sparse_options());
  all.push_back(judge(FactorScorer(factors.options, factors.rows)));
  all.push_back(judge(FeatureScorer(telling_rows(facts))));
  auto const paths = learn_paths(quiet_call(), graph, train, FactPath::longest);
  all.push_back(judge(PathScorer(graph, paths)));
  return all;
}

double area_of(std::vector<PairScores> const& parts, std::span<float const> weights) {
  PairScores sum{std::vector<float>(parts[0].positive.size()), std::vector<float>(parts[0].negative.size())};
  for (std::size_t i = 0; i < parts.size(); ++i) sum.add(parts[i], weights[i]);
  return sum.area();
}

/// Goes up coordinate by coordinate; popularity counts 1.
void choose_listening_weights(std::vector<PairScores> const& parts) {
  std::vector<float> best(listening_weights.begin(), listening_weights.end());
  double greatest = area_of(parts, best);
  for (int sweep = 0; sweep < 3; ++sweep)
    for (std::size_t i = 1; i < best.size(); ++i)
      for (float const weight : {0.0f, 0.5f, 1.0f, 2.0f, 4.0f, 8.0f, 16.0f, 32.0f, 64.0f, 128.0f}) {
        auto weights = best;
        weights[i] = weight;
        if (double const area = area_of(parts, weights); area > greatest)
          std::tie(greatest, best) = std::pair(area, weights);
      }
  fmt::print("listening, weights {}: AUC {:.4f}\n", fmt::join(best, " "), greatest);
}

/// Six, two and two tenths train, choose and test.
void report_listening(Listening const& data, Stage stage) {
  double sum = 0;
  std::uint64_t const seeds = stage == Stage::development ? 1 : 3;
  ItemFeatures const facts(data.facts, data.items, data.features, "facts");
  FactGraph const graph(data.graph, data.items, data.nodes, data.relations);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    auto const draws = part(data.taken, 5, seed);  // a fifth tests
    auto const again = part(draws.rest, 4, seed);  // a fifth of all develops
    Interactions const train(again.rest, data.users, data.items, "listening");
    std::mt19937_64 random(seed);
    auto const unseen = part(draw_unseen({data.taken, data.users, data.items, "listening"}, random), 5, seed + 100);
    bool const development = stage == Stage::development;
    auto const& positive = development ? again.held_out : draws.held_out;
    auto const negative = development ? part(unseen.rest, 4, seed).held_out : unseen.held_out;
    auto const parts = listen(train, facts, graph, positive, negative);
    double const area = area_of(parts, listening_weights);
    fmt::print("listening, seed {}: AUC {:.4f}", seed, area);
    for (std::size_t i = 0; i < parts.size(); ++i) fmt::print(", by {} {:.4f}", listening_names[i], parts[i].area());
    fmt::print("\n");
    if (development) choose_listening_weights(parts);
    sum += area;
    std::fflush(stdout);
  }
  if (stage == Stage::test)
    fmt::print("listening, mean of {} seeds: AUC {:.4f}\n", seeds, sum / static_cast<double>(seeds));
}

// --- Items that nobody took yet ---

/// Hides a fifth of the items, and places them by their features alone; ranks them among each other.
void report_cold(std::string_view what, std::vector<Interaction> const& taken, std::uint32_t users, std::uint32_t items,
                 std::vector<Interaction> const& facts, std::uint32_t features, FactGraph const* graph, Stage stage) {
  std::uint64_t const hidden_part = stage == Stage::development ? 1 : 0;
  std::vector<char> hidden(items);
  for (std::uint32_t item = 0; item < items; ++item) hidden[item] = text::combine(3, item) % 5 == hidden_part ? 1 : 0;
  Parts parts;
  for (auto const& one : taken) (hidden[one.item] ? parts.held_out : parts.rest).push_back({one.user, one.item, 1});
  Interactions const train(parts.rest, users, items, "warm"), held_out(parts.held_out, users, items, "cold");
  auto factors = train_als(quiet_call(), train, sparse_options());
  auto const counts = popularity(train);
  ItemFeatures const item_features(facts, items, features, "features");
  auto const dimension = static_cast<std::size_t>(factors.options.dimension);
  auto const map = learn_content(quiet_call(), item_features, factors.rows, dimension, counts, {});
  std::size_t cold = 0;
  for (std::uint32_t item = 0; item < items; ++item) {
    if (!hidden[item]) continue;
    ++cold;
    auto const placed = map.place(item_features.of(item));
    std::copy(placed.begin(), placed.end(), factors.rows.begin() + static_cast<std::ptrdiff_t>(item * dimension));
  }
  std::mt19937_64 random(1);
  auto unseen = draw_unseen(held_out, random);
  std::erase_if(unseen, [&](Interaction const& one) { return !hidden[one.item]; });
  auto const judge = [&](std::string_view how, ItemScorer const& scorer) {
    auto const report = judge_top(quiet_call(), scorer, train, held_out, 20, hidden);
    fmt::print("{}, {}: {} cold items, {} features, {} users: recall@20 {:.4f}, by chance {:.4f}; AUC {:.4f}\n", what,
               how, cold, features, report.users, report.recall, 20.0 / static_cast<double>(cold),
               area_under_curve(scores_of(scorer, train, parts.held_out), scores_of(scorer, train, unseen)));
    std::fflush(stdout);
  };
  judge("placed by a map", FactorScorer(factors.options, factors.rows));
  FeatureScorer const shared(telling_rows(item_features));
  judge("by features shared with the history", shared);
  if (graph == nullptr) return;
  auto const table = learn_paths(quiet_call(), *graph, train, FactPath::longest);
  PathScorer const paths(*graph, table);
  judge("by paths through facts", paths);
  judge("by both", BlendScorer({{&shared, 1}, {&paths, 4}}));  // chosen among ¼, 1 and 4 on the development part
}

bool is_there(std::filesystem::path const& folder) {
  if (std::filesystem::exists(folder)) return true;
  fmt::print("skipped, {} is not there\n", folder.string());
  return false;
}

}  // namespace

void ratings(std::filesystem::path const& data, Stage stage) {
  if (is_there(data / "ml100k")) report_ratings(data / "ml100k", stage);
}

void listening(std::filesystem::path const& data, Stage stage) {
  if (is_there(data / "lastfm_kg")) report_listening(read_listening(data / "lastfm_kg"), stage);
}

void cold_items(std::filesystem::path const& data, Stage stage) {
  if (!is_there(data / "lastfm_kg") || !is_there(data / "ml100k")) return;
  auto const graph = read_listening(data / "lastfm_kg");
  FactGraph const facts(graph.graph, graph.items, graph.nodes, graph.relations);
  report_cold("listening by a graph", graph.taken, graph.users, graph.items, graph.facts, graph.features, &facts,
              stage);
  auto const movies = read_movies(data / "ml100k" / "u.item");
  report_cold("movies by words", read_ratings(data / "ml100k" / "u.data"), 943, 1682, movies.facts, movies.features,
              nullptr, stage);
}

void histories(std::filesystem::path const& data, Stage stage) {
  if (is_there(data / "ml1m_lgcn")) report_histories(data / "ml1m_lgcn", stage);
}

}  // namespace lepton::bench
