#include "platform_graph/sources.h"
#include "serving/survey.h"

namespace lepton::platform_graph {

void read_deployments(Reading const& reading) {
  for (auto const& deployment : serving::all_deployments(reading.tx)) {
    auto const* const asset = reading.assets.find(deployment.asset);
    if (asset == nullptr) continue;
    auto thing = reading.facts.about(asset_iri(asset->address()));
    thing.text({lep::space, "status"}, deployment.state);
    if (deployment.current)
      thing.link({dcat::space, "hasCurrentVersion"}, version_iri(asset->address(), *deployment.current));
    if (deployment.serves) thing.is_a({lep::space, "LiveEndpoint"});
  }
  for (auto const& revision : serving::all_revisions(reading.tx)) {
    auto const* const asset = reading.assets.find(revision.asset);
    if (asset == nullptr) continue;
    say_version(reading.facts, *asset,
                {revision.number, "DeploymentRevision", revision.created_by, revision.created_at})
        .text({lep::space, "status"}, revision.state)
        .link({lep::space, "serves"}, node_iri({"model_version", revision.model}));
  }
}

}  // namespace lepton::platform_graph
