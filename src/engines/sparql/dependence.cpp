#include "sparql/dependence.h"

namespace lepton::sparql {

namespace {

/// Walks all of a query, in any order.
class Walk {
 public:
  void visit(Expression const& expression) {
    switch (expression.operation) {
      case Operation::now:
      case Operation::rand:
      case Operation::uuid:
      case Operation::struuid:
        found.moment = true;
        break;
      default:
        break;
    }
    for (auto const& argument : expression.arguments) visit(argument);
    if (expression.pattern) visit(*expression.pattern);
  }

  void visit(GroupGraphPattern const& group) {
    for (auto const& element : group.elements) {
      found.services = found.services || element.kind == GroupElement::Kind::service;
      visit(element.expression);
      for (auto const& inner : element.groups) visit(inner);
      if (element.subselect) visit(*element.subselect);
    }
  }

  void visit(SelectQuery const& select) {
    visit(select.where);
    for (auto const& projection : select.projection)
      if (projection.expression) visit(*projection.expression);
    for (auto const& condition : select.group_by) visit(condition.expression);
    for (auto const& condition : select.having) visit(condition);
    for (auto const& condition : select.order_by) visit(condition.expression);
  }

  Dependence found;
};

}  // namespace

Dependence dependence_of(Query const& query) {
  Walk walk;
  walk.visit(query.body);
  return walk.found;
}

Dependence dependence_of(Update const& update) {
  Walk walk;
  for (auto const& operation : update.operations) walk.visit(operation.where);
  return walk.found;
}

}  // namespace lepton::sparql
