#pragma once

#include <optional>
#include <vector>

#include "sparql/planner.h"

namespace lepton::sparql {

/// The parts of a join with those that a leapfrog join can answer together made one, the last: patterns between
/// variables that lie on a cycle of at least three (the 2-core of the graph that has a variable as node and a pattern
/// with two of them as edge; of several connected ones that with the least variable), and those that restrict one of
/// these variables. Its cost is in the units of plan_join. Empty when there is no cycle, or when reading its patterns
/// would take more than `memory` bytes.
[[nodiscard]] std::optional<std::vector<JoinPart>> with_cycle(std::vector<JoinPart> const& parts, std::size_t memory);

}  // namespace lepton::sparql
