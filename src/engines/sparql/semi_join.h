#pragma once

#include <optional>
#include <vector>

#include "sparql/execution.h"

namespace lepton::sparql {

/// The rows that pass [NOT] EXISTS, ascending: evaluates the pattern one time for all of them, seeded by the rows, and
/// looks for compatible solutions. Empty when the condition is something else, or when its pattern could tell
/// substitution from a join (it has MINUS, subqueries, or filters on variables that only the rows bind).
[[nodiscard]] std::optional<std::vector<std::uint32_t>> semi_join(Execution& execution, Table const& rows,
                                                                  Expression const& condition);

}  // namespace lepton::sparql
