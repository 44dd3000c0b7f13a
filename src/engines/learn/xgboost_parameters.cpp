#include "learn/xgboost_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "learn/parameter_problems.h"

namespace lepton::learn {
namespace {

/// XGBoost's name of a metric, by the objective.
std::string_view metric_of(StopMetric metric, Objective objective) {
  switch (metric) {
    case StopMetric::auc:
      return "auc";
    case StopMetric::average_precision:
      return "aucpr";
    case StopMetric::rmse:
      return "rmse";
    case StopMetric::mae:
      return "mae";
    case StopMetric::ndcg:
      return "ndcg@10";
    case StopMetric::map:
      return "map@10";
    case StopMetric::log_loss:
      break;
  }
  return objective == Objective::multiclass ? "mlogloss" : "logloss";
}

std::string_view objective_of(Objective objective) {
  switch (objective) {
    case Objective::multiclass:
      return "multi:softprob";
    case Objective::regression:
      return "reg:squarederror";
    case Objective::ranking:
      return "rank:ndcg";
    case Objective::binary:
      break;
  }
  return "binary:logistic";
}

/// The first is the default.
std::vector<StopMetric> metrics_for(Objective objective) {
  using enum StopMetric;
  switch (objective) {
    case Objective::multiclass:
      return {log_loss};
    case Objective::regression:
      return {rmse, mae};
    case Objective::ranking:
      return {ndcg, map};
    case Objective::binary:
      break;
  }
  return {log_loss, auc, average_precision};
}

std::string names_of(std::vector<StopMetric> const& metrics) {
  std::string names;
  for (auto const metric : metrics) names += (names.empty() ? "" : ", ") + std::string(enum_name(metric));
  return names;
}

void check_learning(XgboostParameters const& p, ParameterProblems& problems) {
  auto const expect = [&](bool good, std::string_view name, std::string_view range) {
    problems.expect_parameter(good, name, fmt::format("must be {}", range));
  };
  auto const share = [](double x) { return x > 0 && x <= 1; };
  auto const amount = [](double x) { return x >= 0 && std::isfinite(x); };
  expect(p.rounds >= 1 && p.rounds <= 100'000, "rounds", "between 1 and 100000");
  expect(p.early_stopping_rounds >= 0, "early_stopping_rounds", "0 (never) or more");
  expect(share(p.learning_rate), "learning_rate", "above 0 and at most 1");
  expect(p.max_depth >= 1 && p.max_depth <= 16, "max_depth", "between 1 and 16");
  expect(amount(p.min_child_weight), "min_child_weight", "0 or more");
  expect(amount(p.gamma), "gamma", "0 or more");
  expect(share(p.subsample), "subsample", "above 0 and at most 1");
  expect(share(p.colsample_bytree), "colsample_bytree", "above 0 and at most 1");
  expect(amount(p.reg_lambda), "reg_lambda", "0 or more");
  expect(amount(p.reg_alpha), "reg_alpha", "0 or more");
  expect(p.scale_pos_weight > 0 && std::isfinite(p.scale_pos_weight), "scale_pos_weight", "above 0");
  expect(p.max_bin >= 2 && p.max_bin <= 1024, "max_bin", "between 2 and 1024");
}

}  // namespace

bool higher_is_better(StopMetric metric) {
  using enum StopMetric;
  return metric == auc || metric == average_precision || metric == ndcg || metric == map;
}

XgboostParameters XgboostParameters::read(json::Object const& object) {
  ParameterProblems problems;
  auto p = problems.read<XgboostParameters>(object);
  check_learning(p, problems);
  problems.expect_parameter(!p.target.empty(), "target", "must name the column to predict");
  auto const metrics = metrics_for(p.objective);
  if (!p.stop_metric) p.stop_metric = metrics.front();
  problems.expect_parameter(
      std::find(metrics.begin(), metrics.end(), *p.stop_metric) != metrics.end(), "stop_metric",
      fmt::format("must be one of {} with objective {}", names_of(metrics), enum_name(p.objective)));
  bool const binary = p.objective == Objective::binary;
  problems.expect_parameter(binary || p.scale_pos_weight == 1, "scale_pos_weight", "goes with objective binary only");
  problems.expect_parameter(binary || p.threshold_goal == ThresholdGoal::f1, "threshold_goal",
                            "goes with objective binary only");
  problems.expect_parameter(p.objective != Objective::multiclass || p.monotone.empty(), "monotone",
                            "has no meaning with objective multiclass");
  problems.throw_if_any();
  return p;
}

runtime::Task XgboostParameters::task() const {
  switch (objective) {
    case Objective::multiclass:
      return runtime::Task::multiclass_classification;
    case Objective::regression:
      return runtime::Task::regression;
    case Objective::ranking:
      return runtime::Task::ranking;
    case Objective::binary:
      break;
  }
  return runtime::Task::binary_classification;
}

std::vector<std::pair<std::string, std::string>> XgboostParameters::settings() const {
  auto const text = [](double x) { return fmt::format("{}", x); };
  return {{"booster", "gbtree"},
          {"objective", std::string(objective_of(objective))},
          {"eval_metric", std::string(metric_of(stop_metric.value(), objective))},
          {"tree_method", std::string(enum_name(tree_method))},
          {"eta", text(learning_rate)},
          {"max_depth", fmt::format("{}", max_depth)},
          {"min_child_weight", text(min_child_weight)},
          {"gamma", text(gamma)},
          {"subsample", text(subsample)},
          {"colsample_bytree", text(colsample_bytree)},
          {"lambda", text(reg_lambda)},
          {"alpha", text(reg_alpha)},
          {"scale_pos_weight", text(scale_pos_weight)},
          {"max_bin", fmt::format("{}", max_bin)}};
}

}  // namespace lepton::learn
