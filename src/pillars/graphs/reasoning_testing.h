#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "graphs/graphs.h"
#include "graphs/rule_sets.h"
#include "rdf/nquads_text.h"

/// What tests of reasoning compare: facts as the store keeps them, and as they are derived anew.
namespace lepton::graphs {

/// What follows from what the view's store states, as the rule language writes facts.
inline std::vector<std::string> derived_anew(Call const& call, View const& view, std::span<TextVersion const> rule_sets,
                                             std::vector<std::string> const& closed = {}) {
  auto& store = const_cast<rdf::Store&>(*std::static_pointer_cast<rdf::Store const>(view.store));
  std::vector<rdf::TermId> ids;
  for (auto const& iri : closed) ids.push_back(store.dictionary().intern(rdf::iri_view(iri)));
  reason::StoreReasoner const fresh(call, store, view.snapshot, rules_of(call, rule_sets),
                                    strongest(rule_sets, reason::Regime::none), {}, ids);
  std::vector<std::string> lines;
  fresh.reasoner().materialisation().for_each_inferred([&](reason::Fact const& fact) {
    auto const quad = fresh.terms().quad_of(fact);
    if (quad.subject.is_literal() || std::ranges::count(ids, quad.graph) > 0) return;
    lines.push_back(reason::to_string(fresh.terms(), fact));
  });
  std::ranges::sort(lines);
  return lines;
}

/// The inferred layer in the same words.
inline std::vector<std::string> kept_facts(View const& view) {
  std::vector<std::string> lines;
  auto scan = view.snapshot.scan({}, rdf::Order::gspo, {.layers = rdf::Layers::inferred});
  while (scan.next()) {
    for (std::size_t row = 0; row < scan.block().rows; ++row) {
      auto const term = [&](rdf::Part part) {
        std::string text;
        rdf::append_term(text, view.snapshot.dictionary().term(scan.block().column(part)[row]).view());
        return text;
      };
      auto line =
          fmt::format("[{}, {}, {}]", term(rdf::Part::subject), term(rdf::Part::predicate), term(rdf::Part::object));
      if (scan.block().column(rdf::Part::graph)[row] != rdf::TermId::default_graph())
        line += " " + term(rdf::Part::graph);
      lines.push_back(line);
    }
  }
  std::ranges::sort(lines);
  return lines;
}

}  // namespace lepton::graphs
