#include "sparql/execution.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "rdf/nquads_text.h"
#include "sparql/pattern_runs.h"
#include "sparql/row_numbers.h"

namespace lepton::sparql {

namespace {

using Kind = Algebra::Kind;

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::bgp:
    case Kind::join:
      return "join";
    case Kind::path:
      return "path";
    case Kind::left_join:
      return "left join";
    case Kind::filter:
      return "filter";
    case Kind::alternatives:
      return "union";
    case Kind::minus:
      return "minus";
    case Kind::extend:
      return "extend";
    case Kind::graph:
      return "graph";
    case Kind::service:
      return "service";
    case Kind::table:
      return "values";
    case Kind::text_search:
      return "text search";
    case Kind::group:
      return "group";
    case Kind::order_by:
      return "order by";
    case Kind::project:
      return "project";
    case Kind::distinct:
      return "distinct";
    case Kind::reduced:
      return "reduced";
    case Kind::slice:
      return "slice";
  }
  return "";
}

std::vector<rdf::TermId> intersection(std::vector<rdf::TermId> const& a, std::vector<rdf::TermId> const& b) {
  std::vector<rdf::TermId> out;
  std::ranges::set_intersection(a, b, std::back_inserter(out));
  return out;
}

/// §13.2, as ids; graphs that the store does not have are empty.
DatasetIds resolve(rdf::Snapshot const& snapshot, EngineOptions const& options, DatasetClause const& from) {
  DatasetIds out;
  DatasetClause const& clause = options.dataset.empty() ? from : options.dataset;
  auto const ids = [&](std::vector<rdf::Term> const& names) {
    std::vector<rdf::TermId> found;
    for (auto const& name : names) {
      if (auto const id = snapshot.dictionary().find(name.view())) found.push_back(*id);
    }
    std::ranges::sort(found);
    found.erase(std::ranges::unique(found).begin(), found.end());
    return found;
  };
  if (clause.empty()) {
    out.named = snapshot.named_graphs(options.layers);
    if (options.union_default_graph) {
      out.all_defaults = !options.restricted;
      out.defaults = out.named;
      out.defaults.insert(std::ranges::lower_bound(out.defaults, rdf::TermId::default_graph()),
                          rdf::TermId::default_graph());
    } else {
      out.defaults = {rdf::TermId::default_graph()};
    }
  } else {
    out.defaults = ids(clause.defaults);
    out.named = ids(clause.named);
  }
  if (options.restricted) {
    out.defaults = intersection(out.defaults, options.graphs);
    out.named = intersection(out.named, options.graphs);
  }
  return out;
}

}  // namespace

Execution::Execution(Call const& call, rdf::Snapshot snapshot, EngineOptions const& options,
                     DatasetClause const& dataset, Variables& variables, std::string const& base)
    : call_(call),
      snapshot_(std::move(snapshot)),
      options_(options),
      variables_(variables),
      budget_(options.limits.memory),
      terms_(snapshot_.dictionary(), budget_),
      expressions_(call.now(), base),
      dataset_(resolve(snapshot_, options, dataset)) {
  open_.push_back(&plan_);
}

Table Execution::unit() {
  Table out(budget_, {});
  out.settle(1);
  return out;
}

Table Execution::nothing(std::vector<Variable> variables) {
  return {budget_, std::move(variables)};
}

Table Execution::evaluate(Algebra const& algebra, Table const* seed, std::uint64_t limit) {
  call_.proceed();
  auto const begin = std::chrono::steady_clock::now();
  PlanNode node;
  node.operation = name_of(algebra.kind);
  open_.push_back(&node);
  struct Close {
    std::vector<PlanNode*>& open;
    ~Close() { open.pop_back(); }
  };
  Table out = [&] {
    Close const close{open_};
    return dispatch(algebra, seed, limit);
  }();
  node.rows = out.rows();
  node.time = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
  open_.back()->parts.push_back(std::move(node));
  return out;
}

void Execution::note(std::string operation, std::string detail, double estimated, std::uint64_t rows,
                     std::chrono::steady_clock::time_point since) {
  auto const time = std::chrono::steady_clock::now() - since;
  open_.back()->parts.push_back({std::move(operation),
                                 std::move(detail),
                                 estimated,
                                 rows,
                                 std::chrono::duration_cast<std::chrono::microseconds>(time),
                                 {}});
}

Table Execution::dispatch(Algebra const& algebra, Table const* seed, std::uint64_t limit) {
  switch (algebra.kind) {
    case Kind::bgp:
    case Kind::join:
    case Kind::filter:
      return join_group(algebra, seed, limit);
    case Kind::path:
      return path(algebra, seed);
    case Kind::left_join:
      return left_join(algebra, seed);
    case Kind::alternatives: {
      Table out(budget_, variables_of(algebra));
      out.append(evaluate(algebra.parts[0], seed, limit));
      if (out.rows() < limit) out.append(evaluate(algebra.parts[1], seed, limit));
      return out;
    }
    case Kind::minus:
      return minus(algebra, seed);
    case Kind::extend:
      return extend(algebra, seed);
    case Kind::graph:
      return graph(algebra, seed);
    case Kind::service:
      return service(algebra, seed);
    case Kind::table:
      return values(algebra);
    case Kind::text_search:
      return text_search(algebra, seed);
    case Kind::group:
      return group(algebra);
    case Kind::order_by:
      return order_by(algebra, limit);
    case Kind::project:
      return project(algebra, seed, limit);
    case Kind::distinct:
      return distinct(algebra, seed);
    case Kind::reduced:
      return evaluate(algebra.parts[0], seed, limit);
    case Kind::slice:
      return slice(algebra);
  }
  return unit();
}

BoundPattern Execution::bind(TriplePattern const& pattern) {
  BoundPattern out;
  out.source = &pattern;
  auto const place = [&](Node const& node, rdf::TermId& id, rdf::Part part) {
    if (auto const* const variable = std::get_if<Variable>(&node)) {
      out.variables[static_cast<std::size_t>(part)] = *variable;
      return;
    }
    auto const found = terms_.find(std::get<rdf::Term>(node).view());
    if (found) {
      id = *found;
    } else {
      out.impossible = true;
    }
  };
  place(pattern.subject, out.ids.subject, rdf::Part::subject);
  place(pattern.predicate, out.ids.predicate, rdf::Part::predicate);
  place(pattern.object, out.ids.object, rdf::Part::object);
  out.variables[static_cast<std::size_t>(rdf::Part::graph)] = graph_variable_;
  return out;
}

bool Execution::prepare(rdf::QuadPattern& pattern, rdf::ScanOptions& options, bool graph_is_variable) const {
  options.layers = options_.layers;
  if (graph_is_variable) {
    options.graphs = dataset_.named;
    return !dataset_.named.empty();
  }
  if (active_) {
    pattern.graph = *active_;
    return true;
  }
  if (dataset_.all_defaults) {
    options.merge_graphs = true;
    return true;
  }
  if (dataset_.defaults.size() == 1) {
    pattern.graph = dataset_.defaults[0];
    return true;
  }
  options.graphs = dataset_.defaults;
  options.merge_graphs = true;
  return !dataset_.defaults.empty();
}

/// §18.6 with substitution, for one row: the general way, when the pattern is not simple enough for a semi-join.
bool Execution::exists(Algebra const& pattern, Table const& outer, std::size_t row) {
  std::map<Variable, rdf::Term> solution;
  for (std::size_t i = 0; i < outer.width(); ++i) {
    if (outer.at(row, i).defined()) solution.emplace(outer.variables()[i], terms_.term(outer.at(row, i)));
  }
  return evaluate(substitute(pattern, solution), nullptr, 1).rows() > 0;
}

Table Execution::values(Algebra const& algebra) {
  Table out(budget_, algebra.table.variables);
  std::vector<rdf::TermId> row(out.width());
  for (auto const& terms : algebra.table.rows) {
    for (std::size_t i = 0; i < terms.size(); ++i) row[i] = terms[i] ? terms_.id(terms[i]->view()) : rdf::TermId();
    out.append(row);
  }
  out.settle(algebra.table.rows.size());
  return out;
}

Table Execution::project(Algebra const& algebra, Table const* seed, std::uint64_t limit) {
  if (seed == nullptr) return evaluate(algebra.parts[0], nullptr, limit).project(algebra.projection);
  // What is not let out is another variable of the same name.
  std::vector<Variable> shared;
  for (Variable const variable : algebra.projection) {
    if (seed->find(variable) >= 0) shared.push_back(variable);
  }
  if (shared.empty()) return evaluate(algebra.parts[0], nullptr, limit).project(algebra.projection);
  Table const visible = seed->project(shared);
  return evaluate(algebra.parts[0], &visible, limit).project(algebra.projection);
}

Table Execution::distinct(Algebra const& algebra, Table const* seed) {
  Algebra const& inner = algebra.parts[0];
  if (inner.kind == Kind::project && seed == nullptr) {
    auto runs = find_pattern_runs(*this, inner.parts[0], inner.projection, Counted::no);
    if (runs) return std::move(runs->values);
  }
  return distinct_rows(call_, parallelism(), evaluate(inner, seed));
}

Table Execution::slice(Algebra const& algebra) {
  std::uint64_t const needed = algebra.limit > all - algebra.offset ? all : algebra.limit + algebra.offset;
  Table const in = evaluate(algebra.parts[0], nullptr, needed);
  std::vector<std::uint32_t> rows;
  for (std::uint64_t row = algebra.offset; row < in.rows() && row - algebra.offset < algebra.limit; ++row) {
    rows.push_back(static_cast<std::uint32_t>(row));
  }
  return in.gather(rows, parallelism());
}

std::string Execution::text(TriplePattern const& pattern) const {
  std::string out;
  for (auto const* const node : {&pattern.subject, &pattern.predicate, &pattern.object}) {
    if (!out.empty()) out.push_back(' ');
    if (auto const* const variable = std::get_if<Variable>(node)) {
      out += "?" + variables_.name(*variable);
    } else {
      rdf::append_term(out, std::get<rdf::Term>(*node).view());
    }
  }
  return out;
}

}  // namespace lepton::sparql
