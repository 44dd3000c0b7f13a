// Group, Aggregation and AggregateJoin, §18.5.1.
#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "sparql/aggregate.h"
#include "sparql/execution.h"

namespace lepton::sparql {

namespace {

struct IdsHash {
  std::size_t operator()(std::vector<rdf::TermId> const& ids) const { return hash_ids(ids.data(), ids.size()); }
};

/// Which group each row belongs to, numbered as they appear.
struct Groups {
  std::vector<std::uint32_t> of_row;
  Table keys;
};

Groups group_rows(Execution& execution, Algebra const& algebra, Table const& in) {
  std::vector<Variable> names;
  for (auto const& key : algebra.keys) names.push_back(key.variable);
  Groups out{std::vector<std::uint32_t>(in.rows()), Table(execution.budget(), names)};
  if (algebra.keys.empty()) {
    out.keys.settle(1);
    return out;
  }
  RowSolution solution(execution, in);
  std::unordered_map<std::vector<rdf::TermId>, std::uint32_t, IdsHash> numbers;
  std::vector<rdf::TermId> key(algebra.keys.size());
  std::vector<int> columns;
  for (auto const& one : algebra.keys) {
    columns.push_back(one.expression.operation == Operation::variable ? in.find(one.expression.variable) : -2);
  }
  for (solution.row = 0; solution.row < in.rows(); ++solution.row) {
    if ((solution.row & 1023) == 0) execution.call().proceed();
    for (std::size_t i = 0; i < key.size(); ++i) {
      key[i] = columns[i] >= 0 ? in.at(solution.row, static_cast<std::size_t>(columns[i]))
               : columns[i] == -1
                   ? rdf::TermId()
                   : execution.terms().id(execution.expressions().evaluate(algebra.keys[i].expression, solution));
    }
    auto const [place, is_new] = numbers.try_emplace(key, static_cast<std::uint32_t>(numbers.size()));
    if (is_new) {
      out.keys.append(key);
      if ((numbers.size() & 1023) == 0) execution.budget().add(1024 * (64 + key.size() * 8));
    }
    out.of_row[solution.row] = place->second;
  }
  execution.budget().release(numbers.size() / 1024 * 1024 * (64 + key.size() * 8));
  out.keys.settle(numbers.size());
  return out;
}

/// Rows or values that were seen in a group already.
class SeenInGroup {
 public:
  bool insert(std::uint32_t group, rdf::TermId id) { return ids_.insert({id.raw(), group}).second; }

 private:
  struct Hash {
    std::size_t operator()(std::pair<std::uint64_t, std::uint32_t> const& one) const {
      return (one.first * 0x9e3779b97f4a7c15U) ^ (one.second * 0xff51afd7ed558ccdU);
    }
  };
  std::unordered_set<std::pair<std::uint64_t, std::uint32_t>, Hash> ids_;
};

/// COUNT(*) and COUNT(DISTINCT *).
std::vector<rdf::TermId> count_rows(Execution& execution, Expression const& aggregate, Groups const& groups,
                                    Table const& in) {
  std::vector<std::int64_t> counts(groups.keys.rows());
  std::set<std::pair<std::uint32_t, std::vector<rdf::TermId>>> seen;
  for (std::size_t row = 0; row < in.rows(); ++row) {
    if (aggregate.distinct) {
      std::vector<rdf::TermId> ids;
      for (std::size_t i = 0; i < in.width(); ++i) ids.push_back(in.at(row, i));
      if (!seen.emplace(groups.of_row[row], std::move(ids)).second) continue;
    }
    ++counts[groups.of_row[row]];
  }
  std::vector<rdf::TermId> out;
  for (std::int64_t const count : counts) out.push_back(execution.terms().id(Value::integer(count)));
  return out;
}

/// Any other set function: ids where they say enough, values otherwise.
std::vector<rdf::TermId> aggregate_column(Execution& execution, Expression const& aggregate, Groups const& groups,
                                          Table const& in) {
  if (aggregate.arguments.empty()) return count_rows(execution, aggregate, groups, in);
  Expression const& argument = aggregate.arguments[0];
  int const column = argument.operation == Operation::variable ? in.find(argument.variable) : -1;
  bool const counts = aggregate.operation == Operation::count && column >= 0;
  std::vector<std::int64_t> counted(counts ? groups.keys.rows() : 0);
  std::vector<Accumulator> accumulators(counts ? 0 : groups.keys.rows(), Accumulator(aggregate));
  SeenInGroup seen;
  std::size_t held = 0;
  RowSolution solution(execution, in);
  for (solution.row = 0; solution.row < in.rows(); ++solution.row) {
    if ((solution.row & 1023) == 0) execution.call().proceed();
    std::uint32_t const group = groups.of_row[solution.row];
    if (column >= 0) {
      rdf::TermId const id = in.at(solution.row, static_cast<std::size_t>(column));
      if (aggregate.distinct && id.defined()) {
        if (!seen.insert(group, id)) continue;
        execution.budget().add(48);
        held += 48;
      }
      if (counts) {
        counted[group] += id.defined() ? 1 : 0;
        continue;
      }
    }
    std::size_t const before = accumulators[group].held_bytes();
    accumulators[group].add(execution.expressions().evaluate(argument, solution));
    std::size_t const more = accumulators[group].held_bytes() - before;
    held += more;
    execution.budget().add(more);
  }
  execution.budget().release(held);
  std::vector<rdf::TermId> out;
  for (std::int64_t const count : counted) out.push_back(execution.terms().id(Value::integer(count)));
  for (auto const& accumulator : accumulators) out.push_back(execution.terms().id(accumulator.result()));
  return out;
}

/// COUNT(*) of one triple pattern: the store knows.
std::optional<std::uint64_t> known_count(Execution& execution, Algebra const& algebra) {
  if (!algebra.keys.empty() || algebra.aggregates.size() != 1) return std::nullopt;
  Expression const& aggregate = algebra.aggregates[0].expression;
  Algebra const& inner = algebra.parts[0];
  if (aggregate.operation != Operation::count || aggregate.distinct || !aggregate.arguments.empty())
    return std::nullopt;
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

}  // namespace

Table Execution::group(Algebra const& algebra) {
  if (auto const count = known_count(*this, algebra)) {
    Table out(budget_, {algebra.aggregates[0].variable});
    out.append({terms_.id(Value::integer(static_cast<std::int64_t>(*count)))});
    out.settle(1);
    return out;
  }
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
