#include "sparql/expression_text.h"

#include "rdf/nquads_text.h"

namespace lepton::sparql {

std::string expression_text(Expression const& expression, std::function<std::string(Variable)> const& name) {
  std::string out;
  switch (expression.operation) {
    case Operation::variable:
      return "?" + name(expression.variable);
    case Operation::term:
      rdf::append_term(out, expression.term.view());
      return out;
    case Operation::exists:
    case Operation::not_exists:
      return out.append(spelling(expression.operation)).append(" {…}");
    case Operation::call:
      rdf::append_term(out, expression.term.view());
      break;
    default:
      break;
  }
  bool const infix = expression.operation >= Operation::equal && expression.operation <= Operation::divide;
  bool const joins = expression.operation == Operation::logical_or || expression.operation == Operation::logical_and;
  if (expression.arguments.size() > 1 && (infix || joins)) {
    for (auto const& argument : expression.arguments) {
      if (!out.empty()) out.append(" ").append(spelling(expression.operation)).append(" ");
      out += expression_text(argument, name);
    }
    return "(" + out + ")";
  }
  if (expression.operation != Operation::call) out += spelling(expression.operation);
  out += "(";
  for (std::size_t i = 0; i < expression.arguments.size(); ++i) {
    if (i > 0) out += ", ";
    out += expression_text(expression.arguments[i], name);
  }
  return out + ")";
}

}  // namespace lepton::sparql
