#pragma once

#include <string>

#include "base/json.h"
#include "table/schema.h"

namespace lepton::table {

/// An Iceberg expression (its REST JSON form: true, false, and, or, not, eq, not-eq, lt, lt-eq, gt, gt-eq, in, not-in,
/// is-null, not-null, is-nan, not-nan, starts-with, not-starts-with over plain column references) as SQL over `schema`.
/// Literals are checked against the column's type and written by us. As in SQL, a comparison with NULL keeps no row.
/// Throws Error{invalid} for what cannot be expressed: the caller must then show nothing.
[[nodiscard]] std::string filter_sql(json::Value const& expression, Schema const& schema);

}  // namespace lepton::table
