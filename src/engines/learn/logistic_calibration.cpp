#include "learn/logistic_calibration.h"

#include <algorithm>
#include <cmath>

namespace lepton::learn {
namespace {

constexpr int most_steps = 50;
constexpr double least_slope = 0.05, pull = 1;

}  // namespace

/// Newton's method on two numbers; the pull keeps the curvature positive.
CalibrationLine fit_calibration(std::vector<std::pair<double, bool>> const& scored) {
  CalibrationLine line;
  for (int step = 0; step < most_steps; ++step) {
    double slope_gradient = pull * (line.slope - 1), shift_gradient = pull * line.shift;
    double slope_curve = pull, shift_curve = pull, both_curve = 0;
    for (auto const& [probability, came] : scored) {
      double const p = std::clamp(probability, 1e-6, 1 - 1e-6), odds = std::log(p / (1 - p));
      double const expected = 1 / (1 + std::exp(-(line.slope * odds + line.shift)));
      double const error = expected - (came ? 1 : 0), curve = expected * (1 - expected);
      slope_gradient += error * odds;
      shift_gradient += error;
      slope_curve += curve * odds * odds;
      shift_curve += curve;
      both_curve += curve * odds;
    }
    double const determinant = slope_curve * shift_curve - both_curve * both_curve;
    double const slope_step = (shift_curve * slope_gradient - both_curve * shift_gradient) / determinant;
    double const shift_step = (slope_curve * shift_gradient - both_curve * slope_gradient) / determinant;
    line.slope = std::max(least_slope, line.slope - std::clamp(slope_step, -1.0, 1.0));
    line.shift -= std::clamp(shift_step, -1.0, 1.0);
    if (std::abs(slope_step) + std::abs(shift_step) < 1e-9) break;
  }
  return line;
}

}  // namespace lepton::learn
