#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "learn/class_scores.h"

namespace lepton::learn {

/// Rows with a confidence of one tenth of the range: what was promised and what came.
struct ConfidenceBin {
  double confidence = 0, accuracy = 0;
  std::int64_t count = 0;

  static constexpr auto fields() {
    using B = ConfidenceBin;
    return std::tuple{required("confidence", &B::confidence, "x: mean probability of the predicted class"),
                      required("accuracy", &B::accuracy, "y: share of right predictions"),
                      required("count", &B::count, "rows in the bin")};
  }
};

/// How good the probabilities of a model with several classes are on rows it has not seen.
struct ClassReport {
  std::int64_t rows = 0;
  double accuracy = 0;
  double log_loss = 0;
  double calibration_error = 0;                      ///< mean |confidence − accuracy| over the bins, by rows
  std::vector<std::string> labels;                   ///< the classes, in the order of the confusion matrix
  std::vector<ClassScores> classes;                  ///< in that order
  std::vector<ClassScores> averages;                 ///< micro, macro, weighted
  std::vector<std::vector<std::int64_t>> confusion;  ///< [actual][predicted]
  std::vector<ConfidenceBin> calibration;

  static constexpr auto fields() {
    using R = ClassReport;
    return std::tuple{required("rows", &R::rows, "rows evaluated"),
                      required("accuracy", &R::accuracy, "share of right predictions"),
                      required("log_loss", &R::log_loss, "mean negative log likelihood"),
                      required("calibration_error", &R::calibration_error, "mean gap of confidence and accuracy"),
                      required("labels", &R::labels, "classes, in the order of the confusion matrix"),
                      required("classes", &R::classes, "scores per class"),
                      required("averages", &R::averages, "micro, macro and weighted"),
                      required("confusion", &R::confusion, "[actual][predicted]"),
                      required("calibration", &R::calibration, "reliability diagram")};
  }
};

/// `probabilities` holds one number a class for each row, row after row; `actual` the number of each row's class. The
/// predicted class is the likeliest; of equals, the first.
[[nodiscard]] ClassReport evaluate_classes(std::vector<std::string> const& labels,
                                           std::span<double const> probabilities,
                                           std::span<std::uint32_t const> actual);

/// How well sets of classes are found.
struct LabellingReport {
  std::int64_t rows = 0;
  double exact = 0;  ///< share of rows whose classes are all right
  std::vector<ClassScores> classes;
  std::vector<ClassScores> averages;  ///< micro, macro, weighted

  static constexpr auto fields() {
    using R = LabellingReport;
    return std::tuple{required("rows", &R::rows, "rows evaluated"),
                      required("exact", &R::exact, "share of rows whose classes are all right"),
                      required("classes", &R::classes, "scores per class"),
                      required("averages", &R::averages, "micro, macro and weighted")};
  }
};

/// Both hold the numbers of each row's classes, each at most once.
[[nodiscard]] LabellingReport evaluate_labelling(std::vector<std::string> const& labels,
                                                 std::vector<std::vector<std::uint32_t>> const& predicted,
                                                 std::vector<std::vector<std::uint32_t>> const& actual);

}  // namespace lepton::learn
