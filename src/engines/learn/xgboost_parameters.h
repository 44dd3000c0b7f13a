#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fields.h"
#include "learn/binary_report.h"
#include "learn/monotone.h"
#include "runtime/signature.h"

namespace lepton::learn {

/// What is predicted of a row.
enum class Objective {
  binary,      ///< the probability of 1, of a target that is 0 or 1
  multiclass,  ///< which of several classes, of a target of whole numbers or texts
  regression,  ///< a number, with the least squared error
  ranking,     ///< a score that orders the rows of one key by their relevance, whole numbers from 0 (LambdaMART)
};

/// What early stopping looks at, on the validation part.
enum class StopMetric { log_loss, auc, average_precision, rmse, mae, ndcg, map };
enum class TreeMethod { hist, approx, exact };

/// Parameters of the `xgboost` trainer: XGBoost's own meanings, under its names where it has one clear name.
struct XgboostParameters {
  Objective objective = Objective::binary;
  std::string target;
  std::vector<std::string> features;  ///< empty: every column but target, key and ignored ones
  std::vector<std::string> ignore;
  std::map<std::string, Monotone> monotone;  ///< by feature
  ThresholdGoal threshold_goal = ThresholdGoal::f1;
  int rounds = 400;
  int early_stopping_rounds = 40;
  std::optional<StopMetric> stop_metric;  ///< always set by read()
  TreeMethod tree_method = TreeMethod::hist;
  double learning_rate = 0.05;
  int max_depth = 4;
  double min_child_weight = 5;
  double gamma = 0;
  double subsample = 0.8;
  double colsample_bytree = 0.6;
  double reg_lambda = 1;
  double reg_alpha = 0;
  double scale_pos_weight = 1;
  int max_bin = 256;

  static constexpr auto fields();

  /// Throws Error{invalid} that names each wrong parameter and its range.
  [[nodiscard]] static XgboostParameters read(json::Object const& parameters);
  [[nodiscard]] runtime::Task task() const;
  /// As XGBoosterSetParam takes them, but for those that depend on the data.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> settings() const;
};

[[nodiscard]] bool higher_is_better(StopMetric metric);

}  // namespace lepton::learn

template <>
struct lepton::EnumNames<lepton::learn::StopMetric> {
  using enum lepton::learn::StopMetric;
  static constexpr std::array<std::pair<lepton::learn::StopMetric, std::string_view>, 7> values{
      {{log_loss, "log_loss"},
       {auc, "auc"},
       {average_precision, "average_precision"},
       {rmse, "rmse"},
       {mae, "mae"},
       {ndcg, "ndcg"},
       {map, "map"}}};
};

template <>
struct lepton::EnumNames<lepton::learn::Objective> {
  using enum lepton::learn::Objective;
  static constexpr std::array<std::pair<lepton::learn::Objective, std::string_view>, 4> values{
      {{binary, "binary"}, {multiclass, "multiclass"}, {regression, "regression"}, {ranking, "ranking"}}};
};

template <>
struct lepton::EnumNames<lepton::learn::TreeMethod> {
  using enum lepton::learn::TreeMethod;
  static constexpr std::array<std::pair<lepton::learn::TreeMethod, std::string_view>, 3> values{
      {{hist, "hist"}, {approx, "approx"}, {exact, "exact"}}};
};

namespace lepton::learn {

constexpr auto XgboostParameters::fields() {
  using P = XgboostParameters;
  return std::tuple{
      optional("objective", &P::objective, "what is predicted: binary, multiclass, regression or ranking"),
      required("target", &P::target, "column to predict"),
      optional("features", &P::features, "columns to learn from; default: all others"),
      optional("ignore", &P::ignore, "columns to leave out"),
      optional("monotone", &P::monotone, "features by which the prediction may only grow, or only fall"),
      optional("threshold_goal", &P::threshold_goal, "binary: what the threshold is chosen for"),
      optional("rounds", &P::rounds, "most trees to grow, 1 to 100000"),
      optional("early_stopping_rounds", &P::early_stopping_rounds, "stop after so many rounds without gain; 0: never"),
      optional("stop_metric", &P::stop_metric, "what early stopping looks at; default: log_loss, rmse or ndcg"),
      optional("tree_method", &P::tree_method, "how splits are found"),
      optional("learning_rate", &P::learning_rate, "shrinkage of each tree, above 0 and at most 1"),
      optional("max_depth", &P::max_depth, "depth of a tree, 1 to 16"),
      optional("min_child_weight", &P::min_child_weight, "least weight of a leaf, 0 or more"),
      optional("gamma", &P::gamma, "least gain of a split, 0 or more"),
      optional("subsample", &P::subsample, "share of rows per tree, above 0 and at most 1"),
      optional("colsample_bytree", &P::colsample_bytree, "share of columns per tree, above 0 and at most 1"),
      optional("reg_lambda", &P::reg_lambda, "L2 penalty, 0 or more"),
      optional("reg_alpha", &P::reg_alpha, "L1 penalty, 0 or more"),
      optional("scale_pos_weight", &P::scale_pos_weight, "weight of positive rows, above 0"),
      optional("max_bin", &P::max_bin, "histogram bins per column, 2 to 1024")};
}

}  // namespace lepton::learn
