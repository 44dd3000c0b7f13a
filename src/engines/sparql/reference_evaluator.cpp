#include "sparql/reference_evaluator.h"

#include <algorithm>

#include "base/error.h"
#include "sparql/aggregate.h"
#include "sparql/comparison.h"

namespace lepton::sparql {

namespace {

using Kind = Algebra::Kind;
using Solutions = std::vector<Bindings>;

class BoundSolution : public Solution {
 public:
  BoundSolution(ReferenceEvaluator& evaluator, Bindings const& bindings, std::uint64_t number)
      : evaluator_(evaluator), bindings_(bindings), number_(number) {}
  [[nodiscard]] Value value(Variable variable) const override {
    auto const found = bindings_.find(variable);
    return found == bindings_.end() ? Value() : Value::of(found->second.view());
  }
  [[nodiscard]] std::uint64_t number() const override { return number_; }
  [[nodiscard]] bool exists(Algebra const& pattern) const override { return evaluator_.exists(pattern, bindings_); }

 private:
  ReferenceEvaluator& evaluator_;
  Bindings const& bindings_;
  std::uint64_t number_;
};

/// §18.1.10, compatible mappings.
bool compatible(Bindings const& a, Bindings const& b) {
  return std::ranges::all_of(a, [&](auto const& one) {
    auto const found = b.find(one.first);
    return found == b.end() || found->second == one.second;
  });
}

bool share_variable(Bindings const& a, Bindings const& b) {
  return std::ranges::any_of(a, [&](auto const& one) { return b.contains(one.first); });
}

Bindings merged(Bindings a, Bindings const& b) {
  a.insert(b.begin(), b.end());
  return a;
}

/// §18.5, Join.
Solutions join(Solutions const& left, Solutions const& right) {
  Solutions out;
  for (auto const& a : left) {
    for (auto const& b : right) {
      if (compatible(a, b)) out.push_back(merged(a, b));
    }
  }
  return out;
}

/// Binds a node to a term; false when it is bound to another.
bool bind(Node const& node, rdf::Term const& term, Bindings& out) {
  if (auto const* const known = std::get_if<rdf::Term>(&node)) return *known == term;
  auto const [place, is_new] = out.try_emplace(std::get<Variable>(node), term);
  return is_new || place->second == term;
}

Solutions rows_of(InlineData const& table) {
  Solutions out;
  for (auto const& row : table.rows) {
    Bindings& one = out.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i]) one.emplace(table.variables[i], *row[i]);
    }
  }
  return out;
}

Solutions distinct(Solutions const& from) {
  Solutions out;
  std::set<Bindings> seen;
  for (auto const& one : from) {
    if (seen.insert(one).second) out.push_back(one);
  }
  return out;
}

Solutions project(Solutions from, std::vector<Variable> const& projection) {
  for (auto& one : from) {
    std::erase_if(one, [&](auto const& pair) { return std::ranges::count(projection, pair.first) == 0; });
  }
  return from;
}

Solutions slice(Solutions const& from, std::uint64_t offset, std::uint64_t limit) {
  Solutions out;
  for (std::uint64_t i = offset; i < from.size() && i - offset < limit; ++i) out.push_back(from[i]);
  return out;
}

}  // namespace

ReferenceDataset ReferenceDataset::of(std::span<rdf::Quad const> quads) {
  ReferenceDataset out;
  for (auto const& quad : quads) {
    auto& graph = quad.graph ? out.named[*quad.graph] : out.default_graph;
    graph.insert({quad.subject, quad.predicate, quad.object});
  }
  return out;
}

ReferenceDataset ReferenceDataset::select(DatasetClause const& clause) const {
  if (clause.empty()) return *this;
  ReferenceDataset out;
  for (auto const& name : clause.defaults) {
    auto const found = named.find(name);
    if (found != named.end()) out.default_graph.insert(found->second.begin(), found->second.end());
  }
  for (auto const& name : clause.named) {
    auto const found = named.find(name);
    if (found != named.end()) out.named.insert(*found);
  }
  return out;
}

ReferenceEvaluator::ReferenceEvaluator(Call const& call, ReferenceDataset const& dataset,
                                       ExpressionEvaluator& expressions)
    : call_(call), dataset_(dataset), expressions_(expressions), active_(&dataset.default_graph) {}

Solutions ReferenceEvaluator::evaluate(Algebra const& algebra) {
  call_.proceed();
  auto const part = [&](std::size_t i) { return evaluate(algebra.parts[i]); };
  switch (algebra.kind) {
    case Kind::bgp:
      return basic(algebra.triples);
    case Kind::path:
      return path(algebra);
    case Kind::join:
      return join(part(0), part(1));
    case Kind::left_join:
      return left_join(algebra);
    case Kind::filter: {
      Solutions out;
      for (auto const& one : part(0)) {
        if (expressions_.holds(algebra.expression, BoundSolution(*this, one, 0))) out.push_back(one);
      }
      return out;
    }
    case Kind::alternatives: {
      Solutions out = part(0);
      std::ranges::move(part(1), std::back_inserter(out));
      return out;
    }
    case Kind::minus:
      return minus(algebra);
    case Kind::extend:
      return extend(algebra);
    case Kind::graph:
      return graph(algebra);
    case Kind::service:
      throw invalid("the reference evaluator knows no services");
    case Kind::table:
      return rows_of(algebra.table);
    case Kind::text_search:
      throw invalid("the reference evaluator does not search texts");
    case Kind::group:
      return group(algebra);
    case Kind::order_by:
      return order(algebra);
    case Kind::project:
      return project(part(0), algebra.projection);
    case Kind::distinct:
      return distinct(part(0));
    case Kind::reduced:
      return part(0);
    case Kind::slice:
      return slice(part(0), algebra.offset, algebra.limit);
  }
  return {};
}

/// §18.3, by trying every triple for every pattern.
Solutions ReferenceEvaluator::basic(std::vector<TriplePattern> const& triples) {
  Solutions out{{}};
  for (auto const& pattern : triples) {
    Solutions next;
    for (auto const& one : out) {
      call_.proceed();
      for (auto const& triple : *active_) {
        Bindings extended = one;
        if (bind(pattern.subject, triple[0], extended) && bind(pattern.predicate, triple[1], extended) &&
            bind(pattern.object, triple[2], extended)) {
          next.push_back(std::move(extended));
        }
      }
    }
    out = std::move(next);
  }
  return out;
}

/// §18.5, LeftJoin: Filter(expr, Join) with what Diff keeps.
Solutions ReferenceEvaluator::left_join(Algebra const& algebra) {
  Solutions const left = evaluate(algebra.parts[0]);
  Solutions const right = evaluate(algebra.parts[1]);
  Solutions out;
  for (auto const& a : left) {
    bool any = false;
    for (auto const& b : right) {
      if (!compatible(a, b)) continue;
      Bindings both = merged(a, b);
      if (algebra.has_condition && !expressions_.holds(algebra.expression, BoundSolution(*this, both, 0))) continue;
      any = true;
      out.push_back(std::move(both));
    }
    if (!any) out.push_back(a);
  }
  return out;
}

/// §18.5, Minus.
Solutions ReferenceEvaluator::minus(Algebra const& algebra) {
  Solutions out;
  Solutions const right = evaluate(algebra.parts[1]);
  for (auto const& a : evaluate(algebra.parts[0])) {
    bool const removed =
        std::ranges::any_of(right, [&](Bindings const& b) { return share_variable(a, b) && compatible(a, b); });
    if (!removed) out.push_back(a);
  }
  return out;
}

/// §18.5, Extend: an error leaves the solution as it was.
Solutions ReferenceEvaluator::extend(Algebra const& algebra) {
  Solutions out = evaluate(algebra.parts[0]);
  std::uint64_t number = 0;
  for (auto& one : out) {
    Value const value = expressions_.evaluate(algebra.expression, BoundSolution(*this, one, number++));
    if (!value.is_error()) one.insert_or_assign(algebra.variable, value.term());
  }
  return out;
}

/// §18.6, Graph: by name, or the union over all names.
Solutions ReferenceEvaluator::graph(Algebra const& algebra) {
  Solutions out;
  auto const* const outer = active_;
  for (auto const& [name, triples] : dataset_.named) {
    Bindings named;
    if (!bind(algebra.name, name, named)) continue;
    active_ = &triples;
    std::ranges::move(join(evaluate(algebra.parts[0]), {named}), std::back_inserter(out));
    active_ = outer;
  }
  return out;
}

/// §18.5.1: Group, Aggregation, AggregateJoin. Without keys there is one group, even of nothing.
Solutions ReferenceEvaluator::group(Algebra const& algebra) {
  std::map<std::vector<std::optional<rdf::Term>>, Solutions> groups;
  if (algebra.keys.empty()) groups.try_emplace({});
  std::uint64_t number = 0;
  for (auto const& one : evaluate(algebra.parts[0])) {
    std::vector<std::optional<rdf::Term>> key;
    BoundSolution const solution(*this, one, number++);
    for (auto const& part : algebra.keys) {
      Value const value = expressions_.evaluate(part.expression, solution);
      key.push_back(value.is_error() ? std::nullopt : std::optional(value.term()));
    }
    groups[std::move(key)].push_back(one);
  }
  Solutions out;
  for (auto const& [key, members] : groups) {
    Bindings row;
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (key[i]) row.insert_or_assign(algebra.keys[i].variable, *key[i]);
    }
    for (auto const& aggregate : algebra.aggregates) {
      Accumulator accumulator(aggregate.expression);
      bool const star = aggregate.expression.arguments.empty();
      for (auto const& member : star&& aggregate.expression.distinct ? distinct(members) : members) {
        if (star) {
          accumulator.add_solution();
        } else {
          accumulator.add(expressions_.evaluate(aggregate.expression.arguments[0], BoundSolution(*this, member, 0)));
        }
      }
      Value const value = accumulator.result();
      if (!value.is_error()) row.insert_or_assign(aggregate.variable, value.term());
    }
    out.push_back(std::move(row));
  }
  return out;
}

/// §15.1.
Solutions ReferenceEvaluator::order(Algebra const& algebra) {
  std::vector<std::pair<std::vector<Value>, Bindings>> keyed;
  for (auto& one : evaluate(algebra.parts[0])) {
    std::vector<Value> keys;
    for (auto const& condition : algebra.order) {
      keys.push_back(expressions_.evaluate(condition.expression, BoundSolution(*this, one, 0)));
    }
    keyed.emplace_back(std::move(keys), std::move(one));
  }
  std::ranges::stable_sort(keyed, [&](auto const& a, auto const& b) {
    for (std::size_t i = 0; i < algebra.order.size(); ++i) {
      auto const result = sparql::order(a.first[i], b.first[i]);
      if (result != 0) return algebra.order[i].descending ? result > 0 : result < 0;
    }
    return false;
  });
  Solutions out;
  for (auto& one : keyed) out.push_back(std::move(one.second));
  return out;
}

/// §18.6, exists, with substitution.
bool ReferenceEvaluator::exists(Algebra const& pattern, Bindings const& solution) {
  return !evaluate(substitute(pattern, solution)).empty();
}

ResultCollector evaluate_reference(Call const& call, Query query, ReferenceDataset const& dataset) {
  Algebra const algebra = translate(query.body, query.variables);
  ReferenceDataset const selected = dataset.select(query.dataset);
  ExpressionEvaluator expressions(call.now(), query.base);
  auto const solutions = ReferenceEvaluator(call, selected, expressions).evaluate(algebra);
  ResultCollector out;
  if (query.form == QueryForm::ask) {
    out.truth = !solutions.empty();
    return out;
  }
  std::vector<Variable> const columns = query.body.star ? variables_in_scope(query.body) : std::vector<Variable>();
  std::vector<Variable> names;
  for (auto const& one : query.body.projection) names.push_back(one.variable);
  std::ranges::copy_if(columns, std::back_inserter(names), [&](Variable v) { return query.variables.is_named(v); });
  for (Variable const variable : names) out.names.push_back(query.variables.name(variable));
  for (auto const& solution : solutions) {
    Row row;
    for (Variable const variable : names) {
      auto const found = solution.find(variable);
      row.push_back(found == solution.end() ? std::nullopt : std::optional(found->second));
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace lepton::sparql
