#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.h"

namespace lepton::learn {

/// What a classifier said of the held-out rows. A plain value.
struct TestAnswers {
  std::vector<std::size_t> rows;  ///< their numbers in the table, from 0
  std::vector<std::uint32_t> actual, predicted;
  std::vector<float> scores;  ///< two classes: the probability of 1; else none
};

/// How good a classifier is where a column has one value.
struct Slice {
  std::string column, value;
  std::int64_t rows = 0;
  double accuracy = 0;
  std::optional<double> positive_rate, mean_score;  ///< two classes
  std::optional<double> auc, ks;                    ///< two classes that both occur

  static constexpr auto fields() {
    using S = Slice;
    return std::tuple{required("column", &S::column, "whose value the rows share"),
                      required("value", &S::value, "empty: missing"),
                      required("rows", &S::rows, "held-out rows"),
                      required("accuracy", &S::accuracy, "share of right predictions"),
                      optional("positive_rate", &S::positive_rate, "share of rows of class 1"),
                      optional("mean_score", &S::mean_score, "mean probability of class 1"),
                      optional("auc", &S::auc, "area under the ROC curve"),
                      optional("ks", &S::ks, "Kolmogorov–Smirnov distance")};
  }
};

/// Slices of one column, and what is not shown of it.
struct SlicedColumn {
  std::vector<Slice> slices;      ///< by falling number of rows
  std::size_t values_hidden = 0;  ///< of too few rows, or beyond the hundred most frequent
  std::int64_t rows_hidden = 0;
};

/// `values` holds the column's value of every row of the table. Values with fewer held-out rows than `least_rows` are
/// counted, not shown: a figure of few rows is chance, and may tell of people.
[[nodiscard]] SlicedColumn slice(TestAnswers const& answers, std::string const& column,
                                 std::vector<std::string> const& values, std::int64_t least_rows);

}  // namespace lepton::learn
