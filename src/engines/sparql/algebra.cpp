#include "sparql/algebra.h"

#include <algorithm>
#include <set>

namespace lepton::sparql {

namespace {

using Kind = Algebra::Kind;
using Set = std::set<Variable>;

void add(Set& out, Node const& node) {
  if (auto const* const variable = std::get_if<Variable>(&node)) out.insert(*variable);
}

void add_pattern(Set& out, Algebra const& algebra) {
  for (auto const& triple : algebra.triples) {
    add(out, triple.subject);
    add(out, triple.predicate);
    add(out, triple.object);
  }
  if (algebra.kind == Kind::text_search) add(out, algebra.subject);
  if (algebra.kind == Kind::path) {
    add(out, algebra.subject);
    add(out, algebra.object);
  }
}

void add_possible(Set& out, Algebra const& algebra) {
  add_pattern(out, algebra);
  switch (algebra.kind) {
    case Kind::project:
      out.insert(algebra.projection.begin(), algebra.projection.end());
      return;
    case Kind::group:
      for (auto const& key : algebra.keys) out.insert(key.variable);
      for (auto const& aggregate : algebra.aggregates) out.insert(aggregate.variable);
      return;
    case Kind::table:
      out.insert(algebra.table.variables.begin(), algebra.table.variables.end());
      return;
    case Kind::minus:
      add_possible(out, algebra.parts[0]);
      return;
    case Kind::extend:
      out.insert(algebra.variable);
      break;
    case Kind::graph:
    case Kind::service:
      add(out, algebra.name);
      break;
    default:
      break;
  }
  for (auto const& part : algebra.parts) add_possible(out, part);
}

Set certain(Algebra const& algebra) {
  Set out;
  add_pattern(out, algebra);
  switch (algebra.kind) {
    case Kind::project: {
      for (Variable const variable : certain(algebra.parts[0])) {
        if (std::ranges::count(algebra.projection, variable) > 0) out.insert(variable);
      }
      return out;
    }
    case Kind::table:
      for (std::size_t i = 0; i < algebra.table.variables.size(); ++i) {
        if (std::ranges::all_of(algebra.table.rows, [&](auto const& row) { return row[i].has_value(); })) {
          out.insert(algebra.table.variables[i]);
        }
      }
      return out;
    case Kind::alternatives: {
      Set const right = certain(algebra.parts[1]);
      for (Variable const variable : certain(algebra.parts[0])) {
        if (right.contains(variable)) out.insert(variable);
      }
      return out;
    }
    case Kind::group: {
      Set const inner = certain(algebra.parts[0]);
      for (auto const& key : algebra.keys) {
        bool const plain = key.expression.operation == Operation::variable;
        if (plain && inner.contains(key.expression.variable)) out.insert(key.variable);
      }
      return out;
    }
    case Kind::service:
      return algebra.silent ? Set{} : certain(algebra.parts[0]);
    case Kind::left_join:
    case Kind::minus:
      return certain(algebra.parts[0]);
    case Kind::graph:
      add(out, algebra.name);
      break;
    default:
      break;
  }
  for (auto const& part : algebra.parts) out.merge(certain(part));
  return out;
}

void add_read(Set& out, Expression const& expression);

/// Everything an algebra mentions, filters included.
void add_read(Set& out, Algebra const& algebra) {
  add_possible(out, algebra);
  add_read(out, algebra.expression);
  for (auto const& one : algebra.order) add_read(out, one.expression);
  for (auto const& part : algebra.parts) add_read(out, part);
}

void add_read(Set& out, Expression const& expression) {
  if (expression.operation == Operation::variable) out.insert(expression.variable);
  if (expression.algebra) add_read(out, *expression.algebra);
  for (auto const& argument : expression.arguments) add_read(out, argument);
}

/// Replaces variables in place.
class Substitution {
 public:
  explicit Substitution(std::map<Variable, rdf::Term> const& solution) : solution_(solution) {}

  void apply(Node& node) const {
    auto const* const variable = std::get_if<Variable>(&node);
    if (variable == nullptr) return;
    auto const found = solution_.find(*variable);
    if (found != solution_.end()) node = found->second;
  }

  void apply(Expression& expression) const {
    if (expression.operation == Operation::bound) {
      if (solution_.contains(expression.arguments[0].variable)) {
        expression = term_expression(rdf::literal("true", rdf::xsd_boolean));
      }
      return;
    }
    if (expression.operation == Operation::variable) {
      auto const found = solution_.find(expression.variable);
      if (found != solution_.end()) expression = term_expression(found->second);
      return;
    }
    if (expression.algebra) {
      Algebra inner = *expression.algebra;
      apply(inner);
      expression.algebra = std::make_shared<Algebra const>(std::move(inner));
    }
    for (auto& argument : expression.arguments) apply(argument);
  }

  void apply(Algebra& algebra) const {
    if (algebra.kind == Kind::project) return apply_projection(algebra);
    for (auto& triple : algebra.triples) {
      apply(triple.subject);
      apply(triple.predicate);
      apply(triple.object);
    }
    apply(algebra.subject);
    apply(algebra.object);
    apply(algebra.name);
    apply(algebra.expression);
    for (auto& one : algebra.order) apply(one.expression);
    for (auto& one : algebra.keys) apply(one.expression);
    for (auto& one : algebra.aggregates) apply(one.expression);
    if (algebra.kind == Kind::table) restrict_rows(algebra.table);
    for (auto& part : algebra.parts) apply(part);
  }

 private:
  /// Variables that a subquery does not let out are others, of the same name.
  void apply_projection(Algebra& algebra) const {
    std::map<Variable, rdf::Term> visible;
    for (Variable const variable : algebra.projection) {
      auto const found = solution_.find(variable);
      if (found != solution_.end()) visible.insert(*found);
    }
    Substitution(visible).apply(algebra.parts[0]);
  }

  void restrict_rows(InlineData& table) const {
    for (std::size_t i = 0; i < table.variables.size(); ++i) {
      auto const found = solution_.find(table.variables[i]);
      if (found == solution_.end()) continue;
      std::erase_if(table.rows, [&](auto const& row) { return row[i].has_value() && *row[i] != found->second; });
    }
  }

  std::map<Variable, rdf::Term> const& solution_;
};

std::vector<Variable> list(Set const& set) {
  return {set.begin(), set.end()};
}

}  // namespace

std::vector<Variable> variables_of(Algebra const& algebra) {
  Set out;
  add_possible(out, algebra);
  return list(out);
}

std::vector<Variable> certain_variables_of(Algebra const& algebra) {
  return list(certain(algebra));
}

std::vector<Variable> variables_of(Expression const& expression) {
  Set out;
  add_read(out, expression);
  return list(out);
}

Algebra substitute(Algebra const& algebra, std::map<Variable, rdf::Term> const& solution) {
  Algebra out = algebra;
  Substitution(solution).apply(out);
  return out;
}

}  // namespace lepton::sparql
