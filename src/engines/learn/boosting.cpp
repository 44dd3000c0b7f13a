#include "learn/boosting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "learn/xgboost_library.h"

namespace lepton::learn {
namespace {

/// Keeps the best round so far and says when to give up.
class EarlyStopping {
 public:
  EarlyStopping(int patience, bool higher_is_better) : patience_(patience), sign_(higher_is_better ? 1 : -1) {}

  /// False: stop.
  [[nodiscard]] bool go_on(int finished_rounds, double validation) {
    if (best_round_ == 0 || sign_ * validation > sign_ * best_) {
      best_ = validation;
      best_round_ = finished_rounds;
    }
    return patience_ == 0 || finished_rounds - best_round_ < patience_;
  }
  [[nodiscard]] int best_round() const { return best_round_; }

 private:
  int patience_;
  int sign_;
  double best_ = 0;
  int best_round_ = 0;
};

/// Throws when no column varies: there is nothing to split on.
void require_variation(Examples const& train) {
  for (std::size_t column = 0; column < train.features.size(); ++column) {
    float const first = train.values.at(0, column);
    for (std::size_t row = 1; row < train.rows(); ++row) {
      float const value = train.values.at(row, column);
      if (value != first && !(std::isnan(value) && std::isnan(first))) return;
    }
  }
  throw invalid("every column to learn from holds one value only: there is nothing to tell rows apart by");
}

/// "(1,0,-1)": of each feature, as XGBoost wants it.
std::string constraints_of(std::map<std::string, Monotone> const& monotone, std::vector<std::string> const& features) {
  std::string text;
  for (auto const& feature : features) {
    auto const found = monotone.find(feature);
    text += text.empty() ? "(" : ",";
    text += found == monotone.end() ? "0" : found->second == Monotone::increasing ? "1" : "-1";
  }
  Details problems;
  for (auto const& [feature, direction] : monotone)
    if (std::find(features.begin(), features.end(), feature) == features.end())
      problems.emplace(json::pointer_to("/parameters/monotone", feature), "is no feature of the training data");
  if (!problems.empty())
    throw invalid(fmt::format("'monotone' names what is no feature: {}", problems.begin()->first), problems);
  return text + ")";
}

/// Lengths of the runs of equal keys.
std::vector<unsigned> groups_of(Examples const& examples) {
  std::vector<unsigned> groups;
  for (std::size_t i = 0; i < examples.rows(); ++i) {
    if (i == 0 || examples.keys[i] != examples.keys[i - 1]) groups.push_back(0);
    ++groups.back();
  }
  return groups;
}

double mean_of(std::vector<float> const& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// What the parameters mean with this data.
void configure(Booster& booster, BoostingInput const& input) {
  auto const& parameters = input.parameters;
  for (auto const& [name, value] : parameters.settings()) booster.set(name, value);
  if (parameters.objective == Objective::multiclass) booster.set("num_class", std::to_string(input.classes));
  // Trees grow around the mean, not around ½: fewer rounds go into finding it.
  if (parameters.objective == Objective::regression)
    booster.set("base_score", fmt::format("{}", static_cast<float>(mean_of(input.train.target))));
  if (!parameters.monotone.empty())
    booster.set("monotone_constraints", constraints_of(parameters.monotone, input.train.features));
  booster.set("nthread", std::to_string(input.threads));
  booster.set("seed", std::to_string(input.seed));
  booster.set("verbosity", "0");
  booster.name_features(input.train.features);
}

}  // namespace

std::vector<Importance> importance_of(Booster const& booster, std::vector<std::string> const& features) {
  auto const gain = booster.importance("gain");
  auto const splits = booster.importance("weight");
  std::vector<Importance> importance;
  for (auto const& feature : features) {
    auto const found = gain.find(feature);
    bool const used = found != gain.end();
    importance.push_back({feature, used ? found->second : 0, used ? std::llround(splits.at(feature)) : 0});
  }
  std::stable_sort(importance.begin(), importance.end(), [](auto const& a, auto const& b) { return a.gain > b.gain; });
  return importance;
}

Boosted boost(Call const& call, BoostingInput const& input, ProgressSink const& progress) {
  auto const& parameters = input.parameters;
  require_variation(input.train);
  BoosterData train(input.train, input.threads), validation(input.validation, input.threads);
  if (parameters.objective == Objective::ranking) {
    train.group(groups_of(input.train));
    validation.group(groups_of(input.validation));
  }
  Booster booster({&train, &validation});
  configure(booster, input);

  auto const metric = parameters.stop_metric.value();
  std::string const name(enum_name(metric));
  EarlyStopping stopping(parameters.early_stopping_rounds, higher_is_better(metric));
  Boosted boosted;
  for (bool go_on = true; go_on && boosted.rounds < parameters.rounds;) {
    call.proceed();
    booster.update(boosted.rounds, train);
    auto const values = booster.evaluate(boosted.rounds, {&train, &validation});
    go_on = stopping.go_on(++boosted.rounds, values[1]);
    progress({static_cast<double>(boosted.rounds) / parameters.rounds,
              fmt::format("round {} of {}", boosted.rounds, parameters.rounds),
              boosted.rounds,
              {{"train_" + name, values[0]}, {"validation_" + name, values[1]}}});
  }
  boosted.best_round = parameters.early_stopping_rounds == 0 ? boosted.rounds : stopping.best_round();
  Booster best = booster.first(boosted.best_round);
  best.name_features(input.train.features);
  boosted.artifact = best.save();
  boosted.importance = importance_of(best, input.train.features);
  return boosted;
}

}  // namespace lepton::learn
