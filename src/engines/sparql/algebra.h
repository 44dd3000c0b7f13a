#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sparql/syntax_tree.h"

namespace lepton::sparql {

/// An operator of SPARQL 1.1 §18.2 with its operands. A plain value; which members mean something follows from the
/// kind.
struct Algebra {
  enum class Kind : std::uint8_t {
    bgp,   ///< triples; none: the one empty solution
    path,  ///< subject, path, object (§18.2.2.4)
    join,
    left_join,
    filter,
    alternatives,
    minus,
    extend,
    graph,        ///< name, over one part
    service,      ///< name, silent, text, over one part
    table,        ///< VALUES
    text_search,  ///< subject is one of the literals that have the words of `text`; not of SPARQL
    group,        ///< keys and aggregates over one part: Group, Aggregation and AggregateJoin at once
    order_by,
    project,
    distinct,
    reduced,
    slice
  };
  struct Assignment {
    Variable variable = 0;
    Expression expression;
  };

  Kind kind = Kind::bgp;
  std::vector<Algebra> parts;
  std::vector<TriplePattern> triples;
  Node subject;
  Path path;
  Node object;
  Expression expression;       ///< of filter and extend
  bool has_condition = false;  ///< of left_join: `expression` is one
  Variable variable = 0;       ///< of extend
  Node name;
  bool silent = false;
  std::string text;
  InlineData table;
  std::vector<Assignment> keys;
  std::vector<Assignment> aggregates;
  std::vector<OrderCondition> order;
  std::vector<Variable> projection;
  std::uint64_t offset = 0;
  std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
};

/// §18.2: what a query's pattern and modifiers mean. `variables` grows by what the translation invents.
[[nodiscard]] Algebra translate(SelectQuery const& select, Variables& variables);
/// §18.2.2.6: of the pattern of an update.
[[nodiscard]] Algebra translate(GroupGraphPattern const& group, Variables& variables);

/// The variables that solutions of the pattern may bind, ascending.
[[nodiscard]] std::vector<Variable> variables_of(Algebra const& algebra);
/// Those that every solution binds, ascending.
[[nodiscard]] std::vector<Variable> certain_variables_of(Algebra const& algebra);
/// The variables that an expression reads, patterns of EXISTS included, ascending.
[[nodiscard]] std::vector<Variable> variables_of(Expression const& expression);

/// §18.6, substitute: the pattern with variables replaced by what a solution binds them to. Values that the pattern
/// brings itself (VALUES, subqueries) are restricted to those.
[[nodiscard]] Algebra substitute(Algebra const& algebra, std::map<Variable, rdf::Term> const& solution);

}  // namespace lepton::sparql
