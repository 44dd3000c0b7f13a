#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "table/mask.h"
#include "table/schema.h"

namespace lepton::table {

/// What a name in a statement stands for: the Parquet files of one table version and what this reader must not see of
/// it.
struct TableSource {
  std::vector<std::filesystem::path> files;
  Schema schema;
  std::vector<json::Value> row_filters;     ///< Iceberg expressions; a row is shown when all are true
  std::map<std::string, ColumnMask> masks;  ///< by column, "*" for the columns without an entry
  std::string mask_key;                     ///< secret of sha_256_global
  std::int64_t min_group_size = 0;          ///< above 0: aggregates over at least so many rows and nothing else
};

/// Whether a predicate of the statement could tell about hidden rows by failing on them, unless it is kept from them.
enum class Predicates { harmless, may_throw };

/// SELECT that shows what the reader may see of the table and nothing else.
///
/// With a row filter and predicates that may throw, the filtered rows pass a LIMIT that never bites: DuckDB moves no
/// predicate below a LIMIT, so none is evaluated on a hidden row; masks are computed above it, only for rows that are
/// wanted. Harmless predicates are pushed into the scan as on any table. Masked columns are masked below all
/// predicates.
[[nodiscard]] std::string scan_sql(TableSource const& source, Predicates predicates, std::string const& query_key);

}  // namespace lepton::table
