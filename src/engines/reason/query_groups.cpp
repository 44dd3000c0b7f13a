#include "reason/query_groups.h"

namespace lepton::reason {

namespace {

using Rewrite = std::function<void(sparql::GroupGraphPattern&)>;

void walk(sparql::GroupGraphPattern& group, Rewrite const& rewrite);

void walk(sparql::Expression& expression, Rewrite const& rewrite) {
  if (expression.pattern) {
    auto inner = *expression.pattern;
    walk(inner, rewrite);
    expression.pattern = std::make_shared<sparql::GroupGraphPattern const>(std::move(inner));
  }
  for (auto& argument : expression.arguments) walk(argument, rewrite);
}

void walk(sparql::GroupGraphPattern& group, Rewrite const& rewrite) {
  for (auto& element : group.elements) {
    walk(element.expression, rewrite);
    for (auto& inner : element.groups) walk(inner, rewrite);
    if (!element.subselect) continue;
    auto inner = *element.subselect;
    rewrite_groups(inner, rewrite);
    element.subselect = std::make_shared<sparql::SelectQuery const>(std::move(inner));
  }
  rewrite(group);
}

}  // namespace

void rewrite_groups(sparql::SelectQuery& query, Rewrite const& rewrite) {
  for (auto& one : query.projection) {
    if (one.expression) walk(*one.expression, rewrite);
  }
  for (auto& one : query.group_by) walk(one.expression, rewrite);
  for (auto& one : query.having) walk(one, rewrite);
  for (auto& one : query.order_by) walk(one.expression, rewrite);
  walk(query.where, rewrite);
}

}  // namespace lepton::reason
