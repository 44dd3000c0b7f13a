#include "learn/xgboost_trainer.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "learn/xgboost_library.h"
#include "learn/xgboost_parameters.h"

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

runtime::Signature signature_of(TrainingInput const& input) {
  runtime::Signature signature;
  signature.task = runtime::Task::binary_classification;
  signature.target = input.target;
  for (auto const& name : input.train.features)
    signature.inputs.push_back({name, runtime::DataType::fp32, true, std::nullopt});
  signature.outputs = {
      {"score", runtime::DataType::fp32, false, fmt::format("probability that {} is 1", input.target)},
      {"class", runtime::DataType::int64, false, fmt::format("{} as the threshold has it", input.target)}};
  return signature;
}

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

}  // namespace

std::string XgboostTrainer::library() const {
  return "xgboost " + xgboost_version();
}

json::Object XgboostTrainer::parameter_schema() const {
  return schema_of<XgboostParameters>();
}

json::Object XgboostTrainer::complete(json::Object const& parameters) const {
  return to_json(XgboostParameters::read(parameters)).get_object();
}

Trained XgboostTrainer::train(Call const& call, TrainingInput const& input, ProgressSink const& progress) const {
  auto const parameters = XgboostParameters::read(input.parameters);
  require_variation(input.train);
  BoosterData const train(input.train, input.threads), validation(input.validation, input.threads);
  Booster booster({&train, &validation});
  for (auto const& [name, value] : parameters.settings()) booster.set(name, value);
  booster.set("nthread", std::to_string(input.threads));
  booster.set("seed", std::to_string(input.seed));
  booster.set("verbosity", "0");
  booster.name_features(input.train.features);

  EarlyStopping stopping(parameters.early_stopping_rounds, parameters.stop_metric != StopMetric::log_loss);
  Trained trained;
  for (bool go_on = true; go_on && trained.rounds < parameters.rounds;) {
    call.proceed();
    booster.update(trained.rounds, train);
    auto const values = booster.evaluate(trained.rounds, {&train, &validation});
    go_on = stopping.go_on(++trained.rounds, values[1]);
    progress({trained.rounds, parameters.rounds, std::string(enum_name(parameters.stop_metric)), values[0], values[1]});
  }
  trained.best_round = parameters.early_stopping_rounds == 0 ? trained.rounds : stopping.best_round();
  Booster best = booster.first(trained.best_round);
  best.name_features(input.train.features);
  trained.artifact = best.save();
  trained.signature = signature_of(input);
  trained.importance = importance_of(best, input.train.features);
  return trained;
}

std::unique_ptr<Trainer> make_trainer(std::string_view name) {
  if (name == "xgboost") return std::make_unique<XgboostTrainer>();
  throw invalid(fmt::format("there is no trainer '{}'; the trainers are: xgboost", name),
                {{"/trainer", "expected one of xgboost"}});
}

}  // namespace lepton::learn
