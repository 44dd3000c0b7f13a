#pragma once

#include <cstdint>
#include <vector>

#include "sparql/planner.h"

namespace lepton::sparql {

/// Leapfrog Triejoin (Veldhuizen, ICDT 2014): joins patterns variable by variable instead of pattern by pattern, in
/// time within a logarithm of the largest result that patterns of these sizes can have, where joins of two make
/// intermediate results larger than that on cycles. Each pattern is read once from the order of the store that has its
/// variables in `order`, into sorted columns; the values of the first variable are shared among threads. The rows
/// ascend by `order`; at most `limit` are of interest.
[[nodiscard]] Table leapfrog_join(Execution& execution, std::vector<JoinPart> const& patterns,
                                  std::vector<Variable> const& order, std::uint64_t limit);
/// How many rows it has.
[[nodiscard]] std::uint64_t count_leapfrog_join(Execution& execution, std::vector<JoinPart> const& patterns,
                                                std::vector<Variable> const& order);

}  // namespace lepton::sparql
