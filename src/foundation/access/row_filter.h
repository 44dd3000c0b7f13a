#pragma once

#include <map>
#include <set>
#include <string>

#include "base/error.h"
#include "base/expected.h"
#include "base/json.h"

namespace lepton::access {

/// A row filter is an Apache Iceberg expression as JSON (REST catalog specification, schema Expression):
///
///     true | false
///     {"type": "and" | "or", "left": E, "right": E}         {"type": "not", "child": E}
///     {"type": "eq" | "not-eq" | "lt" | "lt-eq" | "gt" | "gt-eq" | "starts-with" | "not-starts-with",
///      "term": "column", "value": V}
///     {"type": "in" | "not-in", "term": "column", "values": [V, …]}
///     {"type": "is-null" | "not-null" | "is-nan" | "not-nan", "term": "column"}
///
/// V is a string, a number, a boolean, or an attribute of the caller, {"attribute": "region", "as": "string"}, where
/// "as" is string (default), long, double, boolean, date or timestamp. An attribute becomes a literal of that type,
/// never text inside an expression.

/// Every problem, by JSON pointer below `pointer`; empty when the filter is good. At most 32 deep and 1,000 nodes.
[[nodiscard]] Details problems_of_row_filter(json::Value const& filter, std::string const& pointer = "");

/// The filter with literals in place of attributes. The error (denied) names the attribute that the caller lacks or
/// whose value is not of the type wanted: whoever lacks an attribute sees nothing. `filter` must be free of problems.
[[nodiscard]] Expected<json::Value> bind_row_filter(json::Value const& filter,
                                                    std::map<std::string, std::string> const& attributes);

/// The columns it reads.
[[nodiscard]] std::set<std::string> columns_of_row_filter(json::Value const& filter);

}  // namespace lepton::access
