#include "recommend/positive_definite.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "embed/thread_team.h"

namespace lepton::recommend {
namespace {

constexpr std::size_t pivot_block = 64;

/// The block at the diagonal, inverted with doubles; `block` is its order.
std::vector<float> inverted_pivot(float const* first, std::size_t stride, std::size_t block) {
  std::vector<double> a(block * block);
  for (std::size_t i = 0; i < block; ++i)
    for (std::size_t j = 0; j < block; ++j) a[i * block + j] = static_cast<double>(first[i * stride + j]);
  for (std::size_t k = 0; k < block; ++k) {
    double const pivot = a[k * block + k];
    if (!(pivot > 0) || !std::isfinite(pivot)) throw invalid("the matrix is not positive definite: regularise more");
    a[k * block + k] = 1;
    for (std::size_t j = 0; j < block; ++j) a[k * block + j] /= pivot;
    for (std::size_t i = 0; i < block; ++i) {
      if (i == k) continue;
      double const factor = a[i * block + k];
      a[i * block + k] = 0;
      for (std::size_t j = 0; j < block; ++j) a[i * block + j] -= factor * a[k * block + j];
    }
  }
  return {a.begin(), a.end()};
}

/// What a block of pivots needs: with P the inverse of the pivots, C the negated columns under them (the identity in
/// the pivots' own rows) and R = P times their rows (P itself in the pivots' own columns), the elimination of the block
/// is A ← A + C·R, once its rows and columns in A are zero.
class Elimination {
 public:
  Elimination(SquareMatrix& matrix, std::size_t first)
      : matrix_(matrix), first_(first), block_(std::min(pivot_block, matrix.stride - first)) {
    auto const pivots = inverted_pivot(matrix.row(first) + first, matrix.stride, block_);
    auto const stride = matrix.stride;
    std::vector<float> rows(block_ * stride);
    columns_.resize(stride * block_);
    for (std::size_t i = 0; i < stride; ++i)
      for (std::size_t k = 0; k < block_; ++k)
        columns_[i * block_ + k] = -std::exchange(matrix.row(i)[first + k], 0.0f);
    for (std::size_t k = 0; k < block_; ++k) {
      std::swap_ranges(matrix.row(first + k), matrix.row(first + k) + stride,
                       rows.begin() + static_cast<std::ptrdiff_t>(k * stride));
      rows[k * stride + first + k] = 1;
      for (std::size_t j = 0; j < block_; ++j) columns_[(first + k) * block_ + j] = k == j ? 1.0f : 0.0f;
    }
    solved_.resize(block_ * stride);
    embed::add_product(block_, stride, block_, {pivots.data(), block_, 1}, {rows.data(), stride},
                       {solved_.data(), stride});
  }

  void apply(embed::Share rows) const {
    embed::add_product(rows.end - rows.begin, matrix_.stride, block_,
                       {columns_.data() + rows.begin * block_, block_, 1}, {solved_.data(), matrix_.stride},
                       {matrix_.row(rows.begin), matrix_.stride});
  }

 private:
  SquareMatrix& matrix_;
  std::size_t first_, block_;
  std::vector<float> columns_, solved_;
};

}  // namespace

void invert_positive_definite(Call const& call, SquareMatrix& matrix, std::size_t threads) {
  for (std::size_t i = matrix.size; i < matrix.stride; ++i) matrix.row(i)[i] = 1;
  embed::Team team(threads);
  for (std::size_t first = 0; first < matrix.stride; first += pivot_block) {
    call.proceed();
    Elimination const elimination(matrix, first);
    team.run([&](std::size_t thread) { elimination.apply(embed::share_of(matrix.stride, thread, threads, 12)); });
  }
  for (std::size_t i = matrix.size; i < matrix.stride; ++i) matrix.row(i)[i] = 0;
}

}  // namespace lepton::recommend
