// From the syntax tree to the algebra, a function per step of SPARQL 1.1 §18.2.
#include <algorithm>
#include <set>

#include "base/error.h"
#include "sparql/algebra.h"
#include "sparql/scope.h"
#include "sparql/text_match.h"

namespace lepton::sparql {

namespace {

using Kind = Algebra::Kind;

Algebra unary(Kind kind, Algebra inner) {
  Algebra out;
  out.kind = kind;
  out.parts.push_back(std::move(inner));
  return out;
}

Algebra binary(Kind kind, Algebra left, Algebra right) {
  Algebra out;
  out.kind = kind;
  out.parts.push_back(std::move(left));
  out.parts.push_back(std::move(right));
  return out;
}

bool is_unit(Algebra const& algebra) {
  return algebra.kind == Kind::bgp && algebra.triples.empty();
}

/// §18.2.2.8, simplification: Join(Z, A) = A = Join(A, Z).
Algebra join(Algebra left, Algebra right) {
  if (is_unit(left)) return right;
  if (is_unit(right)) return left;
  return binary(Kind::join, std::move(left), std::move(right));
}

/// `?literal text:matches "words"`, which is no statement to be looked for.
std::optional<Algebra> text_search(PathPattern const& pattern) {
  auto const* const predicate = std::get_if<Node>(&pattern.predicate);
  auto const* const name = predicate == nullptr ? nullptr : std::get_if<rdf::Term>(predicate);
  if (name == nullptr || name->kind != rdf::TermKind::iri || name->value != text_matches) return std::nullopt;
  auto const* const words = std::get_if<rdf::Term>(&pattern.object);
  bool const usable =
      std::holds_alternative<Variable>(pattern.subject) && words != nullptr && words->kind == rdf::TermKind::literal;
  if (!usable) throw invalid("<urn:lepton:text:matches> takes a variable before it and a string behind it");
  Algebra out;
  out.kind = Kind::text_search;
  out.subject = pattern.subject;
  out.text = words->value;
  return out;
}

class Translator {
 public:
  explicit Translator(Variables& variables) : variables_(variables) {}

  Algebra group(GroupGraphPattern const& group);
  Algebra select(SelectQuery const& select);

 private:
  void element(GroupElement const& element, Algebra& out, std::vector<Expression>& filters);
  Algebra triples(std::vector<PathPattern> const& patterns);
  Algebra path_pattern(Node const& subject, Path const& path, Node const& object);
  Algebra alternatives(std::vector<GroupGraphPattern> const& groups);
  Expression expression(Expression const& from);
  Algebra grouping(SelectQuery const& select, Algebra inner);
  Algebra modifiers(SelectQuery const& select, Algebra inner, std::vector<Variable> const& projection);
  Expression take_aggregates(Expression const& from, std::vector<Algebra::Assignment>& out);
  static bool is_grouped(SelectQuery const& select);

  Variables& variables_;
  Variable scopes_ = 0;  ///< numbers the queries whose solutions share labels of BNODE()
  Variable scope_ = 0;
};

/// §18.2.2.6, translate graph patterns, with §18.2.2.2 (collect filters) and §18.2.2.7 (filters of the group).
Algebra Translator::group(GroupGraphPattern const& group) {
  Algebra out;
  std::vector<Expression> filters;
  std::vector<PathPattern> adjacent;
  auto const flush = [&] {
    if (!adjacent.empty()) out = join(std::move(out), triples(adjacent));
    adjacent.clear();
  };
  for (auto const& one : group.elements) {
    if (one.kind == GroupElement::Kind::triples) {
      // §18.2.2.5: adjacent triple patterns, whatever filters stand between them, are one basic graph pattern.
      adjacent.insert(adjacent.end(), one.triples.begin(), one.triples.end());
      continue;
    }
    if (one.kind != GroupElement::Kind::filter) flush();
    element(one, out, filters);
  }
  flush();
  if (filters.empty()) return out;
  Expression all = std::move(filters.front());
  if (filters.size() > 1) {
    Expression conjunction;
    conjunction.operation = Operation::logical_and;
    conjunction.arguments = std::move(filters);
    conjunction.arguments.front() = std::move(all);
    all = std::move(conjunction);
  }
  Algebra filtered = unary(Kind::filter, std::move(out));
  filtered.expression = std::move(all);
  return filtered;
}

void Translator::element(GroupElement const& element, Algebra& out, std::vector<Expression>& filters) {
  using Element = GroupElement::Kind;
  switch (element.kind) {
    case Element::triples:
      break;
    case Element::filter:
      filters.push_back(expression(element.expression));
      break;
    case Element::optional: {
      Algebra right = group(element.groups[0]);
      // Only filters of the optional group itself become the condition, not those of a group inside it.
      bool const filters_itself = std::ranges::any_of(
          element.groups[0].elements, [](GroupElement const& one) { return one.kind == GroupElement::Kind::filter; });
      if (filters_itself && right.kind == Kind::filter) {
        Algebra joined = binary(Kind::left_join, std::move(out), std::move(right.parts[0]));
        joined.expression = std::move(right.expression);
        joined.has_condition = true;
        out = std::move(joined);
      } else {
        out = binary(Kind::left_join, std::move(out), std::move(right));
      }
      break;
    }
    case Element::minus:
      out = binary(Kind::minus, std::move(out), group(element.groups[0]));
      break;
    case Element::bind: {
      Algebra extended = unary(Kind::extend, std::move(out));
      extended.variable = element.variable;
      extended.expression = expression(element.expression);
      out = std::move(extended);
      break;
    }
    case Element::values: {
      Algebra table;
      table.kind = Kind::table;
      table.table = element.values;
      out = join(std::move(out), std::move(table));
      break;
    }
    case Element::subselect:
      out = join(std::move(out), select(*element.subselect));
      break;
    case Element::graph:
    case Element::service: {
      Algebra named = unary(element.kind == Element::graph ? Kind::graph : Kind::service, group(element.groups[0]));
      named.name = element.name;
      named.silent = element.silent;
      named.text = element.text;
      out = join(std::move(out), std::move(named));
      break;
    }
    case Element::group:
    case Element::alternatives:
      out = join(std::move(out), alternatives(element.groups));
      break;
  }
}

Algebra Translator::alternatives(std::vector<GroupGraphPattern> const& groups) {
  Algebra out = group(groups[0]);
  for (std::size_t i = 1; i < groups.size(); ++i) {
    out = binary(Kind::alternatives, std::move(out), group(groups[i]));
  }
  return out;
}

/// §18.2.2.5, translate basic graph patterns.
Algebra Translator::triples(std::vector<PathPattern> const& patterns) {
  Algebra bgp;
  Algebra paths;
  auto const add = [&](Algebra part) {
    if (part.kind == Kind::bgp) {
      std::ranges::move(part.triples, std::back_inserter(bgp.triples));
    } else {
      paths = join(std::move(paths), std::move(part));
    }
  };
  for (auto const& pattern : patterns) {
    if (auto search = text_search(pattern)) {
      paths = join(std::move(paths), std::move(*search));
    } else if (auto const* const predicate = std::get_if<Node>(&pattern.predicate)) {
      bgp.triples.push_back({pattern.subject, *predicate, pattern.object});
    } else {
      Algebra part = path_pattern(pattern.subject, std::get<Path>(pattern.predicate), pattern.object);
      // A sequence is a join of its steps, whose triples belong to the pattern around it.
      std::vector<Algebra> open;
      open.push_back(std::move(part));
      while (!open.empty()) {
        Algebra one = std::move(open.back());
        open.pop_back();
        if (one.kind == Kind::join) {
          for (auto& inner : one.parts) open.push_back(std::move(inner));
        } else {
          add(std::move(one));
        }
      }
    }
  }
  return join(std::move(bgp), std::move(paths));
}

/// §18.2.2.4, translate property path patterns.
Algebra Translator::path_pattern(Node const& subject, Path const& path, Node const& object) {
  Algebra out;
  switch (path.kind) {
    case Path::Kind::link:
      out.triples.push_back({subject, Node(path.iri), object});
      return out;
    case Path::Kind::inverse:
      return path_pattern(object, path.parts[0], subject);
    case Path::Kind::sequence: {
      Node const middle = variables_.fresh();
      return join(path_pattern(subject, path.parts[0], middle), path_pattern(middle, path.parts[1], object));
    }
    case Path::Kind::alternative:
      // §18.4, Path(X, alt(P, Q), Y) is Union(Path(X, P, Y), Path(X, Q, Y)).
      return binary(Kind::alternatives, path_pattern(subject, path.parts[0], object),
                    path_pattern(subject, path.parts[1], object));
    default:
      out.kind = Kind::path;
      out.subject = subject;
      out.path = path;
      out.object = object;
      return out;
  }
}

Expression Translator::expression(Expression const& from) {
  Expression out = from;
  if (out.pattern) {
    out.algebra = std::make_shared<Algebra const>(group(*out.pattern));
    out.pattern.reset();
  }
  if (out.operation == Operation::bnode) out.variable = scope_;
  for (auto& argument : out.arguments) argument = expression(argument);
  return out;
}

bool Translator::is_grouped(SelectQuery const& select) {
  std::function<bool(Expression const&)> const aggregates = [&](Expression const& one) {
    return is_aggregate(one.operation) || std::ranges::any_of(one.arguments, aggregates);
  };
  return !select.group_by.empty() || std::ranges::any_of(select.having, aggregates) ||
         std::ranges::any_of(select.projection,
                             [&](Projection const& one) { return one.expression && aggregates(*one.expression); }) ||
         std::ranges::any_of(select.order_by, [&](OrderCondition const& one) { return aggregates(one.expression); });
}

/// §18.2.4.1: replaces each aggregate by a variable of its own.
Expression Translator::take_aggregates(Expression const& from, std::vector<Algebra::Assignment>& out) {
  if (is_aggregate(from.operation)) {
    Variable const result = variables_.fresh();
    out.push_back({result, expression(from)});
    return variable_expression(result);
  }
  Expression rest = from;
  for (auto& argument : rest.arguments) argument = take_aggregates(argument, out);
  return rest;
}

Algebra Translator::grouping(SelectQuery const& select, Algebra inner) {
  Algebra out = unary(Kind::group, std::move(inner));
  for (auto const& condition : select.group_by) {
    bool const is_variable = condition.expression.operation == Operation::variable;
    Variable const key = condition.as  ? *condition.as
                         : is_variable ? condition.expression.variable
                                       : variables_.fresh();
    out.keys.push_back({key, expression(condition.expression)});
  }
  return out;
}

/// §18.2.4 and §18.2.5.
Algebra Translator::select(SelectQuery const& select) {
  Variable const outer = std::exchange(scope_, ++scopes_);
  Algebra out = group(select.where);
  SelectQuery rest = select;
  rest.where.elements.clear();
  if (is_grouped(select)) {
    out = grouping(select, std::move(out));
    auto& aggregates = out.aggregates;
    for (auto& one : rest.projection) {
      if (one.expression) one.expression = take_aggregates(*one.expression, aggregates);
    }
    for (auto& one : rest.having) one = take_aggregates(one, aggregates);
    for (auto& one : rest.order_by) one.expression = take_aggregates(one.expression, aggregates);
  }
  for (auto const& one : rest.having) {  // §18.2.4.2
    out = unary(Kind::filter, std::move(out));
    out.expression = expression(one);
  }
  if (select.values) {  // §18.2.4.3
    Algebra table;
    table.kind = Kind::table;
    table.table = *select.values;
    out = join(std::move(out), std::move(table));
  }
  std::vector<Variable> projection;
  if (select.star) {
    for (Variable const variable : variables_in_scope(select)) {
      if (variables_.is_named(variable)) projection.push_back(variable);
    }
  }
  for (auto const& one : rest.projection) {  // §18.2.4.4
    if (one.expression) {
      out = unary(Kind::extend, std::move(out));
      out.variable = one.variable;
      out.expression = expression(*one.expression);
    }
    projection.push_back(one.variable);
  }
  out = modifiers(rest, std::move(out), projection);
  scope_ = outer;
  return out;
}

/// §18.2.5, in this order: order, projection, distinct or reduced, slice.
Algebra Translator::modifiers(SelectQuery const& select, Algebra inner, std::vector<Variable> const& projection) {
  Algebra out = std::move(inner);
  if (!select.order_by.empty()) {
    out = unary(Kind::order_by, std::move(out));
    for (auto const& one : select.order_by) out.order.push_back({expression(one.expression), one.descending});
  }
  out = unary(Kind::project, std::move(out));
  out.projection = projection;
  if (select.distinct) out = unary(Kind::distinct, std::move(out));
  if (select.reduced) out = unary(Kind::reduced, std::move(out));
  if (select.offset || select.limit) {
    out = unary(Kind::slice, std::move(out));
    out.offset = select.offset.value_or(0);
    if (select.limit) out.limit = *select.limit;
  }
  return out;
}

}  // namespace

Algebra translate(SelectQuery const& select, Variables& variables) {
  return Translator(variables).select(select);
}

Algebra translate(GroupGraphPattern const& group, Variables& variables) {
  return Translator(variables).group(group);
}

}  // namespace lepton::sparql
