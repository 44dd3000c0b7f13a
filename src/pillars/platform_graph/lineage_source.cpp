#include "lineage/survey.h"
#include "platform_graph/sources.h"

namespace lepton::platform_graph {
namespace {

/// PROV-O's word for "`to` was made from, or by, `from`".
Word relation(lineage::Node const& from, lineage::Node const& to) {
  if (is_activity(to)) return {prov::space, is_activity(from) ? "wasInformedBy" : "used"};
  return {prov::space, is_activity(from) ? "wasGeneratedBy" : "wasDerivedFrom"};
}

/// A version that lineage names belongs to its asset, whether or not the pillar has a row for it.
Facts::Thing thing_of(Facts& facts, lineage::Node const& node) {
  auto const iri = node_iri(node);
  if (is_activity(node)) return facts.about(iri);
  return facts.about(iri, {Gate::Kind::asset, node.key.substr(0, node.key.find('@'))});
}

}  // namespace

void read_lineage(Reading const& reading) {
  auto& facts = reading.facts;
  lineage::for_each_edge(
      reading.tx, [&](lineage::Node const& from, lineage::Node const& to, std::vector<access::Ground> const& grounds) {
        (void)thing_of(facts, from);
        auto made = thing_of(facts, to);
        made.link(relation(from, to), node_iri(from));
        for (auto const& ground : grounds)
          if (ground.kind == "grant") made.link({lep::space, "standsOn"}, record_iri("grant", ground.id));
      });
}

}  // namespace lepton::platform_graph
