#include "learn/tree_evaluation.h"

#include <algorithm>

#include "learn/binary_evaluation.h"
#include "learn/class_report.h"
#include "learn/ranking_report.h"
#include "learn/regression_report.h"
#include "learn/scorecard_training.h"

namespace lepton::learn {
namespace {

/// A scorecard of the same rows, where one can be made.
void compare_with_scorecard(Call const& call, TrainingResult& result, Split const& parts, std::uint64_t seed) {
  auto const trained = train_scorecard(call, parts.train, {});
  if (trained.card.features.empty()) return;
  runtime::Scorecard const card(trained.card);
  auto const test = parts.test.with_features(trained.card.feature_names());
  std::vector<float> scores;
  for (std::size_t row = 0; row < test.rows(); ++row)
    scores.push_back(static_cast<float>(card.probability(card.points(test.values.row(row)))));
  result.report.comparisons.push_back(compare_auc("scorecard", result.answers.scores, scores, parts.test.target, seed));
}

std::vector<std::uint32_t> classes_of(Examples const& examples) {
  return {examples.target.begin(), examples.target.end()};
}

ClassReport evaluate_several(std::vector<std::string> const& labels, runtime::Prediction const& prediction,
                             Examples const& examples) {
  std::vector<double> probabilities;
  for (std::size_t row = 0; row < prediction.rows; ++row) {
    for (std::size_t i = 0; i < labels.size(); ++i)
      probabilities.push_back(prediction.at(row, prediction.columns - labels.size() + i));
  }
  return evaluate_classes(labels, probabilities, classes_of(examples));
}

std::vector<std::uint32_t> likeliest(std::vector<std::string> const& labels, runtime::Prediction const& prediction) {
  std::vector<std::uint32_t> classes;
  for (auto const& label : prediction.texts.at(0))
    classes.push_back(static_cast<std::uint32_t>(std::find(labels.begin(), labels.end(), label) - labels.begin()));
  return classes;
}

void evaluate_several_classes(runtime::Model const& model, TrainingResult& result, Split const& parts) {
  auto& report = result.report;
  auto const& labels = *model.signature().outputs.back().labels;
  auto const predicted = model.predict(parts.test.values.view());
  auto const test = evaluate_several(labels, predicted, parts.test);
  auto const validation = evaluate_several(labels, model.predict(parts.validation.values.view()), parts.validation);
  auto& answers = result.answers;
  answers = {parts.test.numbers, classes_of(parts.test), likeliest(labels, predicted), {}};
  report.comparisons = {compare_with_majority(classes_of(parts.train), answers.predicted, answers.actual)};
  report.test = to_json(test).get_object();
  report.metrics = {{"test_accuracy", test.accuracy},
                    {"test_macro_f1", test.averages[1].f1},
                    {"test_weighted_f1", test.averages[2].f1},
                    {"test_log_loss", test.log_loss},
                    {"validation_accuracy", validation.accuracy},
                    {"validation_log_loss", validation.log_loss}};
}

void evaluate_numbers(runtime::Model const& model, TrainingReport& report, Split const& parts) {
  auto const test = evaluate_regression(first_outputs(model, parts.test), parts.test.target);
  auto const validation = evaluate_regression(first_outputs(model, parts.validation), parts.validation.target);
  report.test = to_json(test).get_object();
  report.metrics = {{"test_rmse", test.rmse},
                    {"test_mae", test.mae},
                    {"test_r2", test.r2},
                    {"validation_rmse", validation.rmse},
                    {"validation_r2", validation.r2}};
}

void evaluate_order(runtime::Model const& model, TrainingReport& report, Split const& parts) {
  auto const of = [&](Examples const& part) {
    return evaluate_ranking(first_outputs(model, part), part.target, part.keys);
  };
  auto const test = of(parts.test), validation = of(parts.validation);
  report.test = to_json(test).get_object();
  report.metrics = {{"test_ndcg_5", test.ndcg_5},
                    {"test_ndcg_10", test.ndcg_10},
                    {"test_map", test.map},
                    {"test_mrr", test.mrr},
                    {"validation_ndcg_10", validation.ndcg_10},
                    {"validation_map", validation.map}};
  if (test.queries == test.queries_without_relevant)
    report.warnings.emplace_back("no held-out query has a relevant row: nothing is known of how good the order is");
}

}  // namespace

void evaluate_trees(Call const& call, TrainingResult& result, Split const& parts, XgboostParameters const& parameters,
                    std::uint64_t seed) {
  auto const model = runtime::load(result.artifact, result.signature);
  switch (parameters.objective) {
    case Objective::binary:
      evaluate_two_classes(*model, result, parts, parameters.threshold_goal, seed);
      compare_with_scorecard(call, result, parts, seed);
      break;
    case Objective::multiclass:
      evaluate_several_classes(*model, result, parts);
      break;
    case Objective::regression:
      evaluate_numbers(*model, result.report, parts);
      break;
    case Objective::ranking:
      evaluate_order(*model, result.report, parts);
      break;
  }
  result.report.metrics["best_round"] = result.report.best_round;
}

}  // namespace lepton::learn
