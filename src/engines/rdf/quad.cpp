#include "rdf/quad.h"

#include <utility>

namespace lepton::rdf {

Quad::Quad(Term s, Term p, Term o, std::optional<Term> g)
    : subject(std::move(s)), predicate(std::move(p)), object(std::move(o)), graph(std::move(g)) {}

Quad::Quad(QuadView const& view) : subject(view.subject), predicate(view.predicate), object(view.object) {
  if (view.graph) graph.emplace(*view.graph);
}

QuadView Quad::view() const {
  QuadView result{subject.view(), predicate.view(), object.view(), {}};
  if (graph) result.graph = graph->view();
  return result;
}

std::strong_ordering operator<=>(Quad const& a, Quad const& b) {
  if (a.graph.has_value() != b.graph.has_value()) return a.graph.has_value() <=> b.graph.has_value();
  if (a.graph) {
    if (auto order = *a.graph <=> *b.graph; order != 0) return order;
  }
  if (auto order = a.subject <=> b.subject; order != 0) return order;
  if (auto order = a.predicate <=> b.predicate; order != 0) return order;
  return a.object <=> b.object;
}

void QuadSink::prefix(std::string_view, std::string_view) {}

}  // namespace lepton::rdf
