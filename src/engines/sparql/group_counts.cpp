#include "sparql/group_counts.h"

#include <algorithm>

#include "sparql/pattern_runs.h"

namespace lepton::sparql {

namespace {

/// COUNT(*) of one triple pattern: the store knows.
std::optional<std::uint64_t> known_count(Execution& execution, Algebra const& inner) {
  if (inner.kind != Algebra::Kind::bgp || inner.triples.size() != 1) return std::nullopt;
  BoundPattern const pattern = execution.bind(inner.triples[0]);
  if (pattern.impossible) return 0;
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = i + 1; j < 4; ++j) {
      if (pattern.variables[i] && pattern.variables[i] == pattern.variables[j]) return std::nullopt;
    }
  }
  rdf::QuadPattern ids = pattern.ids;
  rdf::ScanOptions options;
  if (pattern.variables[3] || !execution.prepare(ids, options, false)) return std::nullopt;
  if (options.merge_graphs || !options.graphs.empty()) return std::nullopt;
  return execution.snapshot().count(ids, options.layers);
}

/// What a group of counts asks for: how many solutions there are, or how many values this variable has.
struct CountedVariable {
  std::optional<Variable> distinct;
};

/// Of each aggregate; empty when one is no such count. `always` are the variables that every solution binds.
std::optional<std::vector<CountedVariable>> counted_variables(Algebra const& algebra,
                                                              std::vector<Variable> const& always) {
  std::vector<CountedVariable> out;
  for (auto const& aggregate : algebra.aggregates) {
    Expression const& one = aggregate.expression;
    if (one.operation != Operation::count) return std::nullopt;
    if (one.arguments.empty()) {
      if (one.distinct) return std::nullopt;
      out.emplace_back();
      continue;
    }
    bool const is_bound = one.arguments[0].operation == Operation::variable &&
                          std::ranges::binary_search(always, one.arguments[0].variable);
    if (!is_bound) return std::nullopt;
    out.push_back({one.distinct ? std::optional(one.arguments[0].variable) : std::nullopt});
  }
  return out;
}

/// Counts over all solutions, when nothing but their number is asked for.
std::optional<Table> count_solutions(Execution& execution, Algebra const& algebra) {
  Algebra const& inner = algebra.parts[0];
  if (!algebra.keys.empty() || algebra.aggregates.empty()) return std::nullopt;
  auto const counted = counted_variables(algebra, certain_variables_of(inner));
  if (!counted || std::ranges::any_of(*counted, [](auto const& one) { return one.distinct.has_value(); }))
    return std::nullopt;
  auto count = known_count(execution, inner);
  if (!count) count = execution.count_rows(inner);
  Table out = execution.unit();
  for (auto const& aggregate : algebra.aggregates) {
    out.add_variable(aggregate.variable);
    out.column(out.width() - 1) = {execution.terms().id(Value::integer(static_cast<std::int64_t>(*count)))};
  }
  out.settle(1);
  return out;
}

/// The runs as groups: neighbours with the same key are one.
Table grouped_runs(Execution& execution, Algebra const& algebra, std::vector<CountedVariable> const& counted,
                   PatternRuns const& runs) {
  bool const has_key = !algebra.keys.empty();
  std::vector<Variable> names;
  for (auto const& key : algebra.keys) names.push_back(key.variable);
  for (auto const& aggregate : algebra.aggregates) names.push_back(aggregate.variable);
  Table out = execution.nothing(names);
  std::size_t rows = 0;
  for (std::size_t begin = 0; begin < runs.values.rows() || (rows == 0 && !has_key); ++rows) {
    std::size_t end = has_key ? begin : runs.values.rows();
    std::int64_t solutions = 0;
    while (has_key && end < runs.values.rows() && runs.values.at(end, 0) == runs.values.at(begin, 0)) ++end;
    for (std::size_t i = begin; i < end && !runs.counts.empty(); ++i)
      solutions += static_cast<std::int64_t>(runs.counts[i]);
    if (has_key) out.column(0).push_back(runs.values.at(begin, 0));
    for (std::size_t i = 0; i < counted.size(); ++i) {
      std::int64_t const count = counted[i].distinct ? static_cast<std::int64_t>(end - begin) : solutions;
      out.column(algebra.keys.size() + i).push_back(execution.terms().id(Value::integer(count)));
    }
    begin = end;
  }
  out.settle(rows);
  return out;
}

/// Counts per value of one variable of a single pattern, or of its values: the store's orders group already.
std::optional<Table> count_runs(Execution& execution, Algebra const& algebra) {
  Algebra const& inner = algebra.parts[0];
  if (inner.kind != Algebra::Kind::bgp || algebra.keys.size() > 1 || algebra.aggregates.empty()) return std::nullopt;
  auto const counted = counted_variables(algebra, certain_variables_of(inner));
  if (!counted) return std::nullopt;
  std::vector<Variable> leading;
  for (auto const& key : algebra.keys) {
    if (key.expression.operation != Operation::variable) return std::nullopt;
    leading.push_back(key.expression.variable);
  }
  std::optional<Variable> distinct;
  for (auto const& one : *counted) {
    if (!one.distinct) continue;
    if (distinct.value_or(*one.distinct) != *one.distinct) return std::nullopt;
    distinct = one.distinct;
  }
  if (distinct) leading.push_back(*distinct);
  bool const all_distinct = std::ranges::all_of(*counted, [](auto const& one) { return one.distinct.has_value(); });
  auto const runs = find_pattern_runs(execution, inner, leading, all_distinct ? Counted::no : Counted::yes);
  if (!runs) return std::nullopt;
  return grouped_runs(execution, algebra, *counted, *runs);
}

}  // namespace

std::optional<Table> find_counts(Execution& execution, Algebra const& group) {
  auto counts = count_runs(execution, group);
  return counts ? std::move(counts) : count_solutions(execution, group);
}

}  // namespace lepton::sparql
