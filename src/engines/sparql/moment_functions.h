#pragma once

#include "sparql/expression.h"
#include "sparql/value.h"

namespace lepton::sparql {

/// §17.4.5: YEAR to TZ. Dates have a year, a month and a day as well.
[[nodiscard]] Value moment_function(Operation operation, Value const& value);

}  // namespace lepton::sparql
