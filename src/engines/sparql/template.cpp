#include "sparql/template.h"

#include <fmt/format.h>

namespace lepton::sparql {

rdf::Term const* TemplateWriter::resolve(Node const& node, Lookup const& lookup, rdf::Term& storage) {
  if (auto const* const variable = std::get_if<Variable>(&node)) return lookup(*variable);
  auto const& term = std::get<rdf::Term>(node);
  if (term.kind != rdf::TermKind::blank) return &term;
  std::string label = term.value;
  for (char& c : label) c = c == '.' ? 'g' : c;  // generated labels begin with a dot, which is not one of Turtle's
  storage =
      rdf::blank(fmt::format("{}{}x{}{}", blank_prefix_, solution_, term.value.starts_with('.') ? "" : "n", label));
  return &storage;
}

void TemplateWriter::write(std::span<QuadTemplate const> quads, Lookup const& lookup, rdf::QuadSink& sink) {
  ++solution_;
  rdf::Term storage[4];
  for (auto const& quad : quads) {
    auto const* const subject = resolve(quad.triple.subject, lookup, storage[0]);
    auto const* const predicate = resolve(quad.triple.predicate, lookup, storage[1]);
    auto const* const object = resolve(quad.triple.object, lookup, storage[2]);
    if (subject == nullptr || predicate == nullptr || object == nullptr) continue;
    if (subject->kind == rdf::TermKind::literal || predicate->kind != rdf::TermKind::iri) continue;
    rdf::QuadView statement{subject->view(), predicate->view(), object->view(), {}};
    if (quad.graph) {
      auto const* const graph = resolve(*quad.graph, lookup, storage[3]);
      if (graph == nullptr || graph->kind == rdf::TermKind::literal) continue;
      statement.graph = graph->view();
    }
    sink.quad(statement);
  }
}

}  // namespace lepton::sparql
