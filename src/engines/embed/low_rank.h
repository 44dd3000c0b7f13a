#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/call.h"

namespace lepton::embed {

/// Columns that are not 0, with their values.
using SparseVector = std::vector<std::pair<std::uint32_t, float>>;

/// Rows of numbers one after the other.
struct DenseRows {
  std::size_t rows = 0, columns = 0;
  std::vector<float> values;

  DenseRows() = default;
  DenseRows(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), values(row_count * column_count, 0.0F) {}
  [[nodiscard]] float* row(std::size_t i) { return values.data() + i * columns; }
  [[nodiscard]] float const* row(std::size_t i) const { return values.data() + i * columns; }
};

/// Scales to length 1; all 0 stays so.
void make_unit(std::span<float> vector);

/// sparse · right; `right` has a row for each column of `sparse`.
[[nodiscard]] DenseRows product(std::vector<SparseVector> const& sparse, DenseRows const& right);
/// sparseᵀ · right with `columns` rows; `right` has a row for each row of `sparse`.
[[nodiscard]] DenseRows transposed_product(std::vector<SparseVector> const& sparse, DenseRows const& right,
                                           std::size_t columns);

/// The `rank` right singular vectors of greatest singular value, a row for each of `columns`, by random projection with
/// two power steps (Halko, Martinsson & Tropp 2011, algorithm 4.4). The same seed gives the same bits. Vectors that the
/// matrix has not are 0. Heeds the call.
[[nodiscard]] DenseRows right_singular_vectors(Call const& call, std::vector<SparseVector> const& sparse,
                                               std::size_t columns, std::size_t rank, std::uint64_t seed);

/// Weights w that make ‖sparse · w − targets‖² + ridge · ‖w‖² least, a row for each of `columns`, by conjugate
/// gradients on the dual (Hestenes & Stiefel 1952), column by column side by side. Heeds the call.
[[nodiscard]] DenseRows ridge_regression(Call const& call, std::vector<SparseVector> const& sparse, std::size_t columns,
                                         DenseRows const& targets, double ridge);

}  // namespace lepton::embed
