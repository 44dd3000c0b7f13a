#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sparql/execution.h"

namespace lepton::sparql {

/// The distinct values of some variables of one triple pattern, ascending, and how many solutions have them.
struct PatternRuns {
  Table values;
  std::vector<std::uint64_t> counts;  ///< by row; empty unless asked for
};

enum class Counted : bool { no, yes };

/// Reads them from an order of the store in which equal values stand together: nothing is hashed, columns that do not
/// matter are not read, and long runs are passed over. Empty when `algebra` is no single triple pattern or no order
/// has these variables first.
[[nodiscard]] std::optional<PatternRuns> find_pattern_runs(Execution& execution, Algebra const& algebra,
                                                           std::vector<Variable> const& leading, Counted counted);

}  // namespace lepton::sparql
