#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace lepton::runtime {

/// How a missing value stands in a matrix.
inline constexpr float missing = std::numeric_limits<float>::quiet_NaN();

/// Rows of numbers that somebody else owns, one row after the other.
struct MatrixView {
  float const* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;

  [[nodiscard]] std::span<float const> row(std::size_t i) const { return {data + i * columns, columns}; }
};

/// Rows of numbers, one row after the other; NaN is a missing value. A plain value.
class Matrix {
 public:
  Matrix() = default;
  /// All values missing.
  Matrix(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns), values_(rows * columns, missing) {}
  /// Takes values that stand row after row; their number is a multiple of `columns`.
  Matrix(std::size_t columns, std::vector<float> values)
      : rows_(columns == 0 ? 0 : values.size() / columns), columns_(columns), values_(std::move(values)) {}

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  [[nodiscard]] std::span<float> row(std::size_t i) { return {values_.data() + i * columns_, columns_}; }
  [[nodiscard]] std::span<float const> row(std::size_t i) const { return {values_.data() + i * columns_, columns_}; }
  [[nodiscard]] float& at(std::size_t row, std::size_t column) { return values_[row * columns_ + column]; }
  [[nodiscard]] float at(std::size_t row, std::size_t column) const { return values_[row * columns_ + column]; }
  [[nodiscard]] MatrixView view() const { return {values_.data(), rows_, columns_}; }

 private:
  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::vector<float> values_;
};

}  // namespace lepton::runtime
