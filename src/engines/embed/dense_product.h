#pragma once

#include <cstddef>
#include <string_view>

namespace lepton::embed {

/// A matrix that is read element by element: (i, k) stands at data[i·row + k·column].
struct StridedMatrix {
  float const* data;
  std::size_t row;
  std::size_t column;
};

/// A matrix whose rows are contiguous and begin `stride` floats apart.
struct RowsIn {
  float const* data;
  std::size_t stride;
};
struct RowsOut {
  float* data;
  std::size_t stride;
};

/// Columns of the right side are handled in groups of this many; matrices are padded to it.
inline constexpr std::size_t lanes = 16;
[[nodiscard]] constexpr std::size_t padded(std::size_t size) {
  return (size + lanes - 1) / lanes * lanes;
}

/// out[i][j] += Σₖ left(i, k) · right[k][j] for i < rows, j < columns (a multiple of `lanes`), k < depth. One thread;
/// uses the widest vectors of the processor, chosen when the program starts. The same processor gives the same bits.
void add_product(std::size_t rows, std::size_t columns, std::size_t depth, StridedMatrix left, RowsIn right,
                 RowsOut out);

/// values[i] = exp(values[i] − shift[i]) and sums[i] += values[i], for i < size (a multiple of `lanes`). Relative error
/// below 1e-6; below −87 it is 0.
void exp_and_add(float* values, float const* shift, float* sums, std::size_t size);

/// One step of Adagrad (Duchi et al. 2011): squares[i] += gradient[i]² and values[i] −= rate · gradient[i] /
/// √squares[i], for i < size (a multiple of `lanes`). Relative error of the change below 1e-6.
void adagrad_step(float* values, float* squares, float const* gradient, float rate, std::size_t size);

/// "avx512", "avx2" or "baseline": what those above were chosen for.
[[nodiscard]] std::string_view vector_unit();

}  // namespace lepton::embed
