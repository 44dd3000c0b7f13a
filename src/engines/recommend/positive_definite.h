#pragma once

#include <cstddef>
#include <span>
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
[[nodiscard]] bool solve_positive_definite(float* a, std::size_t stride, std::span<float> b);

}  // namespace lepton::recommend
