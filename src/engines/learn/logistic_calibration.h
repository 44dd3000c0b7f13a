#pragma once

#include <utility>
#include <vector>

namespace lepton::learn {

/// Log odds → slope × log odds + shift.
struct CalibrationLine {
  double slope = 1, shift = 0;
};

/// The line under which outcomes are likeliest (Platt scaling), drawn towards leaving things as they are as if by one
/// more observation; `scored` holds probabilities and what came. Ascending always; equal input gives an equal line.
[[nodiscard]] CalibrationLine fit_calibration(std::vector<std::pair<double, bool>> const& scored);

}  // namespace lepton::learn
