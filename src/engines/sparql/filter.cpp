// FILTER and BIND, row by row, each distinct value once (a thread) where an expression reads one variable.
#include <algorithm>
#include <unordered_map>

#include "sparql/execution.h"
#include "sparql/matching.h"
#include "sparql/quick_condition.h"
#include "sparql/row_numbers.h"
#include "sparql/row_values.h"
#include "sparql/semi_join.h"
#include "sparql/text_condition.h"

namespace lepton::sparql {

namespace {

/// The variable that alone decides a pure expression, as a column of the table.
std::optional<std::size_t> only_column(Expression const& expression, Table const& table) {
  if (!is_pure(expression)) return std::nullopt;
  auto const variables = variables_of(expression);
  if (variables.size() != 1) return std::nullopt;
  int const place = table.find(variables[0]);
  return place < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(place));
}

/// Tests a condition on one of the threads of a query.
class ConditionTest {
 public:
  ConditionTest(Execution& execution, Table const& table, Expression const& condition,
                std::optional<QuickCondition> const& quick, std::optional<TextCondition> const& texts, bool on_caller)
      : table_(table),
        condition_(condition),
        quick_(quick),
        texts_(texts),
        column_(only_column(condition, table)),
        evaluator_(execution, on_caller),
        solution_(execution, table) {}

  bool operator()(std::size_t row) {
    if (texts_ && texts_->fails(row)) return false;
    auto const answer = quick_ ? quick_->holds(row) : QuickCondition::Answer::unknown;
    if (answer != QuickCondition::Answer::unknown) return answer == QuickCondition::Answer::holds;
    solution_.row = row;
    if (!column_) return evaluator_->holds(condition_, solution_);
    auto const [place, is_new] = known_.try_emplace(table_.at(row, *column_), false);
    if (is_new) place->second = evaluator_->holds(condition_, solution_);
    return place->second;
  }

 private:
  Table const& table_;
  Expression const& condition_;
  std::optional<QuickCondition> const& quick_;
  std::optional<TextCondition> const& texts_;
  std::optional<std::size_t> column_;
  ThreadEvaluator evaluator_;
  RowSolution solution_;
  std::unordered_map<rdf::TermId, bool> known_;
};

std::vector<std::uint32_t> passing(Execution& execution, Table const& table, Expression const& condition) {
  auto const quick = QuickCondition::compile(condition, table, execution.terms());
  auto const texts = TextCondition::compile(execution.call(), condition, table, execution.snapshot().dictionary());
  RowMorsels const morsels = is_pure(condition) ? execution.morsels(table.rows()) : RowMorsels::whole(table.rows());
  return select_rows(execution.call(), morsels, [&](bool on_caller) {
    return ConditionTest(execution, table, condition, quick, texts, on_caller);
  });
}

}  // namespace

Table Execution::filter(Table in, std::vector<Expression const*> const& conditions) {
  Table current = std::move(in);
  for (auto const* condition : conditions) {
    if (current.rows() == 0) break;
    auto passes = semi_join(*this, current, *condition);
    if (!passes) passes = passing(*this, current, *condition);
    if (passes->size() == current.rows()) continue;
    auto sorted_by = current.sorted_by;
    current = current.gather(*passes, parallelism());
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
  Table::Column values(out.rows());
  if (algebra.expression.operation == Operation::variable) {
    int const from = out.find(algebra.expression.variable);
    if (from >= 0) values = out.column(static_cast<std::size_t>(from));
  } else if (auto const column = only_column(algebra.expression, out)) {
    auto const numbered = number_rows(call_, parallelism(), budget_, {out.column(*column)}, out.rows());
    Table::Column ids(numbered.firsts.size());
    for_each_value(*this, algebra.expression, out, numbered.firsts,
                   [&](std::size_t number, Value&& value) { ids[number] = terms_.id(value); });
    for_each_row(call_, morsels(out.rows()), [&](std::size_t row) { values[row] = ids[numbered.of_row[row]]; });
  } else {
    for_each_value(*this, algebra.expression, out, all_rows(out.rows()),
                   [&](std::size_t row, Value&& value) { values[row] = terms_.id(value); });
  }
  if (place < 0) out.add_variable(algebra.variable);
  std::size_t const target = place < 0 ? out.width() - 1 : static_cast<std::size_t>(place);
  out.column(target) = std::move(values);
  out.settle(out.rows());
  return out;
}

}  // namespace lepton::sparql
