#include "learn/training.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "base/check.h"
#include "base/error.h"
#include "runtime/model.h"

namespace lepton::learn {
namespace {

std::vector<float> scores_of(runtime::Model const& model, Examples const& examples) {
  auto const prediction = model.predict(examples.values.view());
  std::vector<float> scores(prediction.rows);
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = static_cast<float>(prediction.at(i, 0));
  return scores;
}

/// Columns that carry nothing, in words.
std::vector<std::string> warnings_about(Examples const& train) {
  std::vector<std::string> warnings;
  for (std::size_t column = 0; column < train.features.size(); ++column) {
    std::size_t absent = 0;
    bool varies = false;
    std::optional<float> first;
    for (std::size_t row = 0; row < train.rows(); ++row) {
      float const value = train.values.at(row, column);
      if (std::isnan(value)) {
        ++absent;
      } else if (!first) {
        first = value;
      } else if (value != *first) {
        varies = true;
        break;
      }
    }
    if (varies) continue;
    auto const& name = train.features[column];
    if (absent == train.rows()) {
      warnings.push_back(fmt::format("column '{}' is empty in every training row", name));
    } else if (absent == 0) {
      warnings.push_back(fmt::format("column '{}' is {:g} in every training row: it tells nothing", name, *first));
    }
  }
  return warnings;
}

std::map<std::string, double> final_metrics(BinaryReport const& test, BinaryReport const& validation, int best_round) {
  return {{"test_auc", test.auc},
          {"test_ks", test.ks},
          {"test_average_precision", test.average_precision},
          {"test_log_loss", test.log_loss},
          {"test_brier", test.brier},
          {"test_accuracy", test.accuracy},
          {"test_f1", test.classes.at(1).f1},
          {"validation_auc", validation.auc},
          {"validation_log_loss", validation.log_loss},
          {"threshold", test.threshold},
          {"best_round", best_round}};
}

void evaluate(TrainingResult& result, Split const& parts, ThresholdGoal goal) {
  auto const model = runtime::load(result.trained.artifact, result.trained.signature);
  auto const validation_scores = scores_of(*model, parts.validation);
  double const threshold = best_threshold(validation_scores, parts.validation.target, goal);
  result.trained.signature.threshold = threshold;
  auto const validation = evaluate_binary(validation_scores, parts.validation.target, threshold);
  auto& report = result.report;
  report.test = evaluate_binary(scores_of(*model, parts.test), parts.test.target, threshold);
  report.metrics = final_metrics(report.test, validation, result.trained.best_round);
}

/// Moves what is no field of the specification to the trainer's parameters.
json::Object with_parameters_apart(json::Object const& object) {
  std::set<std::string_view> known;
  std::apply([&](auto const&... field) { (known.insert(field.name), ...); }, TrainingSpec::fields());
  json::Object spec, parameters;
  for (auto const& member : object)
    if (!known.contains(member.key())) parameters[member.key()] = member.value();
  for (auto const& member : object)
    if (known.contains(member.key())) spec[member.key()] = member.value();
  if (parameters.empty()) return spec;
  auto& nested = spec["parameters"];
  if (nested.is_null()) nested = json::Object();
  if (auto* const given = nested.if_object())
    for (auto const& member : parameters) given->insert(member);
  return spec;
}

}  // namespace

void check_recipe(std::string const& trainer, json::Object const& parameters, std::int64_t seed, std::int64_t threads) {
  json::Object spec = parameters;
  Details problems;
  for (auto const* own : {"trainer", "seed", "threads", "data"})
    if (spec.contains(own)) problems.emplace(std::string("/parameters/") + own, "is said elsewhere in the recipe");
  spec["trainer"] = trainer;
  spec["seed"] = seed;
  spec["threads"] = threads;
  try {
    (void)parse_training_spec(spec);
  } catch (Error const& error) {
    if (error.details().empty()) throw;
    for (auto const& [pointer, problem] : error.details()) {
      bool const of_recipe = pointer == "/trainer" || pointer == "/seed" || pointer.starts_with("/parameters");
      problems.emplace(pointer == "/threads" ? "/resources/threads"
                       : of_recipe           ? pointer
                                             : "/parameters" + pointer,
                       problem);
    }
  }
  if (problems.empty()) return;
  auto const& [pointer, problem] = *problems.begin();
  throw invalid(problems.size() == 1 ? fmt::format("{} {}", pointer.substr(1), problem)
                                     : fmt::format("{} parameters of the recipe are wrong", problems.size()),
                problems);
}

TrainingSpec parse_training_spec(json::Value const& value) {
  auto spec =
      from_json<TrainingSpec>(value.is_object() ? json::Value(with_parameters_apart(value.get_object())) : value);
  auto const trainer = make_trainer(spec.trainer);
  spec.parameters = trainer->complete(spec.parameters);
  Details problems;
  if (spec.target.empty()) problems.emplace("/target", "must name the column to predict");
  if (spec.threads < 1 || spec.threads > 256) problems.emplace("/threads", "must be between 1 and 256");
  if (spec.seed > INT32_MAX) problems.emplace("/seed", "must be at most 2147483647");
  if (spec.split.by == SplitBy::key && spec.key.empty()) problems.emplace("/split/by", "needs a key column: set 'key'");
  if (!spec.key.empty() && spec.key == spec.target) problems.emplace("/key", "is the target");
  if (!problems.empty())
    throw invalid(fmt::format("{} {}", problems.begin()->first.substr(1), problems.begin()->second), problems);
  if (!spec.split.by) spec.split.by = spec.key.empty() ? SplitBy::stratified : SplitBy::key;
  return spec;
}

TrainingResult run_training(Call const& call, std::filesystem::path const& directory, TrainingSpec const& spec,
                            ProgressSink const& progress) {
  check(spec.split.by.has_value(), "a training runs from a parsed specification");
  auto const trainer = make_trainer(spec.trainer);
  Columns const columns{spec.target, spec.key, spec.features, spec.ignore};
  auto const parts = [&] {  // the whole data is let go of before training
    auto const examples = read_csv(call, directory / spec.data, columns, trainer->task());
    return split(examples, spec.split, *spec.split.by, spec.seed, trainer->task());
  }();

  TrainingResult result;
  auto& report = result.report;
  report.spec = spec;
  report.library = trainer->library();
  report.train_rows = static_cast<std::int64_t>(parts.train.rows());
  report.validation_rows = static_cast<std::int64_t>(parts.validation.rows());
  report.test_rows = static_cast<std::int64_t>(parts.test.rows());
  report.warnings = warnings_about(parts.train);
  auto const on_round = [&](Progress const& p) {
    report.learning_curve.push_back({"train_" + p.metric, p.round, p.train});
    report.learning_curve.push_back({"validation_" + p.metric, p.round, p.validation});
    progress(p);
  };
  result.trained = trainer->train(
      call, {parts.train, parts.validation, spec.parameters, spec.seed, spec.threads, spec.target}, on_round);
  report.rounds = result.trained.rounds;
  report.best_round = result.trained.best_round;
  report.importance = result.trained.importance;
  evaluate(result, parts, spec.threshold_goal);
  return result;
}

}  // namespace lepton::learn
