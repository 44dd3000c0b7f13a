#pragma once

#include <span>
#include <vector>

#include "base/fields.h"

namespace lepton::embed {

/// An observed outcome of something that was scored.
struct Outcome {
  double score = 0;
  bool held = false;
};

/// Turns scores into probabilities: isotonic regression (Zadrozny & Elkan 2002) between as many points. A plain value.
struct Calibration {
  std::vector<double> scores;         ///< rising
  std::vector<double> probabilities;  ///< never falling, one a score

  static constexpr auto fields() {
    using C = Calibration;
    return std::tuple{required("scores", &C::scores, "rising"),
                      required("probabilities", &C::probabilities, "one a score, never falling")};
  }

  [[nodiscard]] bool empty() const { return scores.empty(); }
  /// Linear between the points, flat beyond them; 0.5 without any.
  [[nodiscard]] double probability(double score) const;
};

/// From outcomes in any order; at most 64 points, each the mean of at least 20 outcomes where there are that many.
[[nodiscard]] Calibration calibrate(std::vector<Outcome> outcomes);
/// Throws Error{invalid} unless the points are as calibrate() makes them.
void check_calibration(Calibration const& calibration);

/// How good probabilities were.
struct CalibrationReport {
  std::size_t outcomes = 0;
  double brier = 0;  ///< mean squared difference to what held
  double error = 0;  ///< expected calibration error over ten groups of equal size
  double base_rate = 0;
};
[[nodiscard]] CalibrationReport judge_calibration(Calibration const& calibration, std::span<Outcome const> outcomes);

}  // namespace lepton::embed
