#pragma once

#include <functional>
#include <string>

#include "datasets/datasets.h"
#include "native/output.h"

namespace lepton::native {

/// How rows leave: one JSON document (default), JSON lines, CSV, or one Parquet file.
enum class RowFormat { json, jsonl, csv, parquet };

/// Runs `read` into a spool and answers with it. As JSON: {columns, rows, truncated, reads}; in the other formats the
/// same facts stand in the headers Lepton-Rows, Lepton-Truncated and Lepton-Reads.
[[nodiscard]] Stream answer_rows(
    RowFormat format, std::function<datasets::QueryAnswer(table::ResultFormat, table::ResultSink const&)> const& read);

}  // namespace lepton::native

template <>
struct lepton::EnumNames<lepton::native::RowFormat> {
  using F = lepton::native::RowFormat;
  static constexpr std::array<std::pair<F, std::string_view>, 4> values{
      {{F::json, "json"}, {F::jsonl, "jsonl"}, {F::csv, "csv"}, {F::parquet, "parquet"}}};
};
