// Which variables a pattern may bind: §18.2.1.
#include "sparql/scope.h"

#include <set>

namespace lepton::sparql {

namespace {

/// Collects in order of appearance.
class Scope {
 public:
  void add(Variable variable) {
    if (seen_.insert(variable).second) variables.push_back(variable);
  }
  void add(Node const& node) {
    if (auto const* const variable = std::get_if<Variable>(&node)) add(*variable);
  }
  void add(GroupGraphPattern const& group) {
    for (auto const& element : group.elements) add(element);
  }
  void add(GroupElement const& element) {
    using Kind = GroupElement::Kind;
    switch (element.kind) {
      case Kind::triples:
        for (auto const& triple : element.triples) {
          add(triple.subject);
          if (auto const* const node = std::get_if<Node>(&triple.predicate)) add(*node);
          add(triple.object);
        }
        break;
      case Kind::bind:
        add(element.variable);
        break;
      case Kind::values:
        for (Variable const variable : element.values.variables) add(variable);
        break;
      case Kind::subselect:
        for (Variable const variable : variables_in_scope(*element.subselect)) add(variable);
        break;
      case Kind::graph:
      case Kind::service:
        add(element.name);
        [[fallthrough]];
      case Kind::optional:
      case Kind::alternatives:
      case Kind::group:
        for (auto const& group : element.groups) add(group);
        break;
      case Kind::filter:
      case Kind::minus:
        break;
    }
  }

  std::vector<Variable> variables;

 private:
  std::set<Variable> seen_;
};

}  // namespace

std::vector<Variable> variables_in_scope(GroupGraphPattern const& group) {
  Scope scope;
  scope.add(group);
  return std::move(scope.variables);
}

std::vector<Variable> variables_in_scope(SelectQuery const& select) {
  Scope scope;
  if (!select.star) {
    for (auto const& one : select.projection) scope.add(one.variable);
    return std::move(scope.variables);
  }
  scope.add(select.where);
  if (select.values) {
    for (Variable const variable : select.values->variables) scope.add(variable);
  }
  return std::move(scope.variables);
}

}  // namespace lepton::sparql
