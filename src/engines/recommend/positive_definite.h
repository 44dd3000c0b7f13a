#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

#include "base/call.h"
#include "embed/dense_product.h"

namespace lepton::recommend {

/// A square matrix of floats, row after row; rows begin `stride` floats apart, a multiple of embed::lanes, and what
/// pads them is zero. A plain value.
struct SquareMatrix {
  explicit SquareMatrix(std::size_t order = 0) : size(order), stride(embed::padded(order)), values(stride * stride) {}

  [[nodiscard]] float* row(std::size_t i) { return values.data() + i * stride; }
  [[nodiscard]] float const* row(std::size_t i) const { return values.data() + i * stride; }

  std::size_t size, stride;
  std::vector<float> values;
};

/// Replaces a symmetric positive definite matrix by its inverse: Gauss–Jordan elimination in blocks, which is one
/// matrix product a block. The relative error is about the condition number times 1e-7. The result does not depend on
/// the number of threads. Heeds the call after each block. Throws Error{invalid} when a pivot is not above zero: the
/// matrix is not positive definite, or too close to singular for floats.
void invert_positive_definite(Call const& call, SquareMatrix& matrix, std::size_t threads);

/// Solves A·x = b for a symmetric positive definite A of order b.size() with rows `stride` apart, by Cholesky's
/// factorisation; `a` is overwritten, b becomes x. Reads the upper triangle alone. False when A is not positive
/// definite; b is undefined then.
template <std::floating_point Number>
[[nodiscard]] bool solve_positive_definite(Number* a, std::size_t stride, std::span<std::type_identity_t<Number>> b) {
  auto const size = b.size();
  for (std::size_t k = 0; k < size; ++k) {  // A = Uᵀ·U, and Uᵀ·y = b on the way
    Number* const row = a + k * stride;
    if (!(row[k] > 0) || !std::isfinite(row[k])) return false;
    Number const scale = 1 / std::sqrt(row[k]);
    for (std::size_t j = k; j < size; ++j) row[j] *= scale;
    b[k] *= scale;
    for (std::size_t i = k + 1; i < size; ++i) {
      Number const factor = row[i];
      Number* const below = a + i * stride;
      for (std::size_t j = i; j < size; ++j) below[j] -= factor * row[j];
      b[i] -= factor * b[k];
    }
  }
  for (std::size_t k = size; k-- > 0;) {
    Number sum = b[k];
    for (std::size_t j = k + 1; j < size; ++j) sum -= a[k * stride + j] * b[j];
    b[k] = sum / a[k * stride + k];
  }
  return true;
}

}  // namespace lepton::recommend
