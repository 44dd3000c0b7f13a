// FILTER and BIND, row by row, each distinct value once where an expression reads one variable.
#include <algorithm>
#include <unordered_map>

#include "sparql/execution.h"
#include "sparql/matching.h"
#include "sparql/quick_condition.h"
#include "sparql/semi_join.h"

namespace lepton::sparql {

namespace {

bool is_pure(Expression const& expression) {
  switch (expression.operation) {
    case Operation::rand:
    case Operation::uuid:
    case Operation::struuid:
    case Operation::bnode:
      return false;
    default:
      return expression.algebra == nullptr && std::ranges::all_of(expression.arguments, is_pure);
  }
}

/// The variable that alone decides a pure expression, as a column of the table.
std::optional<std::size_t> only_column(Expression const& expression, Table const& table) {
  if (!is_pure(expression)) return std::nullopt;
  auto const variables = variables_of(expression);
  if (variables.size() != 1) return std::nullopt;
  int const place = table.find(variables[0]);
  return place < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(place));
}

std::vector<bool> passing(Execution& execution, Table const& table, Expression const& condition) {
  std::vector<bool> out(table.rows());
  RowSolution solution(execution, table);
  auto const column = only_column(condition, table);
  auto const quick = QuickCondition::compile(condition, table, execution.terms());
  std::unordered_map<rdf::TermId, bool> known;
  for (solution.row = 0; solution.row < table.rows(); ++solution.row) {
    if ((solution.row & 1023) == 0) execution.call().proceed();
    auto const answer = quick ? quick->holds(solution.row) : QuickCondition::Answer::unknown;
    if (answer != QuickCondition::Answer::unknown) {
      out[solution.row] = answer == QuickCondition::Answer::holds;
    } else if (column) {
      auto const [place, is_new] = known.try_emplace(table.at(solution.row, *column), false);
      if (is_new) place->second = execution.expressions().holds(condition, solution);
      out[solution.row] = place->second;
    } else {
      out[solution.row] = execution.expressions().holds(condition, solution);
    }
  }
  return out;
}

}  // namespace

Table Execution::filter(Table in, std::vector<Expression const*> const& conditions) {
  Table current = std::move(in);
  for (auto const* condition : conditions) {
    if (current.rows() == 0) break;
    auto passes = semi_join(*this, current, *condition);
    if (!passes) passes = passing(*this, current, *condition);
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < current.rows(); ++row) {
      if ((*passes)[row]) rows.push_back(row);
    }
    if (rows.size() == current.rows()) continue;
    auto sorted_by = current.sorted_by;
    current = current.gather(rows);
    current.sorted_by = std::move(sorted_by);
  }
  return current;
}

/// §18.5, Extend: an error leaves the variable unbound.
Table Execution::extend(Algebra const& algebra, Table const* seed) {
  std::optional<Table> rest;
  if (seed != nullptr && seed->find(algebra.variable) >= 0) {
    std::vector<Variable> others = seed->variables();
    std::erase(others, algebra.variable);
    rest = seed->project(others);
    seed = &*rest;
  }
  Table out = evaluate(algebra.parts[0], seed);
  int const place = out.find(algebra.variable);
  Table::Column values;
  values.reserve(out.rows());
  auto const column = only_column(algebra.expression, out);
  std::unordered_map<rdf::TermId, rdf::TermId> known;
  RowSolution solution(*this, out);
  for (solution.row = 0; solution.row < out.rows(); ++solution.row) {
    if ((solution.row & 1023) == 0) call_.proceed();
    if (algebra.expression.operation == Operation::variable) {
      int const from = out.find(algebra.expression.variable);
      values.push_back(from < 0 ? rdf::TermId() : out.at(solution.row, static_cast<std::size_t>(from)));
    } else if (column) {
      auto const [entry, is_new] = known.try_emplace(out.at(solution.row, *column));
      if (is_new) entry->second = terms_.id(expressions_.evaluate(algebra.expression, solution));
      values.push_back(entry->second);
    } else {
      values.push_back(terms_.id(expressions_.evaluate(algebra.expression, solution)));
    }
  }
  if (place < 0) out.add_variable(algebra.variable);
  std::size_t const target = place < 0 ? out.width() - 1 : static_cast<std::size_t>(place);
  out.column(target) = std::move(values);
  out.settle(out.rows());
  return out;
}

}  // namespace lepton::sparql
