#pragma once

#include "sparql/expression.h"
#include "sparql/value.h"

namespace lepton::sparql {

/// §17.3 with the promotion of XPath F&O §6.2: integer, decimal, float, double; integers divide to decimals. Anything
/// else, division of exact numbers by zero and results beyond 38 digits are errors.
[[nodiscard]] Value arithmetic(Operation operation, Value const& a, Value const& b);
/// Unary minus, plus, and §17.4.4: ABS, ROUND (halves up), CEIL, FLOOR. The kind of the number stays.
[[nodiscard]] Value arithmetic(Operation operation, Value const& a);

}  // namespace lepton::sparql
