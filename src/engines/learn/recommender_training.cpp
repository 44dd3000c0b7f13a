#include "learn/recommender_training.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "base/error.h"
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

/// A method with its settings, before it has learnt.
struct Candidate {
  RecommendMethod method;
  std::optional<double> regularisation;

  [[nodiscard]] std::string name() const { return std::string(enum_name(method)); }
};

/// What one method learnt.
class FittedMethod {
 public:
  FittedMethod(Call const& call, Interactions const& from, Candidate const& candidate,
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
  enum class Family { weights, factors, popularity };
  [[nodiscard]] Family family() const { return family_; }

  [[nodiscard]] Candidate const& candidate() const { return candidate_; }
  [[nodiscard]] ItemScorer const& scorer() const { return *scorer_; }
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

  Candidate candidate_;
  Family family_ = Family::popularity;
  ItemWeights weights_;
  ItemFactors factors_;
  std::vector<float> counts_;
  std::unique_ptr<ItemScorer const> scorer_;
};

using Fitted = std::unique_ptr<FittedMethod const>;

/// One scorer of the answer: a method or likeness by features (no candidate), and what it counts.
struct ChosenPart {
  std::optional<Candidate> candidate;
  double weight = 1;
};

std::vector<Candidate> candidates_for(RecommenderOptions const& options, std::size_t items) {
  std::vector<Candidate> all{{RecommendMethod::popularity, std::nullopt}};
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

/// Tries the candidates and chooses among them and their blend.
class Choice {
 public:
  Choice(Call const& call, InteractionTable const& table, InteractionParts const& parts,
         RecommenderOptions const& options, FeatureScorer const* features)
      : call_(call),
        options_(options),
        features_(features),
        users_(table.users),
        items_(static_cast<std::uint32_t>(table.items.size())),
        train_(parts.train, users_, items_, "training part"),
        validation_(parts.validation, users_, items_, "validation part"),
        held_out_(parts.validation) {}

  void run(std::vector<Candidate> const& candidates, RecommenderSink const& sink) {
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
    chosen_ = {{best_->fitted->candidate(), 1}};
    if (sink) sink(candidates.size(), candidates.size() + 2, "blend");
    if (options_.blend) try_blend();
  }

  [[nodiscard]] std::vector<ChosenPart> const& chosen() const { return chosen_; }
  [[nodiscard]] std::vector<TriedMethod> const& tried() const { return tried_; }

 private:
  struct Kept {
    Fitted fitted;
    double ndcg = 0;
  };

  [[nodiscard]] bool may_answer(RecommendMethod method) const {
    bool const asked = options_.method == RecommendMethod::automatic || options_.method == method;
    bool const tells_likeness = method != RecommendMethod::popularity || features_ != nullptr;
    return asked && (options_.diversity == 0 || tells_likeness);
  }

  [[nodiscard]] TopReport judge(ItemScorer const& scorer, Interactions const& held_out) const {
    return judge_top(call_, scorer, train_, held_out, options_.most);
  }

  void try_blend() {
    std::vector<ItemScorer const*> scorers;
    std::vector<ChosenPart> parts;
    for (auto const& [family, kept] : best_of_) {
      scorers.push_back(&kept.fitted->scorer());
      parts.push_back({kept.fitted->candidate(), 0});
    }
    if (features_ != nullptr) {
      scorers.push_back(features_);
      parts.push_back({std::nullopt, 0});
    }
    auto const learn_from = half_of(held_out_, 0), judge_by = half_of(held_out_, 1);
    if (scorers.size() < 2 || learn_from.empty() || judge_by.empty()) return;
    auto const weights =
        learn_blend(call_, scorers, train_, Interactions(learn_from, users_, items_, "half"), options_.most);
    if (!weights) return;
    Interactions const other_half(judge_by, users_, items_, "half");
    auto const blended = judge(blend_of(scorers, *weights), other_half);
    tried_.push_back({"blend", std::nullopt, blended.recall, blended.ndcg});
    if (blended.ndcg <= judge(best_->fitted->scorer(), other_half).ndcg) return;
    auto const from_all = learn_blend(call_, scorers, train_, validation_, options_.most);
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].weight = from_all.value()[i];
    chosen_ = std::move(parts);
  }

  static BlendScorer blend_of(std::vector<ItemScorer const*> const& scorers, std::vector<double> const& weights) {
    std::vector<BlendPart> parts;
    for (std::size_t i = 0; i < scorers.size(); ++i) parts.push_back({scorers[i], weights[i]});
    return BlendScorer(std::move(parts));
  }

  Call const& call_;
  RecommenderOptions const& options_;
  FeatureScorer const* features_;
  std::uint32_t users_, items_;
  Interactions train_, validation_;
  std::vector<Interaction> const& held_out_;
  std::map<FittedMethod::Family, Kept> best_of_;
  Kept const* best_ = nullptr;
  std::vector<ChosenPart> chosen_;
  std::vector<TriedMethod> tried_;
};

std::string describe(std::vector<ChosenPart> const& chosen) {
  std::vector<std::string> names;
  for (auto const& part : chosen) names.push_back(part.candidate ? part.candidate->name() : "features");
  return fmt::format("{}", fmt::join(names, " + "));
}

}  // namespace

TrainedRecommender train_recommender(Call const& call, InteractionTable const& table, InteractionParts const& parts,
                                     RecommenderOptions const& options, RecommenderSink const& sink) {
  auto const items = static_cast<std::uint32_t>(table.items.size());
  std::optional<ItemFeatures> rows;
  std::optional<FeatureScorer> features;
  if (!table.item_features.empty()) {
    rows = telling_rows(
        ItemFeatures(table.item_features, items, static_cast<std::uint32_t>(table.features.size()), "features"));
    features.emplace(*rows);
  }
  auto const candidates = candidates_for(options, items);
  Choice choice(call, table, parts, options, features ? &*features : nullptr);
  choice.run(candidates, sink);

  Interactions const from(parts.before_test(), table.users, items, "training and validation parts");
  auto const popularity = recommend::popularity(from);
  RecommenderParts written{.names = table.items, .popularity = popularity};
  std::vector<Fitted> fitted;
  for (auto const& part : choice.chosen()) {
    if (!part.candidate) {
      written.blend.features = part.weight;
      continue;
    }
    if (sink) sink(candidates.size() + 1, candidates.size() + 2, part.candidate->name() + " again, from both parts");
    fitted.push_back(std::make_unique<FittedMethod const>(call, from, *part.candidate, options));
    fitted.back()->put(written, part.weight);
  }
  if (rows) {
    written.features = &*rows;
    written.feature_names = table.features;
  }
  written.most = options.most;
  written.diversity = options.diversity;
  return {Recommender::write(written), choice.tried(), describe(choice.chosen())};
}

}  // namespace lepton::learn
