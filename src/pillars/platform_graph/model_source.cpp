#include <map>

#include "models/survey.h"
#include "platform_graph/sources.h"

namespace lepton::platform_graph {

void read_models(Reading const& reading) {
  std::map<access::Asset const*, std::int64_t> latest;
  for (auto const& version : models::all_versions(reading.tx)) {
    auto const* const asset = reading.assets.find(version.model);
    if (asset == nullptr) continue;
    say_version(reading.facts, *asset, {version.number, "ModelVersion", version.created_by, version.created_at})
        .text({lep::space, "digest"}, version.digest)
        .text({dct::space, "description"}, version.description);
    latest[asset] = std::max(latest[asset], version.number);
  }
  for (auto const& [asset, number] : latest)
    reading.facts.about(asset_iri(asset->address()))
        .link({dcat::space, "hasCurrentVersion"}, version_iri(asset->address(), number));
  for (auto const& alias : models::all_aliases(reading.tx)) {
    if (auto const* const asset = reading.assets.find(alias.model))
      reading.facts.about(version_iri(asset->address(), alias.version)).text({lep::space, "alias"}, alias.alias);
  }
}

}  // namespace lepton::platform_graph
