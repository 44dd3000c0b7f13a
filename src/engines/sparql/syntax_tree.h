#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rdf/term.h"
#include "sparql/expression.h"

/// Queries and updates as they were written (SPARQL 1.1 §19.8), prefixes and relative IRIs resolved, blank nodes of
/// patterns turned into variables. Plain values.
namespace lepton::sparql {

/// §18.1.7, a property path.
struct Path {
  enum class Kind : std::uint8_t {
    link,
    inverse,
    sequence,
    alternative,
    zero_or_more,
    one_or_more,
    zero_or_one,
    negated
  };
  Kind kind = Kind::link;
  rdf::Term iri;                    ///< of a link
  std::vector<Path> parts;          ///< one, or two for sequence and alternative
  std::vector<rdf::Term> forward;   ///< of a negated set
  std::vector<rdf::Term> backward;  ///< of a negated set: ^iri
};

struct TriplePattern {
  Node subject;
  Node predicate;
  Node object;
};

/// A triple pattern whose predicate may be a path.
struct PathPattern {
  Node subject;
  std::variant<Node, Path> predicate;
  Node object;
};

/// VALUES: rows of terms, nullopt where UNDEF stands.
struct InlineData {
  std::vector<Variable> variables;
  std::vector<std::vector<std::optional<rdf::Term>>> rows;
};

struct GroupElement;
struct SelectQuery;

struct GroupGraphPattern {
  std::vector<GroupElement> elements;
};

struct GroupElement {
  enum class Kind : std::uint8_t {
    triples,
    filter,
    bind,
    optional,
    alternatives,
    minus,
    graph,
    service,
    values,
    group,
    subselect
  };
  Kind kind = Kind::triples;
  std::vector<PathPattern> triples;
  Expression expression;                  ///< of filter and bind
  Variable variable = 0;                  ///< of bind
  std::vector<GroupGraphPattern> groups;  ///< one; of alternatives two or more
  Node name;                              ///< of graph and service
  bool silent = false;                    ///< of service
  std::string text;                       ///< of service: the group as written, to be sent
  InlineData values;
  std::shared_ptr<SelectQuery const> subselect;  ///< shared because expressions that hold patterns are copied
};

struct Projection {
  Variable variable = 0;
  std::optional<Expression> expression;
};

struct GroupCondition {
  Expression expression;
  std::optional<Variable> as;
};

struct OrderCondition {
  Expression expression;
  bool descending = false;
};

/// SELECT in all its places; the other forms use where and modifiers.
struct SelectQuery {
  bool distinct = false;
  bool reduced = false;
  bool star = false;
  std::vector<Projection> projection;
  GroupGraphPattern where;
  std::vector<GroupCondition> group_by;
  std::vector<Expression> having;
  std::vector<OrderCondition> order_by;
  std::optional<std::uint64_t> offset;
  std::optional<std::uint64_t> limit;
  std::optional<InlineData> values;
};

/// FROM and FROM NAMED, or USING and USING NAMED.
struct DatasetClause {
  std::vector<rdf::Term> defaults;
  std::vector<rdf::Term> named;
  [[nodiscard]] bool empty() const { return defaults.empty() && named.empty(); }
};

enum class QueryForm : std::uint8_t { select, construct, describe, ask };

struct Query {
  QueryForm form = QueryForm::select;
  Variables variables;
  SelectQuery body;
  DatasetClause dataset;
  std::vector<TriplePattern> construct;  ///< the template; blank nodes are terms there
  std::vector<Node> describe;            ///< with body.star: every variable in scope
  bool has_where = true;                 ///< DESCRIBE may go without
  std::string base;                      ///< for IRI()
};

/// A template or data: triples, some in a graph.
struct QuadTemplate {
  TriplePattern triple;
  std::optional<Node> graph;
};

/// What LOAD, CLEAR and the like address.
struct GraphTarget {
  enum class Kind : std::uint8_t { graph, default_graph, named, all };
  Kind kind = Kind::graph;
  rdf::Term iri;
};

/// One operation of SPARQL 1.1 Update §3.
struct UpdateOperation {
  enum class Kind : std::uint8_t { insert_data, delete_data, modify, load, clear, drop, create, add, move, copy };
  Kind kind = Kind::insert_data;
  bool silent = false;
  std::vector<QuadTemplate> deletions;
  std::vector<QuadTemplate> insertions;
  std::optional<rdf::Term> with;
  DatasetClause dataset;
  GroupGraphPattern where;
  GraphTarget source;       ///< of add, move, copy; of load the document's IRI
  GraphTarget destination;  ///< of the rest; of load without INTO the default graph
};

struct Update {
  Variables variables;
  std::vector<UpdateOperation> operations;
  std::string base;
};

}  // namespace lepton::sparql
