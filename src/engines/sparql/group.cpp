// Group, Aggregation and AggregateJoin, §18.5.1.
#include <algorithm>

#include "sparql/aggregate.h"
#include "sparql/arithmetic.h"
#include "sparql/execution.h"
#include "sparql/group_counts.h"
#include "sparql/row_numbers.h"
#include "sparql/row_values.h"

namespace lepton::sparql {

namespace {

/// Which group each row belongs to, numbered as they appear.
struct Groups {
  std::vector<std::uint32_t> of_row;
  Table keys;
};

/// The ids of a key, by row: a column of the table, or `computed` when it has to be made.
std::span<rdf::TermId const> key_column(Execution& execution, Expression const& key, Table const& in,
                                        Table::Column& computed) {
  int const place = key.operation == Operation::variable ? in.find(key.variable) : -1;
  if (place >= 0) return in.column(static_cast<std::size_t>(place));
  computed.resize(in.rows());
  if (key.operation == Operation::variable) return computed;
  for_each_value(execution, key, in, all_rows(in.rows()),
                 [&](std::size_t row, Value&& value) { computed[row] = execution.terms().id(value); });
  return computed;
}

Groups group_rows(Execution& execution, Algebra const& algebra, Table const& in) {
  std::vector<Variable> names;
  for (auto const& key : algebra.keys) names.push_back(key.variable);
  Groups out{std::vector<std::uint32_t>(in.rows()), Table(execution.budget(), names)};
  if (algebra.keys.empty()) {
    out.keys.settle(1);
    return out;
  }
  // Keys that are no variables are computed first, as columns.
  std::vector<Table::Column> computed(algebra.keys.size());
  RowNumbers::Columns columns;
  for (std::size_t i = 0; i < algebra.keys.size(); ++i)
    columns.emplace_back(key_column(execution, algebra.keys[i].expression, in, computed[i]));
  auto numbered = number_rows(execution.call(), execution.parallelism(), execution.budget(), columns, in.rows());
  out.of_row = std::move(numbered.of_row);
  for (std::size_t i = 0; i < columns.size(); ++i)
    for (std::uint32_t const first : numbered.firsts) out.keys.column(i).push_back(columns[i][first]);
  out.keys.settle(numbered.firsts.size());
  return out;
}

/// The first of the rows that have the same values in these columns within one group.
std::vector<bool> first_of_kind(Execution& execution, Groups const& groups, RowNumbers::Columns columns,
                                std::size_t rows) {
  Table::Column group_ids;
  if (groups.keys.rows() > 1) {
    for (std::uint32_t const group : groups.of_row) group_ids.push_back(rdf::TermId::from_raw(group));
    columns.emplace_back(group_ids);
  }
  auto const numbered = number_rows(execution.call(), execution.parallelism(), execution.budget(), columns, rows);
  std::vector<bool> out(rows);
  for (std::uint32_t const first : numbered.firsts) out[first] = true;
  return out;
}

std::vector<rdf::TermId> integer_ids(Execution& execution, std::vector<std::int64_t> const& numbers) {
  std::vector<rdf::TermId> out;
  out.reserve(numbers.size());
  for (std::int64_t const number : numbers) out.push_back(execution.terms().id(Value::integer(number)));
  return out;
}

/// COUNT(*) and COUNT(DISTINCT *).
std::vector<rdf::TermId> count_rows(Execution& execution, Expression const& aggregate, Groups const& groups,
                                    Table const& in) {
  std::vector<std::int64_t> counts(groups.keys.rows());
  auto const counted = aggregate.distinct ? first_of_kind(execution, groups, columns_of(in), in.rows())
                                          : std::vector<bool>(in.rows(), true);
  for (std::size_t row = 0; row < in.rows(); ++row) counts[groups.of_row[row]] += counted[row] ? 1 : 0;
  return integer_ids(execution, counts);
}

/// COUNT of a variable.
std::vector<rdf::TermId> count_column(Execution& execution, Groups const& groups, Table::Column const& column,
                                      std::vector<bool> const& counted) {
  std::vector<std::int64_t> counts(groups.keys.rows());
  for (std::size_t row = 0; row < column.size(); ++row)
    counts[groups.of_row[row]] += column[row].defined() && (counted.empty() || counted[row]) ? 1 : 0;
  return integer_ids(execution, counts);
}

/// SUM and AVG of a column that holds xsd:integer alone; empty for any other.
std::optional<std::vector<rdf::TermId>> sum_integers(Execution& execution, Expression const& aggregate,
                                                     Groups const& groups, Table::Column const& column,
                                                     std::vector<bool> const& counted) {
  if (aggregate.operation != Operation::sum && aggregate.operation != Operation::avg) return std::nullopt;
  if (!std::ranges::all_of(column, is_plain_integer)) return std::nullopt;
  std::vector<Int128> sums(groups.keys.rows());
  std::vector<std::int64_t> counts(groups.keys.rows());
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (!counted.empty() && !counted[row]) continue;
    sums[groups.of_row[row]] += rdf::inline_integer(column[row]);
    ++counts[groups.of_row[row]];
  }
  std::vector<rdf::TermId> out;
  for (std::size_t group = 0; group < sums.size(); ++group) {
    Value const sum = Value::integer(Decimal{sums[group], 0});
    bool const is_mean = aggregate.operation == Operation::avg && counts[group] > 0;
    out.push_back(
        execution.terms().id(is_mean ? arithmetic(Operation::divide, sum, Value::integer(counts[group])) : sum));
  }
  return out;
}

/// Any other set function: ids where they say enough, values otherwise.
std::vector<rdf::TermId> aggregate_column(Execution& execution, Expression const& aggregate, Groups const& groups,
                                          Table const& in) {
  if (aggregate.arguments.empty()) return count_rows(execution, aggregate, groups, in);
  Expression const& argument = aggregate.arguments[0];
  int const place = argument.operation == Operation::variable ? in.find(argument.variable) : -1;
  std::vector<bool> counted;
  if (place >= 0) {
    auto const& column = in.column(static_cast<std::size_t>(place));
    if (aggregate.distinct) counted = first_of_kind(execution, groups, {column}, in.rows());
    if (aggregate.operation == Operation::count) return count_column(execution, groups, column, counted);
    if (auto sums = sum_integers(execution, aggregate, groups, column, counted)) return std::move(*sums);
  }
  auto rows = all_rows(in.rows());
  // Of equal values the first will do; an unbound variable is an error in every row.
  if (!counted.empty())
    std::erase_if(rows,
                  [&](auto row) { return !counted[row] && in.at(row, static_cast<std::size_t>(place)).defined(); });
  std::vector<Accumulator> accumulators(groups.keys.rows(), Accumulator(aggregate));
  std::size_t held = 0;
  Charge charge(execution.budget());
  for_each_value(execution, argument, in, rows, [&](std::size_t i, Value&& value) {
    Accumulator& accumulator = accumulators[groups.of_row[rows[i]]];
    std::size_t const before = accumulator.held_bytes();
    accumulator.add(value);
    held += accumulator.held_bytes() - before;
    charge.set(held);
  });
  std::vector<rdf::TermId> out;
  for (auto const& accumulator : accumulators) out.push_back(execution.terms().id(accumulator.result()));
  return out;
}

}  // namespace

Table Execution::group(Algebra const& algebra) {
  if (auto counted = find_counts(*this, algebra)) return std::move(*counted);
  Table const in = evaluate(algebra.parts[0]);
  Groups groups = group_rows(*this, algebra, in);
  Table out = std::move(groups.keys);
  groups.keys = out.copy();
  for (auto const& aggregate : algebra.aggregates) {
    auto column = aggregate_column(*this, aggregate.expression, groups, in);
    out.add_variable(aggregate.variable);
    out.column(out.width() - 1) = std::move(column);
    out.settle(out.rows());
  }
  return out;
}

}  // namespace lepton::sparql
