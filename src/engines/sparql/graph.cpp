// GRAPH, §18.6: the pattern in the graph of that name, or in each named graph.
#include <algorithm>

#include "sparql/execution.h"
#include "sparql/matching.h"

namespace lepton::sparql {

Table Execution::graph(Algebra const& algebra, Table const* seed) {
  Algebra const& inner = algebra.parts[0];
  auto const outer = std::exchange(graph_variable_, std::nullopt);
  struct Restore {
    std::optional<Variable>& place;
    std::optional<Variable> value;
    ~Restore() { place = value; }
  } const restore{graph_variable_, outer};
  if (auto const* const name = std::get_if<rdf::Term>(&algebra.name)) {
    auto const id = terms_.find(name->view());
    if (!id || !std::ranges::binary_search(dataset_.named, *id)) return nothing(variables_of(algebra));
    return in_graph(*id, [&] { return evaluate(inner, seed); });
  }
  Variable const variable = std::get<Variable>(algebra.name);
  if (inner.kind == Algebra::Kind::bgp && !inner.triples.empty()) {
    // All named graphs at once: the graph is one more column of each pattern.
    graph_variable_ = variable;
    return evaluate(inner, seed);
  }
  Table out(budget_, variables_of(algebra));
  for (rdf::TermId const id : dataset_.named) {
    Table name(budget_, {variable});
    name.append({id});
    name.settle(1);
    Table const found = in_graph(id, [&] { return evaluate(inner, seed); });
    out.append(join_tables(*this, found, name, all));
  }
  return out;
}

}  // namespace lepton::sparql
