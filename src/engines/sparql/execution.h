#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sparql/algebra.h"
#include "sparql/engine.h"
#include "sparql/evaluate.h"
#include "sparql/local_terms.h"
#include "sparql/row_morsels.h"
#include "sparql/table.h"

namespace lepton::sparql {

/// A triple pattern with its terms looked up: where it may be found and what it binds.
struct BoundPattern {
  rdf::QuadPattern ids;                                ///< undefined where a variable stands
  std::array<std::optional<Variable>, 4> variables{};  ///< by rdf::Part
  bool impossible = false;                             ///< a term that the store does not have
  TriplePattern const* source = nullptr;
};

/// Pairs of variables with different terms: the first of a table, the second of a pattern that it is joined with.
using Differing = std::vector<std::pair<Variable, Variable>>;

/// Which graphs make the default graph and which are named, for one query.
struct DatasetIds {
  std::vector<rdf::TermId> defaults;  ///< ascending
  bool all_defaults = false;          ///< every graph there is
  std::vector<rdf::TermId> named;     ///< ascending
};

/// Runs one algebra on one snapshot: an operator takes whole tables and gives one. Operators may be given a `seed`, a
/// table that the result will be joined with: what no row of it can match may be left out. One query, called by one
/// thread; operators that work on many rows share them with the threads of EngineOptions::parallelism, which see this
/// as const but for what they are given. The sequence of rows follows from the data and from how the work is cut, not
/// from how many threads there are.
class Execution {
 public:
  static constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();

  Execution(Call const& call, rdf::Snapshot snapshot, EngineOptions const& options, DatasetClause const& dataset,
            Variables& variables, std::string const& base);

  /// At most `limit` rows are of interest.
  [[nodiscard]] Table evaluate(Algebra const& algebra, Table const* seed = nullptr, std::uint64_t limit = all);

  [[nodiscard]] LocalTerms& terms() { return terms_; }
  [[nodiscard]] Budget& budget() { return budget_; }
  [[nodiscard]] PlanNode take_plan() { return std::move(plan_); }
  [[nodiscard]] rdf::Snapshot const& snapshot() const { return snapshot_; }
  [[nodiscard]] Call const& call() const { return call_; }
  [[nodiscard]] Parallelism const& parallelism() const { return options_.parallelism; }
  [[nodiscard]] RowMorsels morsels(std::size_t rows, double work = 0) const {
    return {options_.parallelism, rows, work};
  }

  // What operators share. ------------------------------------------------------------------------------------------
  [[nodiscard]] ExpressionEvaluator& expressions() { return expressions_; }
  /// One empty solution.
  [[nodiscard]] Table unit();
  [[nodiscard]] Table nothing(std::vector<Variable> variables);
  [[nodiscard]] BoundPattern bind(TriplePattern const& pattern);
  /// The options and the graph part with which a scan reads the active graph; false: there is nothing to read.
  [[nodiscard]] bool prepare(rdf::QuadPattern& pattern, rdf::ScanOptions& options, bool graph_is_variable) const;
  [[nodiscard]] bool exists(Algebra const& pattern, Table const& outer, std::size_t row);
  /// Runs in another graph than now, till the end of `action`.
  template <typename Action>
  auto in_graph(std::optional<rdf::TermId> graph, Action const& action) {
    auto const outer = std::exchange(active_, graph);
    struct Restore {
      std::optional<rdf::TermId>& place;
      std::optional<rdf::TermId> value;
      ~Restore() { place = value; }
    } const restore{active_, outer};
    return action();
  }
  [[nodiscard]] std::string text(TriplePattern const& pattern) const;
  [[nodiscard]] std::string name(Variable variable) const { return variables_.name(variable); }

  // Operators, each in its own file. ------------------------------------------------------------------------------
  [[nodiscard]] Table scan(BoundPattern const& pattern, std::uint64_t limit);  // scan.cpp
  /// `expected` rows of the result say how finely the work is cut.
  [[nodiscard]] Table scan_join(Table left, BoundPattern const& pattern, std::uint64_t limit, double expected = 0,
                                Differing const& differing = {});  // scan_join.cpp
  /// How many rows the join would have.
  [[nodiscard]] std::uint64_t count_scan_join(Table const& left, BoundPattern const& pattern, double expected,
                                              Differing const& differing);                         // scan_join.cpp
  [[nodiscard]] Table path(Algebra const& algebra, Table const* seed);                             // path.cpp
  [[nodiscard]] Table filter(Table in, std::vector<Expression const*> const& conditions);          // filter.cpp
  [[nodiscard]] Table extend(Algebra const& algebra, Table const* seed);                           // filter.cpp
  [[nodiscard]] Table join_group(Algebra const& algebra, Table const* seed, std::uint64_t limit);  // join_group.cpp
  /// How many solutions there are, without making the last table of a join.
  [[nodiscard]] std::uint64_t count_rows(Algebra const& algebra);              // join_group.cpp
  [[nodiscard]] Table left_join(Algebra const& algebra, Table const* seed);    // left_join.cpp
  [[nodiscard]] Table minus(Algebra const& algebra, Table const* seed);        // left_join.cpp
  [[nodiscard]] Table graph(Algebra const& algebra, Table const* seed);        // graph.cpp
  [[nodiscard]] Table service(Algebra const& algebra, Table const* seed);      // service.cpp
  [[nodiscard]] Table group(Algebra const& algebra);                           // group.cpp
  [[nodiscard]] Table order_by(Algebra const& algebra, std::uint64_t limit);   // order.cpp
  [[nodiscard]] Table text_search(Algebra const& algebra, Table const* seed);  // text_search.cpp
  [[nodiscard]] Table values(Algebra const& algebra);
  [[nodiscard]] Table project(Algebra const& algebra, Table const* seed, std::uint64_t limit);
  [[nodiscard]] Table distinct(Algebra const& algebra, Table const* seed);
  [[nodiscard]] Table slice(Algebra const& algebra);

  /// Records an operator that ran inside another, for EXPLAIN.
  void note(std::string operation, std::string detail, double estimated, std::uint64_t rows,
            std::chrono::steady_clock::time_point since);

 private:
  [[nodiscard]] Table dispatch(Algebra const& algebra, Table const* seed, std::uint64_t limit);

  Call const& call_;
  rdf::Snapshot snapshot_;
  EngineOptions const& options_;
  Variables& variables_;
  Budget budget_;
  LocalTerms terms_;
  ExpressionEvaluator expressions_;
  DatasetIds dataset_;
  std::optional<Variable> graph_variable_;  ///< of GRAPH, while its basic graph pattern runs
  std::optional<rdf::TermId> active_;       ///< the named graph that GRAPH chose; else the default graph
  PlanNode plan_;
  std::vector<PlanNode*> open_;
  std::size_t depth_ = 0;
};

/// The solution of one row, for expressions. One thread; `exists` on the query's thread only.
class RowSolution : public Solution {
 public:
  RowSolution(Execution& execution, Table const& table) : execution_(execution), table_(table) {}
  std::size_t row = 0;

  [[nodiscard]] Value value(Variable variable) const override {
    int const place = table_.find(variable);
    return place < 0 ? Value() : execution_.terms().value(table_.at(row, static_cast<std::size_t>(place)));
  }
  [[nodiscard]] std::uint64_t number() const override { return row; }
  [[nodiscard]] bool exists(Algebra const& pattern) const override { return execution_.exists(pattern, table_, row); }

 private:
  Execution& execution_;
  Table const& table_;
};

}  // namespace lepton::sparql
