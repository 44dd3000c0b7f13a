#pragma once

#include <span>
#include <vector>

#include "base/call.h"
#include "runtime/matrix.h"

namespace lepton::learn {

struct LogisticLine {
  double shift = 0;
  std::vector<double> slopes;  ///< one a column
};

/// log odds of an outcome (`outcomes`: 0 or 1) = shift + Σ slope × value, with the highest likelihood less
/// ridge/2 × Σ slope², by Newton's method on all columns at once: for tens of columns, not thousands. No value is
/// missing. Equal input gives equal numbers. Heeds the call after each step.
[[nodiscard]] LogisticLine fit_logistic(Call const& call, runtime::Matrix const& values,
                                        std::span<float const> outcomes, double ridge);

}  // namespace lepton::learn
