#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/fields.h"

namespace lepton::learn {

/// A tenth of the rows by prediction: what was predicted and what came.
struct PredictionBin {
  double mean_predicted = 0, mean_actual = 0;
  std::int64_t count = 0;

  static constexpr auto fields() {
    using B = PredictionBin;
    return std::tuple{required("mean_predicted", &B::mean_predicted, "x"),
                      required("mean_actual", &B::mean_actual, "y"), required("count", &B::count, "rows in the bin")};
  }
};

/// How good predicted numbers are on rows the model has not seen.
struct RegressionReport {
  std::int64_t rows = 0;
  double rmse = 0;  ///< root of the mean squared error
  double mae = 0;   ///< mean absolute error
  double r2 = 0;    ///< 1 − squared error / squared deviation from the mean; 0 when nothing deviates
  double bias = 0;  ///< mean of predicted − actual
  double median_absolute_error = 0;
  double largest_error = 0;  ///< absolute
  std::vector<PredictionBin> calibration;

  static constexpr auto fields() {
    using R = RegressionReport;
    return std::tuple{required("rows", &R::rows, "rows evaluated"),
                      required("rmse", &R::rmse, "root of the mean squared error"),
                      required("mae", &R::mae, "mean absolute error"),
                      required("r2", &R::r2, "share of the variance that is explained"),
                      required("bias", &R::bias, "mean of predicted minus actual"),
                      required("median_absolute_error", &R::median_absolute_error, "half of the rows are closer"),
                      required("largest_error", &R::largest_error, "absolute"),
                      required("calibration", &R::calibration, "predicted against actual, by tenths")};
  }
};

/// The spans are equally long and not empty.
[[nodiscard]] RegressionReport evaluate_regression(std::span<float const> predicted, std::span<float const> actual);

}  // namespace lepton::learn
