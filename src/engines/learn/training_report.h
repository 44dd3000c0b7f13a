#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "learn/comparison.h"
#include "learn/slices.h"
#include "learn/training_spec.h"
#include "runtime/signature.h"

namespace lepton::learn {

/// What must be equal, besides data, parameters and seed, for a training to give the same bytes again.
enum class Determinism {
  any_threads,     ///< nothing
  same_threads,    ///< the number of threads, because sums are taken in another order
  same_processor,  ///< the kind of processor, whose widest vectors round as they do; not the number of threads
};

/// What a feature contributed.
struct Importance {
  std::string feature;
  double gain = 0;          ///< mean improvement of the objective by its splits
  std::int64_t splits = 0;  ///< how many

  static constexpr auto fields() {
    return std::tuple{required("feature", &Importance::feature, "name"),
                      required("gain", &Importance::gain, "mean gain of its splits"),
                      required("splits", &Importance::splits, "number of its splits")};
  }
};

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
  Determinism same_bytes_for = Determinism::any_threads;
  runtime::Task task = runtime::Task::binary_classification;
  std::int64_t train_rows = 0, validation_rows = 0, test_rows = 0;
  int rounds = 0, best_round = 0;
  std::map<std::string, double> metrics;  ///< "test_auc" and so on: the run's final metrics
  json::Object test;          ///< the report of the task on rows that neither training nor any choice has seen
  std::vector<Slice> slices;  ///< of a classifier, for the columns of the specification
  std::vector<Comparison> comparisons;  ///< of a classifier with plainer ones
  std::vector<Importance> importance;
  std::vector<MetricPoint> learning_curve;
  std::vector<std::string> warnings;

  static constexpr auto fields() {
    using R = TrainingReport;
    return std::tuple{required("spec", &R::spec, "specification, with defaults"),
                      required("library", &R::library, "what trained"),
                      required("same_bytes_for", &R::same_bytes_for,
                               "what must be equal besides data, parameters and seed to get the same bytes again"),
                      required("task", &R::task, "kind of answer"),
                      required("train_rows", &R::train_rows, "rows learnt from"),
                      required("validation_rows", &R::validation_rows, "rows that choices were made on"),
                      required("test_rows", &R::test_rows, "rows held out"),
                      required("rounds", &R::rounds, "rounds run"),
                      required("best_round", &R::best_round, "rounds kept"),
                      required("metrics", &R::metrics, "final metrics"),
                      required("test", &R::test, "evaluation on the held-out rows"),
                      required("slices", &R::slices, "held-out rows by values of columns"),
                      required("comparisons", &R::comparisons, "with plainer models, on the held-out rows"),
                      required("importance", &R::importance, "by falling gain"),
                      required("learning_curve", &R::learning_curve, "what was observed, by round"),
                      required("warnings", &R::warnings, "what to look at")};
  }
};

}  // namespace lepton::learn

template <>
struct lepton::EnumNames<lepton::learn::Determinism> {
  using enum lepton::learn::Determinism;
  static constexpr std::array<std::pair<lepton::learn::Determinism, std::string_view>, 3> values{
      {{any_threads, "any_threads"}, {same_threads, "same_threads"}, {same_processor, "same_processor"}}};
};
