#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/fields.h"
#include "learn/class_scores.h"

namespace lepton::learn {

/// A point of the receiver operating characteristic: what calling scores ≥ threshold positive gives.
struct RocPoint {
  double threshold = 0, false_positive_rate = 0, true_positive_rate = 0;

  static constexpr auto fields() {
    using P = RocPoint;
    return std::tuple{required("threshold", &P::threshold, "scores from here on count as positive"),
                      required("false_positive_rate", &P::false_positive_rate, "x"),
                      required("true_positive_rate", &P::true_positive_rate, "y")};
  }
};

struct PrecisionRecallPoint {
  double threshold = 0, recall = 0, precision = 0;

  static constexpr auto fields() {
    using P = PrecisionRecallPoint;
    return std::tuple{required("threshold", &P::threshold, "scores from here on count as positive"),
                      required("recall", &P::recall, "x"), required("precision", &P::precision, "y")};
  }
};

/// A tenth of the rows by score: what was predicted and what came.
struct CalibrationBin {
  double mean_score = 0, observed_rate = 0;
  std::int64_t count = 0;

  static constexpr auto fields() {
    using B = CalibrationBin;
    return std::tuple{required("mean_score", &B::mean_score, "x"),
                      required("observed_rate", &B::observed_rate, "y: share of positive rows"),
                      required("count", &B::count, "rows in the bin")};
  }
};

/// What an area under the ROC curve is worth: in 95 of 100 samples of such rows it lies between.
struct AucInterval {
  double low = 0, high = 0;
  std::int64_t samples = 0;

  static constexpr auto fields() {
    using I = AucInterval;
    return std::tuple{required("low", &I::low, "2.5 % of the samples are below"),
                      required("high", &I::high, "2.5 % of the samples are above"),
                      required("samples", &I::samples, "drawn with replacement, from each class as many as there are")};
  }
};

/// How good the scores of a two-class model are on rows it has not seen.
struct BinaryReport {
  std::int64_t rows = 0;
  double positive_rate = 0;
  double auc = 0;  ///< area under the ROC curve; ties count half
  std::optional<AucInterval> auc_interval{};
  double ks = 0;                 ///< Kolmogorov–Smirnov: largest distance between the rates
  double average_precision = 0;  ///< Σ (Rₙ − Rₙ₋₁) Pₙ
  double log_loss = 0;
  double brier = 0;
  double calibration_error = 0;  ///< mean |predicted − observed| over the bins, by rows
  double accuracy = 0;
  double threshold = 0.5;
  std::vector<ClassScores> classes;                  ///< "0", "1"
  std::vector<ClassScores> averages;                 ///< micro, macro, weighted
  std::vector<std::vector<std::int64_t>> confusion;  ///< [actual][predicted]
  std::vector<RocPoint> roc;                         ///< at most about 200 points
  std::vector<PrecisionRecallPoint> precision_recall;
  std::vector<CalibrationBin> calibration;

  static constexpr auto fields() {
    using R = BinaryReport;
    return std::tuple{required("rows", &R::rows, "rows evaluated"),
                      required("positive_rate", &R::positive_rate, "share of positive rows"),
                      required("auc", &R::auc, "area under the ROC curve"),
                      optional("auc_interval", &R::auc_interval, "95 % confidence interval by bootstrap"),
                      required("ks", &R::ks, "Kolmogorov–Smirnov distance"),
                      required("average_precision", &R::average_precision, "mean precision over recall"),
                      required("log_loss", &R::log_loss, "mean negative log likelihood"),
                      required("brier", &R::brier, "mean squared error of the score"),
                      required("calibration_error", &R::calibration_error, "mean gap between score and outcome"),
                      required("accuracy", &R::accuracy, "share of right predictions at the threshold"),
                      required("threshold", &R::threshold, "chosen on the validation part"),
                      required("classes", &R::classes, "scores per class"),
                      required("averages", &R::averages, "micro, macro and weighted"),
                      required("confusion", &R::confusion, "[actual][predicted]"),
                      required("roc", &R::roc, "points of the ROC curve"),
                      required("precision_recall", &R::precision_recall, "points of the precision-recall curve"),
                      required("calibration", &R::calibration, "reliability diagram")};
  }
};

/// What a threshold is to be best at.
enum class ThresholdGoal {
  f1,      ///< of the positive class
  youden,  ///< true minus false positive rate: where KS is reached
};

/// `scores` are probabilities, `labels` 0 or 1; both classes occur and the spans are equally long.
[[nodiscard]] BinaryReport evaluate_binary(std::span<float const> scores, std::span<float const> labels,
                                           double threshold);

/// Percentile bootstrap, stratified by class; fewer samples of many rows, so that it takes some hundredths of a second.
/// Equal input gives an equal interval.
[[nodiscard]] AucInterval bootstrap_auc(std::span<float const> scores, std::span<float const> labels,
                                        std::uint64_t seed);

[[nodiscard]] double area_under_curve(std::span<float const> scores, std::span<float const> labels);
/// As bootstrap_auc(), of the area that `scores` has above `others`, each sample of rows being the same for both.
[[nodiscard]] AucInterval bootstrap_auc_difference(std::span<float const> scores, std::span<float const> others,
                                                   std::span<float const> labels, std::uint64_t seed);

/// The score that, used as threshold on these rows, reaches the goal best; the highest of several.
[[nodiscard]] double best_threshold(std::span<float const> scores, std::span<float const> labels, ThresholdGoal goal);

}  // namespace lepton::learn

template <>
struct lepton::EnumNames<lepton::learn::ThresholdGoal> {
  using enum lepton::learn::ThresholdGoal;
  static constexpr std::array<std::pair<lepton::learn::ThresholdGoal, std::string_view>, 2> values{
      {{f1, "f1"}, {youden, "youden"}}};
};
