#pragma once

#include <string>

#include "table/schema.h"

namespace lepton::table {

/// What a reader is shown instead of a column: the nine actions of Iceberg's read restrictions, least to most
/// restrictive. The column keeps its type; where an action has no meaning for a type the value becomes NULL.
enum class ColumnMask {
  none,
  truncate_to_month,    ///< DATE, TIMESTAMP
  truncate_to_year,     ///< DATE, TIMESTAMP
  show_last_4,          ///< VARCHAR; a text of four characters or fewer is hidden whole
  show_first_4,         ///< VARCHAR; likewise
  mask_alphanum,        ///< VARCHAR: letters become x or X, digits 0; numbers become 0
  sha_256_global,       ///< VARCHAR, INTEGER, BIGINT: keyed, equal values stay equal everywhere
  sha_256_query_local,  ///< likewise, but only within one query
  mask_to_fixed_value,  ///< the same for every row, NULLs included
  replace_with_null,
};

/// SQL whose value stands for `column`. `global_key` and `query_key` are secrets that the digests are keyed with.
[[nodiscard]] std::string mask_sql(ColumnMask mask, Column const& column, std::string const& global_key,
                                   std::string const& query_key);

}  // namespace lepton::table
