#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "rdf/parse.h"
#include "rdf/term.h"

/// Rules as a person wrote them: terms, variables by name, places in the text.
namespace lepton::reason {

/// A variable or a term, wherever a rule may have either.
struct Node {
  bool is_variable = false;
  std::string variable;  ///< without its "?"
  rdf::Term term;        ///< when it is no variable

  friend bool operator==(Node const&, Node const&) = default;
};

[[nodiscard]] inline Node variable_node(std::string name) {
  return {true, std::move(name), {}};
}
[[nodiscard]] inline Node term_node(rdf::Term term) {
  return {false, {}, std::move(term)};
}

/// A triple pattern, in the default graph when it names none.
struct Atom {
  Node subject;
  Node predicate;
  Node object;
  std::optional<Node> graph;
  rdf::Position position;
};

enum class Operation : std::uint8_t {
  leaf,  ///< a variable or a term
  logical_or,
  logical_and,
  logical_not,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  add,
  subtract,
  multiply,
  divide,
  negate,
  call,  ///< a built-in by its name, SPARQL 1.1 §17.4
};

/// What FILTER and BIND compute, with SPARQL's operators and functions.
struct Expression {
  Operation operation = Operation::leaf;
  Node leaf;
  std::string function;  ///< of a call, upper case
  std::vector<Expression> arguments;
};

enum class AggregateFunction : std::uint8_t { count, sum, min, max, avg, sample };

/// BIND COUNT(DISTINCT ?x) AS ?n.
struct AggregateResult {
  AggregateFunction function = AggregateFunction::count;
  bool distinct = false;
  std::optional<Expression> argument;  ///< nothing for COUNT(*)
  std::string variable;
};

struct Filter {
  Expression condition;
};
struct Bind {
  Expression value;
  std::string variable;
};
/// NOT atom; NOT EXISTS ?y IN (atoms and filters): no way to match all of them. Variables that occur nowhere else in
/// the rule are existential.
struct Negation;
/// AGGREGATE(atoms and filters ON ?group … BIND f(…) AS ?result …).
struct Aggregate;

/// One conjunct of a body.
struct Literal {
  std::variant<Atom, Filter, Bind, std::unique_ptr<Negation>, std::unique_ptr<Aggregate>> what;
  rdf::Position position;

  Literal() = default;
  template <class T>
  Literal(T value, rdf::Position where) : what(std::move(value)), position(where) {}
  Literal(Literal const& other);
  Literal& operator=(Literal const& other);
  Literal(Literal&&) = default;
  Literal& operator=(Literal&&) = default;
  ~Literal() = default;
};

struct Negation {
  std::vector<Literal> body;
};
struct Aggregate {
  std::vector<Literal> body;
  std::vector<std::string> group;
  std::vector<AggregateResult> results;
};

/// A rule derives every head atom from its body; with an empty body the head is a fact, with an empty head what
/// matches the body is a contradiction.
struct Rule {
  std::string label;  ///< how proofs and messages name it: "prp-dom", "line 12"
  std::vector<Atom> head;
  std::vector<Literal> body;
  rdf::Position position;
};

using Rules = std::vector<Rule>;

/// As the rule language writes them: IRIs in angle brackets.
[[nodiscard]] std::string to_string(Node const& node);
[[nodiscard]] std::string to_string(Atom const& atom);
[[nodiscard]] std::string to_string(Literal const& literal);
[[nodiscard]] std::string to_string(Rule const& rule);

}  // namespace lepton::reason
