#pragma once

#include <functional>
#include <string>

#include "sparql/expression.h"

namespace lepton::sparql {

/// An expression as SPARQL would write it, for EXPLAIN; patterns of EXISTS are left out.
[[nodiscard]] std::string expression_text(Expression const& expression,
                                          std::function<std::string(Variable)> const& name);

}  // namespace lepton::sparql
