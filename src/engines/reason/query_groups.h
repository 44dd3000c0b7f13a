#pragma once

#include <functional>

#include "sparql/syntax_tree.h"

namespace lepton::reason {

/// Calls `rewrite` on every group of a query, inner ones first: those of OPTIONAL, UNION, GRAPH and the like, of
/// subqueries, and of EXISTS wherever an expression may stand. What the query shares with copies of it stays as it is.
void rewrite_groups(sparql::SelectQuery& query, std::function<void(sparql::GroupGraphPattern&)> const& rewrite);

}  // namespace lepton::reason
