#pragma once

#include <span>
#include <string>
#include <vector>

#include "reason/rule.h"
#include "reason/terms.h"
#include "reason/value.h"

namespace lepton::reason {

/// An expression whose variables are places in a row of ids. Immutable; any number of threads evaluate it at once.
struct CompiledExpression {
  Operation operation = Operation::leaf;
  int slot = -1;   ///< of a variable
  Value constant;  ///< of a leaf that is no variable
  std::string function;
  std::vector<CompiledExpression> arguments;
};

/// SPARQL 1.1 §17; an error is a value.
[[nodiscard]] Value evaluate(CompiledExpression const& expression, std::span<TermKey const> row, Terms const& terms);
/// Whether a filter lets the row pass.
[[nodiscard]] bool passes(CompiledExpression const& condition, std::span<TermKey const> row, Terms const& terms);

/// Whether `name`, in upper case or as a datatype's IRI, is a built-in, and takes so many arguments.
[[nodiscard]] bool is_function(std::string const& name, std::size_t arguments);

}  // namespace lepton::reason
