#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/call.h"

namespace lepton::learn {

/// Rows of numbers that are mostly zero. A plain value.
struct SparseRows {
  std::vector<std::uint64_t> begin{0};
  std::vector<std::uint32_t> column;
  std::vector<float> value;

  [[nodiscard]] std::size_t rows() const { return begin.size() - 1; }
};

struct SvmOptions {
  double cost = 1;          ///< of an example on the wrong side of the margin
  double tolerance = 0.05;  ///< of the projected gradient
  int rounds = 100;
  std::uint64_t seed = 1;
};

/// L2-regularised, squared-hinge support vector machine for two sides (`side`: +1 or −1 a row) by dual coordinate
/// descent with shrinking (Hsieh et al. 2008, algorithm 3). Answers columns + 1 weights, the last one the bias, which
/// counts as a column of ones. Equal input gives equal weights. Heeds the call after each round.
[[nodiscard]] std::vector<float> train_svm(Call const& call, SparseRows const& rows, std::size_t columns,
                                           std::span<std::int8_t const> side, SvmOptions const& options);

}  // namespace lepton::learn
