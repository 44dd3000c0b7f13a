#include "learn/binary_evaluation.h"

namespace lepton::learn {
namespace {

std::vector<std::uint32_t> classes_at(std::vector<float> const& scores, double threshold) {
  std::vector<std::uint32_t> classes;
  for (float const score : scores) classes.push_back(static_cast<double>(score) >= threshold ? 1 : 0);
  return classes;
}

}  // namespace

std::vector<float> first_outputs(runtime::Model const& model, Examples const& examples) {
  auto const prediction = model.predict(examples.values.view());
  std::vector<float> scores(prediction.rows);
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = static_cast<float>(prediction.at(i, 0));
  return scores;
}

void evaluate_two_classes(runtime::Model const& model, TrainingResult& result, Split const& parts, ThresholdGoal goal,
                          std::uint64_t seed) {
  auto const validation_scores = first_outputs(model, parts.validation), test_scores = first_outputs(model, parts.test);
  double const threshold = best_threshold(validation_scores, parts.validation.target, goal);
  result.signature.threshold = threshold;
  auto const validation = evaluate_binary(validation_scores, parts.validation.target, threshold);
  auto test = evaluate_binary(test_scores, parts.test.target, threshold);
  auto& answers = result.answers;
  answers = {parts.test.numbers, classes_at(parts.test.target, 1), classes_at(test_scores, threshold), test_scores};
  result.report.comparisons = {
      compare_with_majority(classes_at(parts.train.target, 1), answers.predicted, answers.actual)};
  test.auc_interval = bootstrap_auc(test_scores, parts.test.target, seed);
  result.report.test = to_json(test).get_object();
  result.report.metrics = {{"test_auc", test.auc},
                           {"test_auc_low", test.auc_interval->low},
                           {"test_auc_high", test.auc_interval->high},
                           {"test_ks", test.ks},
                           {"test_average_precision", test.average_precision},
                           {"test_log_loss", test.log_loss},
                           {"test_brier", test.brier},
                           {"test_accuracy", test.accuracy},
                           {"test_f1", test.classes.at(1).f1},
                           {"validation_auc", validation.auc},
                           {"validation_log_loss", validation.log_loss},
                           {"threshold", test.threshold}};
}

}  // namespace lepton::learn
