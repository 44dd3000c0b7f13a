#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "learn/binary_report.h"
#include "learn/split.h"
#include "learn/trainer.h"

namespace lepton::learn {

/// All that decides a training besides the bytes of the data: two trainings with equal specification and data give
/// equal artifacts. The file training.json of a job.
struct TrainingSpec {
  std::string trainer = "xgboost";
  std::string data = "data.csv";  ///< CSV file, relative to the directory of the specification
  std::string target;
  std::string key;
  std::vector<std::string> features;
  std::vector<std::string> ignore;
  SplitOptions split;
  json::Object parameters;
  std::uint64_t seed = 1;
  int threads = 1;
  ThresholdGoal threshold_goal = ThresholdGoal::f1;

  static constexpr auto fields() {
    using S = TrainingSpec;
    return std::tuple{optional("trainer", &S::trainer, "built-in trainer"),
                      optional("data", &S::data, "CSV file with a header, relative to this file"),
                      required("target", &S::target, "column to predict: 0 or 1"),
                      optional("key", &S::key, "column that names the row; never learnt from"),
                      optional("features", &S::features, "columns to learn from; default: all others"),
                      optional("ignore", &S::ignore, "columns to leave out"),
                      optional("split", &S::split, "how rows are put apart"),
                      optional("parameters", &S::parameters, "of the trainer"),
                      optional("seed", &S::seed, "of the split and of the trainer"),
                      optional("threads", &S::threads, "1 to 256; part of what decides the result"),
                      optional("threshold_goal", &S::threshold_goal, "what the threshold is chosen for")};
  }
};

/// Parameters of the trainer may stand under "parameters" or beside the other fields. Throws Error{invalid} that names
/// each wrong field, those of the trainer's parameters included, which it completes with defaults.
[[nodiscard]] TrainingSpec parse_training_spec(json::Value const& value);

/// What is wrong with a recipe before any data is read: its `parameters` are the specification's fields and the
/// trainer's. Throws Error{invalid} that names each under "/parameters".
void check_recipe(std::string const& trainer, json::Object const& parameters, std::int64_t seed, std::int64_t threads);

/// One number of a run's series.
struct MetricPoint {
  std::string key;
  std::int64_t step = 0;
  double value = 0;

  static constexpr auto fields() {
    return std::tuple{required("key", &MetricPoint::key, "name"), required("step", &MetricPoint::step, "round"),
                      required("value", &MetricPoint::value, "value")};
  }
};

/// What is told about a training: the file report.json. Holds no times, so that a repetition gives the same bytes.
struct TrainingReport {
  TrainingSpec spec;
  std::string library;  ///< "xgboost 1.7.4"
  std::int64_t train_rows = 0, validation_rows = 0, test_rows = 0;
  int rounds = 0, best_round = 0;
  std::map<std::string, double> metrics;  ///< "test_auc" and so on: the run's final metrics
  BinaryReport test;                      ///< on rows that neither training nor any choice has seen
  std::vector<Importance> importance;
  std::vector<MetricPoint> learning_curve;
  std::vector<std::string> warnings;

  static constexpr auto fields() {
    using R = TrainingReport;
    return std::tuple{required("spec", &R::spec, "specification, with defaults"),
                      required("library", &R::library, "what trained"),
                      required("train_rows", &R::train_rows, "rows learnt from"),
                      required("validation_rows", &R::validation_rows, "rows for early stopping and the threshold"),
                      required("test_rows", &R::test_rows, "rows held out"),
                      required("rounds", &R::rounds, "rounds run"),
                      required("best_round", &R::best_round, "rounds kept"),
                      required("metrics", &R::metrics, "final metrics"),
                      required("test", &R::test, "evaluation on the held-out rows"),
                      required("importance", &R::importance, "by falling gain"),
                      required("learning_curve", &R::learning_curve, "stop metric by round"),
                      required("warnings", &R::warnings, "what to look at")};
  }
};

struct TrainingResult {
  Trained trained;  ///< its signature carries the threshold
  TrainingReport report;
};

/// Reads, splits, trains, chooses the threshold on the validation part and evaluates on the test part with the
/// predictor that will serve. Throws Error{invalid} for data or parameters that cannot work.
[[nodiscard]] TrainingResult run_training(Call const& call, std::filesystem::path const& directory,
                                          TrainingSpec const& spec, ProgressSink const& progress);

}  // namespace lepton::learn
