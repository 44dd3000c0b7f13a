#pragma once

#include <vector>

#include "sparql/syntax_tree.h"

namespace lepton::sparql {

/// §18.2.1: the variables in scope of a group, and of a query seen from outside, in the order they appear.
[[nodiscard]] std::vector<Variable> variables_in_scope(GroupGraphPattern const& group);
[[nodiscard]] std::vector<Variable> variables_in_scope(SelectQuery const& select);

}  // namespace lepton::sparql
