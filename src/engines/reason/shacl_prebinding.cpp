#include "reason/shacl_prebinding.h"

#include <algorithm>

#include "reason/query_groups.h"
#include "sparql/scope.h"

namespace lepton::reason {

namespace {

using sparql::Expression;
using sparql::GroupElement;
using sparql::GroupGraphPattern;
using sparql::SelectQuery;
using sparql::Variable;

/// Finds the first thing that appendix A forbids.
class Restrictions {
 public:
  Restrictions(sparql::Variables const& names, std::set<std::string> const& prebound)
      : names_(names), prebound_(prebound) {}

  void check_query(SelectQuery const& query) {
    for (auto const& one : query.projection) {
      if (!one.expression) continue;
      check_assigned(one.variable);
      check(*one.expression);
    }
    for (auto const& one : query.group_by) {
      if (one.as) check_assigned(*one.as);
      check(one.expression);
    }
    for (auto const& one : query.having) check(one);
    for (auto const& one : query.order_by) check(one.expression);
    if (query.values) forbid("VALUES");
    check(query.where);
  }

  std::optional<std::string> found;

 private:
  void check(GroupGraphPattern const& group) {
    for (auto const& element : group.elements) check(element);
  }

  void check(GroupElement const& element) {
    using Kind = GroupElement::Kind;
    if (element.kind == Kind::minus) forbid("MINUS");
    if (element.kind == Kind::values) forbid("VALUES");
    if (element.kind == Kind::service) forbid("SERVICE");
    if (element.kind == Kind::bind) check_assigned(element.variable);
    check(element.expression);
    for (auto const& group : element.groups) check(group);
    if (element.subselect) check_subquery(*element.subselect);
  }

  void check(Expression const& expression) {
    if (expression.pattern) check(*expression.pattern);
    for (auto const& argument : expression.arguments) check(argument);
  }

  void check_subquery(SelectQuery const& query) {
    std::set<std::string> out;
    for (Variable const variable : sparql::variables_in_scope(query)) out.insert(names_.name(variable));
    for (auto const& name : prebound_) {
      if (name == "shapesGraph" || name == "currentShape" || out.contains(name)) continue;
      fail(fmt::format("a subquery must also select ${}", name));
    }
    check_query(query);
  }

  void check_assigned(Variable variable) {
    auto const& name = names_.name(variable);
    if (prebound_.contains(name)) fail(fmt::format("${} has a value already: AS needs another name", name));
  }

  void forbid(std::string_view what) { fail(fmt::format("{} is not allowed here", what)); }
  void fail(std::string const& sentence) {
    if (!found) found = sentence;
  }

  sparql::Variables const& names_;
  std::set<std::string> const& prebound_;
};

/// Puts values into a group.
class Insertion {
 public:
  Insertion(sparql::InlineData const& values, Variable path_variable, std::optional<sparql::Path> const& path)
      : values_(values), path_variable_(path_variable), path_(path) {}

  void apply(GroupGraphPattern& group) const {
    for (auto& element : group.elements) {
      for (auto& triple : element.triples) apply(triple);
      apply(element.name);
    }
    GroupElement values;
    values.kind = GroupElement::Kind::values;
    values.values = values_;
    group.elements.insert(group.elements.begin(), std::move(values));
  }

 private:
  void apply(sparql::PathPattern& triple) const {
    apply(triple.subject);
    apply(triple.object);
    auto* const predicate = std::get_if<sparql::Node>(&triple.predicate);
    if (predicate == nullptr) return;
    if (!path_ || *predicate != sparql::Node(path_variable_)) return apply(*predicate);
    if (path_->kind == sparql::Path::Kind::link) {
      *predicate = path_->iri;
    } else {
      triple.predicate = *path_;
    }
  }

  /// The value itself, so that patterns are looked up by it.
  void apply(sparql::Node& node) const {
    auto const* const variable = std::get_if<Variable>(&node);
    if (variable == nullptr) return;
    auto const found = std::find(values_.variables.begin(), values_.variables.end(), *variable);
    if (found == values_.variables.end()) return;
    node = *values_.rows.front()[static_cast<std::size_t>(found - values_.variables.begin())];
  }

  sparql::InlineData const& values_;
  Variable path_variable_;
  std::optional<sparql::Path> const& path_;
};

}  // namespace

std::optional<std::string> find_forbidden(sparql::Query const& query, std::set<std::string> const& prebound) {
  Restrictions restrictions(query.variables, prebound);
  restrictions.check_query(query.body);
  return std::move(restrictions.found);
}

sparql::Query prebind(sparql::Query query, std::map<std::string, rdf::Term> const& values,
                      std::optional<sparql::Path> const& path) {
  sparql::InlineData inserted;
  inserted.rows.emplace_back();
  for (auto const& [name, term] : values) {
    inserted.variables.push_back(query.variables.of(name));
    inserted.rows.front().emplace_back(term);
  }
  Insertion const insertion(inserted, query.variables.of("PATH"), path);
  rewrite_groups(query.body, [&](GroupGraphPattern& group) { insertion.apply(group); });
  return query;
}

}  // namespace lepton::reason
