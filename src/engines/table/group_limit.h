#pragma once

#include <string>

#include "base/json.h"
#include "table/ast_guard.h"
#include "table/scan.h"

namespace lepton::table {

/// A statement whose one SELECT over a limited table was taken out of it.
struct LimitedStatement {
  json::Value tree;  ///< the statement, reading the released groups by the name `view`
  std::string view;
  std::string released;  ///< SELECT that yields one row per group of at least min_group_size rows
};

/// Takes out of a statement that examine() found safe its SELECT over `name`, a table of which the reader may see
/// aggregates only (docs/decisions/0005-smallest-groups.md). The released rows are computed by SQL written here from
/// the grammar of PlainExpressions; everything else of the statement sees these rows and no others, because the table
/// itself gets no view. Throws Error{denied, "min_group_size"} with the place when the statement asks for more.
[[nodiscard]] LimitedStatement limit_groups(std::string_view sql, json::Value tree, TableName const& name,
                                            TableSource const& source, std::string const& query_key,
                                            json::Object const& parameters = {});

}  // namespace lepton::table
