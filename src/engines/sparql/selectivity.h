#pragma once

#include <vector>

#include "sparql/planner.h"

namespace lepton::sparql {

/// The share of a triple pattern's rows that pass those of the conditions that compare its own values, by a sample of
/// its first rows; 1 where there are no such conditions, or so few rows that the order of joins hardly matters.
[[nodiscard]] double find_selectivity(Execution& execution, JoinPart const& part,
                                      std::vector<Expression const*> const& conditions);

}  // namespace lepton::sparql
