#include "platform_graph/sources.h"

namespace lepton::platform_graph {
namespace {

/// Kinds that the vocabularies have a word for; all are lep:Asset too.
void say_kind(Facts::Thing& thing, std::string const& kind) {
  if (kind == "dataset" || kind == "graph" || kind == "graph_part") thing.is_a({dcat::space, "Dataset"});
  if (kind == "deployment") thing.is_a({dcat::space, "DataService"}).is_a({lep::space, "Deployment"});
  if (kind == "graph") thing.is_a({lep::space, "Graph"});
  if (kind == "graph_part") thing.is_a({lep::space, "GraphPart"});
  if (kind == "model") thing.is_a({lep::space, "Model"});
  if (kind == "experiment") thing.is_a({lep::space, "Experiment"});
}

}  // namespace

void read_assets(Reading const& reading) {
  for (auto const& asset : reading.assets.all()) {
    auto thing = reading.facts.about(asset_iri(asset.address()), gate_of(asset));
    say_kind(thing, asset.kind);
    thing.is_a({lep::space, "Asset"})
        .text({lep::space, "kind"}, asset.kind)
        .text({dct::space, "identifier"}, asset.address().str())
        .text({dct::space, "description"}, asset.description)
        .link({dct::space, "publisher"}, department_iri(asset.department))
        .at({dct::space, "created"}, asset.created_at);
    for (auto const& tag : asset.tags) thing.text({dcat::space, "keyword"}, tag);
    if (auto const creator = reading.access.principals.find(asset.created_by.str());
        creator != reading.access.principals.end())
      thing.link({dct::space, "creator"}, principal_iri(creator->second->name));
  }
}

}  // namespace lepton::platform_graph
