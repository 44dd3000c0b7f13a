#include "learn/recommender_training.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "base/error.h"
#include "learn/ranker_training.h"
#include "recommend/blend.h"
#include "recommend/evaluation.h"
#include "recommend/recommender.h"

namespace lepton::learn {
namespace {

using namespace recommend;

/// Up to here weights between all items are learnt when nobody says how: their time grows with the cube.
constexpr std::uint32_t most_items_for_weights = 5'000;
constexpr std::array ease_strengths{10.0, 50.0, 250.0};
constexpr std::array als_strengths{0.003, 0.01, 0.03};
/// Trees that a ranker may have.
std::vector<int> const ranker_rounds{25, 50, 100};

/// A method with its settings, before it has learnt.
struct MethodSetting {
  RecommendMethod method;
  std::optional<double> regularisation;

  [[nodiscard]] std::string name() const { return std::string(enum_name(method)); }
};

/// What one method learnt.
class FittedMethod {
 public:
  FittedMethod(Call const& call, Interactions const& from, MethodSetting const& candidate,
               RecommenderOptions const& options)
      : candidate_(candidate) {
    switch (candidate.method) {
      case RecommendMethod::neighbours:
        keep(train_neighbours(call, from, {}));
        break;
      case RecommendMethod::ease: {
        EaseOptions ease;
        ease.regularisation = candidate.regularisation.value();
        ease.threads = options.threads;
        keep(train_ease(call, from, ease));
        break;
      }
      case RecommendMethod::als: {
        AlsOptions als;
        als.regularisation = candidate.regularisation.value();
        als.dimension = options.dimension;
        als.block = std::min<std::int64_t>(options.dimension, als.block);
        als.seed = static_cast<std::int64_t>(options.seed);
        als.threads = options.threads;
        family_ = Family::factors;
        factors_ = train_als(call, from, als);
        scorer_ = std::make_unique<FactorScorer>(factors_.options, factors_.rows);
        break;
      }
      default:
        counts_ = recommend::popularity(from);
        for (auto& count : counts_) count = std::log1p(count);
        scorer_ = std::make_unique<PopularityScorer>(counts_);
    }
  }

  /// Of each, an answer may use one.
  enum class Family { popularity, weights, factors };
  [[nodiscard]] Family family() const { return family_; }

  [[nodiscard]] MethodSetting const& candidate() const { return candidate_; }
  [[nodiscard]] ItemScorer const& scorer() const { return *scorer_; }
  /// Of popularity: of 1 + how many took each item.
  [[nodiscard]] std::span<float const> logarithms() const { return counts_; }
  /// Hands itself to what is written, where it counts `weight`.
  void put(RecommenderParts& parts, double weight) const {
    switch (family_) {
      case Family::weights:
        parts.weights = &weights_;
        parts.blend.weights = weight;
        break;
      case Family::factors:
        parts.factors = &factors_;
        parts.blend.factors = weight;
        break;
      case Family::popularity:
        parts.blend.popularity = weight;
    }
  }

 private:
  void keep(ItemWeights weights) {
    family_ = Family::weights;
    weights_ = std::move(weights);
    scorer_ = std::make_unique<WeightScorer>(weights_.items, weights_.values);
  }

  MethodSetting candidate_;
  Family family_ = Family::popularity;
  ItemWeights weights_;
  ItemFactors factors_;
  std::vector<float> counts_;
  std::unique_ptr<ItemScorer const> scorer_;
};

using Fitted = std::unique_ptr<FittedMethod const>;

/// One scorer of the answer, and what it counts: a method, or else what is known of the items.
struct ChosenPart {
  std::optional<MethodSetting> candidate;
  std::string name;
  double weight = 1;
};

/// What scores by what is known of the items, in the order of a ranker's view; null where nothing is known.
struct ContentScorers {
  FeatureScorer const* features = nullptr;
  PathScorer const* paths = nullptr;

  [[nodiscard]] bool any() const { return features != nullptr || paths != nullptr; }
};

std::vector<MethodSetting> candidates_for(RecommenderOptions const& options, std::size_t items) {
  std::vector<MethodSetting> all{{RecommendMethod::popularity, std::nullopt}};
  auto const add = [&](RecommendMethod method, std::span<double const> strengths) {
    if (options.regularisation) strengths = {&*options.regularisation, 1};
    for (double const strength : strengths) all.push_back({method, strength});
  };
  bool const automatic = options.method == RecommendMethod::automatic, few = items <= most_items_for_weights;
  if (options.method == RecommendMethod::neighbours || (automatic && few))
    all.push_back({RecommendMethod::neighbours, std::nullopt});
  if (options.method == RecommendMethod::ease || (automatic && few)) add(RecommendMethod::ease, ease_strengths);
  if (options.method == RecommendMethod::als || automatic) add(RecommendMethod::als, als_strengths);
  return all;
}

/// The users of one half keep what was held out of them.
std::vector<Interaction> half_of(std::vector<Interaction> const& held_out, std::uint32_t half) {
  std::vector<Interaction> kept;
  std::copy_if(held_out.begin(), held_out.end(), std::back_inserter(kept),
               [&](Interaction const& one) { return one.user % 2 == half; });
  return kept;
}

/// Tries the candidates and chooses among them, their blend, and a ranker of that.
class Choice {
 public:
  Choice(Call const& call, InteractionTable const& table, InteractionParts const& parts,
         RecommenderOptions const& options, ContentScorers content)
      : call_(call),
        options_(options),
        content_(content),
        users_(table.users),
        items_(static_cast<std::uint32_t>(table.items.size())),
        train_(parts.train, users_, items_, "training part"),
        validation_(parts.validation, users_, items_, "validation part"),
        held_out_(parts.validation) {}

  void run(std::vector<MethodSetting> const& candidates, RecommenderSink const& sink) {
    for (auto const& candidate : candidates) {
      if (sink) sink(tried_.size(), candidates.size() + 2, candidate.name());
      auto fitted = std::make_unique<FittedMethod const>(call_, train_, candidate, options_);
      auto const report = judge(fitted->scorer(), validation_);
      tried_.push_back({candidate.name(), candidate.regularisation, report.recall, report.ndcg});
      auto& kept = best_of_[fitted->family()];
      if (kept.fitted == nullptr || report.ndcg > kept.ndcg) kept = {std::move(fitted), report.ndcg};
    }
    for (auto const& [family, kept] : best_of_)
      if (may_answer(kept.fitted->candidate().method) && (best_ == nullptr || kept.ndcg > best_->ndcg)) best_ = &kept;
    chosen_ = {{best_->fitted->candidate(), best_->fitted->candidate().name(), 1}};
    if (sink) sink(candidates.size(), candidates.size() + 2, "blend");
    if (options_.blend) try_together();
  }

  [[nodiscard]] std::vector<ChosenPart> const& chosen() const { return chosen_; }
  [[nodiscard]] std::vector<TriedMethod> const& tried() const { return tried_; }
  [[nodiscard]] std::optional<RankerFigures> const& ranker_figures() const { return figures_; }
  /// The one that was chosen.
  [[nodiscard]] std::optional<GrownRanker> const& ranker() const { return ranker_; }

 private:
  struct Kept {
    Fitted fitted;
    double ndcg = 0;
  };

  [[nodiscard]] bool may_answer(RecommendMethod method) const {
    bool const asked = options_.method == RecommendMethod::automatic || options_.method == method;
    bool const tells_likeness = method != RecommendMethod::popularity || content_.features != nullptr;
    return asked && (options_.diversity == 0 || tells_likeness);
  }

  [[nodiscard]] TopReport judge(ItemScorer const& scorer, Interactions const& held_out) const {
    return judge_top(call_, scorer, train_, held_out, options_.most);
  }

  /// The best of each family and what is known of the items, with what each counts, in the order of view().
  [[nodiscard]] std::vector<ChosenPart> parts_with(std::vector<double> const& weights) const {
    std::vector<ChosenPart> parts;
    for (auto const& [family, kept] : best_of_)
      parts.push_back({kept.fitted->candidate(), kept.fitted->candidate().name(), 0});
    if (content_.features != nullptr) parts.push_back({std::nullopt, "features", 0});
    if (content_.paths != nullptr) parts.push_back({std::nullopt, "paths", 0});
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].weight = weights[i];
    return parts;
  }

  [[nodiscard]] RankerView view(std::vector<double> weights) const {
    auto const of = [&](FittedMethod::Family family) -> ItemScorer const* {
      auto const found = best_of_.find(family);
      return found != best_of_.end() ? &found->second.fitted->scorer() : nullptr;
    };
    return {.popularity = of(FittedMethod::Family::popularity),
            .weights = of(FittedMethod::Family::weights),
            .factors = of(FittedMethod::Family::factors),
            .features = content_.features,
            .paths = content_.paths,
            .logarithms = best_of_.at(FittedMethod::Family::popularity).fitted->logarithms(),
            .counts = std::move(weights),
            .most = options_.most};
  }

  /// Half of the users teach the weights of a blend and a ranker of it, the others say whether they help.
  void try_together() {
    std::vector<ItemScorer const*> scorers;
    for (auto const& [name, scorer] : view({}).scorers()) scorers.push_back(scorer);
    auto const learn_from = half_of(held_out_, 0), judge_by = half_of(held_out_, 1);
    if (scorers.size() < 2 || learn_from.empty() || judge_by.empty()) return;
    Interactions const half(learn_from, users_, items_, "half"), other_half(judge_by, users_, items_, "half");
    auto const weights = learn_blend(call_, scorers, train_, half, options_.most);
    if (!weights) return;
    auto const blended = judge(blend_of(scorers, *weights), other_half);
    tried_.push_back({"blend", std::nullopt, blended.recall, blended.ndcg});
    double const alone = judge(best_->fitted->scorer(), other_half).ndcg;
    if (options_.ranker) try_ranker(view(*weights), half, other_half, std::max(alone, blended.ndcg));
    bool const ranked = figures_ && figures_->kept;
    if (!ranked && blended.ndcg <= alone) return;
    auto const from_all = learn_blend(call_, scorers, train_, validation_, options_.most).value();
    if (ranked) {
      auto grown = grow_rankers(call_, view(from_all), train_, validation_, ranker_options(), {figures_->rounds});
      if (grown.empty()) return;
      ranker_ = std::move(grown.front());
      figures_->importance = ranker_->importance;
    }
    chosen_ = parts_with(from_all);
  }

  void try_ranker(RankerView const& view, Interactions const& half, Interactions const& other_half, double without) {
    auto const grown = grow_rankers(call_, view, train_, half, ranker_options(), ranker_rounds);
    TriedMethod best{"ranker", std::nullopt, 0, -1};
    for (std::size_t i = 0; i < grown.size(); ++i) {
      auto const report =
          judge(RankedScorer(view, runtime::BoostedTrees::parse(grown[i].trees), grown[i].unit), other_half);
      if (report.ndcg <= best.validation_ndcg) continue;
      best = {"ranker", std::nullopt, report.recall, report.ndcg};
      figures_ = {report.ndcg > without, ranker_rounds[i], report.ndcg, without, grown[i].importance};
    }
    if (figures_) tried_.push_back(best);
  }

  [[nodiscard]] RankerOptions ranker_options() const { return {.seed = options_.seed}; }

  static BlendScorer blend_of(std::vector<ItemScorer const*> const& scorers, std::vector<double> const& weights) {
    std::vector<BlendPart> parts;
    for (std::size_t i = 0; i < scorers.size(); ++i) parts.push_back({scorers[i], weights[i]});
    return BlendScorer(std::move(parts));
  }

  Call const& call_;
  RecommenderOptions const& options_;
  ContentScorers content_;
  std::uint32_t users_, items_;
  Interactions train_, validation_;
  std::vector<Interaction> const& held_out_;
  std::map<FittedMethod::Family, Kept> best_of_;
  Kept const* best_ = nullptr;
  std::vector<ChosenPart> chosen_;
  std::vector<TriedMethod> tried_;
  std::optional<RankerFigures> figures_;
  std::optional<GrownRanker> ranker_;
};

std::string describe(Choice const& choice) {
  std::vector<std::string> names;
  for (auto const& part : choice.chosen())
    if (part.weight != 0 || choice.ranker()) names.push_back(part.name);
  return fmt::format("{}{}", fmt::join(names, " + "), choice.ranker() ? ", ranked" : "");
}

/// What is known of the items, laid out to score by.
struct Content {
  std::optional<ItemFeatures> rows;
  std::optional<FeatureScorer> features;
  std::optional<FactGraph> facts;

  explicit Content(InteractionTable const& table) {
    auto const items = static_cast<std::uint32_t>(table.items.size());
    if (!table.item_features.empty()) {
      rows = telling_rows(
          ItemFeatures(table.item_features, items, static_cast<std::uint32_t>(table.features.size()), "features"));
      features.emplace(*rows);
    }
    if (table.facts)
      facts.emplace(table.facts->list, items, static_cast<std::uint32_t>(items + table.facts->entities.size()),
                    static_cast<std::uint32_t>(table.facts->relations.size()));
  }
};

}  // namespace

TrainedRecommender train_recommender(Call const& call, InteractionTable const& table, InteractionParts const& parts,
                                     RecommenderOptions const& options, RecommenderSink const& sink) {
  auto const items = static_cast<std::uint32_t>(table.items.size());
  Content const content(table);
  PathTable paths;
  std::optional<PathScorer> path_scorer;
  if (content.facts) {
    paths = learn_paths(call, *content.facts, Interactions(parts.train, table.users, items, "training part"),
                        options.path_steps);
    path_scorer.emplace(*content.facts, paths);
  }
  auto const candidates = candidates_for(options, items);
  Choice choice(call, table, parts, options,
                {content.features ? &*content.features : nullptr, path_scorer ? &*path_scorer : nullptr});
  choice.run(candidates, sink);

  Interactions const from(parts.before_test(), table.users, items, "training and validation parts");
  auto const popularity = recommend::popularity(from);
  RecommenderParts written{.names = table.items, .popularity = popularity};
  std::vector<Fitted> fitted;
  for (auto const& part : choice.chosen()) {
    if (!part.candidate) {
      (part.name == "paths" ? written.blend.paths : written.blend.features) = part.weight;
    } else if (part.weight != 0 || choice.ranker()) {
      if (sink) sink(candidates.size() + 1, candidates.size() + 2, part.name + " again, from both parts");
      fitted.push_back(std::make_unique<FittedMethod const>(call, from, *part.candidate, options));
      fitted.back()->put(written, part.weight);
    }
  }
  if (content.rows) {
    written.features = &*content.rows;
    written.feature_names = table.features;
    written.columns = table.item_columns;
  }
  if (content.facts) {
    paths = learn_paths(call, *content.facts, from, options.path_steps);
    written.facts = &*content.facts;
    written.paths = &paths;
    written.entity_names = table.facts->entities;
    written.relation_names = table.facts->relations;
  }
  if (auto const& ranker = choice.ranker()) {
    written.ranker = ranker->trees;
    written.ranker_unit = ranker->unit;
  }
  written.most = options.most;
  written.diversity = options.diversity;
  return {Recommender::write(written), choice.tried(), describe(choice), choice.ranker_figures()};
}

}  // namespace lepton::learn
