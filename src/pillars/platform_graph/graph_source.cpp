#include "graphs/survey.h"
#include "platform_graph/sources.h"

namespace lepton::platform_graph {

void read_graphs(Reading const& reading) {
  for (auto const& version : graphs::all_versions(reading.tx)) {
    auto const* const asset = reading.assets.find(version.graph);
    if (asset == nullptr) continue;
    say_version(reading.facts, *asset, {version.number, "GraphVersion", version.created_by, version.created_at})
        .text({lep::space, "digest"}, version.digest)
        .number({lep::space, "statements"}, version.statements);
  }
  for (auto const& part : graphs::all_parts(reading.tx)) {
    auto const* const asset = reading.assets.find(part.part);
    auto const* const graph = reading.assets.find(part.graph);
    if (asset != nullptr && graph != nullptr)
      reading.facts.about(asset_iri(asset->address())).link({dct::space, "isPartOf"}, asset_iri(graph->address()));
  }
}

}  // namespace lepton::platform_graph
