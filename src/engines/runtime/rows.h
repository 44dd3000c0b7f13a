#pragma once

#include <span>
#include <string>
#include <vector>

#include "runtime/matrix.h"

namespace lepton::runtime {

/// Rows that somebody else owns, as a model reads them: numbers of every column, and beside them the texts of those
/// columns that hold text (their numbers are missing).
struct RowsView {
  MatrixView numbers;
  std::span<std::vector<std::string> const> texts;  ///< one per column, or none at all where no column holds text

  RowsView(MatrixView of) : numbers(of) {}  // NOLINT: rows of numbers alone are rows
  RowsView(MatrixView of, std::span<std::vector<std::string> const> with) : numbers(of), texts(with) {}
  [[nodiscard]] std::size_t rows() const { return numbers.rows; }
  [[nodiscard]] std::size_t columns() const { return numbers.columns; }
};

/// The same, owned. A plain value.
struct Rows {
  Matrix numbers;
  std::vector<std::vector<std::string>> texts;

  Rows() = default;
  Rows(Matrix of) : numbers(std::move(of)) {}  // NOLINT: as above
  [[nodiscard]] std::size_t rows() const { return numbers.rows(); }
  [[nodiscard]] std::size_t columns() const { return numbers.columns(); }
  [[nodiscard]] RowsView view() const { return {numbers.view(), texts}; }
};

}  // namespace lepton::runtime
