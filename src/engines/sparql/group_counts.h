#pragma once

#include <optional>

#include "sparql/execution.h"

namespace lepton::sparql {

/// The result of a `group` that only counts, where it can be had without making the solutions: from the store's own
/// counts and orders, or by counting what a last join would give. Empty for any other group.
[[nodiscard]] std::optional<Table> find_counts(Execution& execution, Algebra const& group);

}  // namespace lepton::sparql
