#include "platform_graph/sources.h"

namespace lepton::platform_graph {

AssetIndex::AssetIndex(std::vector<access::Asset> assets) : assets_(std::move(assets)) {
  for (std::size_t i = 0; i < assets_.size(); ++i) {
    by_id_.emplace(assets_[i].id.str(), i);
    by_address_.emplace(assets_[i].address().str(), i);
  }
}

access::Asset const* AssetIndex::find(access::AssetId const& id) const {
  auto const found = by_id_.find(id.str());
  return found == by_id_.end() ? nullptr : &assets_[found->second];
}

access::Asset const* AssetIndex::find(std::string const& address) const {
  auto const found = by_address_.find(address);
  return found == by_address_.end() ? nullptr : &assets_[found->second];
}

std::vector<Source> const& sources() {
  static std::vector<Source> const all{
      {{"access_departments", "access_principals", "access_group_members", "access_roles"}, false, read_people},
      {{"access_assets"}, false, read_assets},
      {{"access_assets", "access_grants"}, true, read_grants},
      {{"access_assets", "dataset", "dataset_version"}, false, read_datasets},
      {{"access_assets", "models_version", "models_alias"}, false, read_models},
      {{"access_assets", "models_run"}, false, read_runs},
      {{"job"}, false, read_jobs},
      {{"access_assets", "serving_deployments", "serving_revisions"}, false, read_deployments},
      {{"access_assets", "graph_version", "graph_part"}, false, read_graphs},
      {{"lineage_edge"}, false, read_lineage}};
  return all;
}

Gate gate_of(access::Asset const& asset) {
  return {Gate::Kind::asset, asset.address().str()};
}

Facts::Thing say_version(Facts& facts, access::Asset const& asset, VersionFacts const& version) {
  auto const address = asset.address();
  auto const iri = version_iri(address, version.number);
  facts.about(asset_iri(address)).link({dcat::space, "hasVersion"}, iri);
  auto thing = facts.about(iri, gate_of(asset));
  thing.is_a({lep::space, version.kind})
      .is_a({prov::space, "Entity"})
      .link({dcat::space, "isVersionOf"}, asset_iri(address))
      .text({dcat::space, "version"}, std::to_string(version.number))
      .text({dct::space, "identifier"}, address.str() + "@" + std::to_string(version.number))
      .at({dct::space, "created"}, version.created_at);
  if (!version.created_by.empty()) thing.link({dct::space, "creator"}, principal_iri(version.created_by));
  return thing;
}

}  // namespace lepton::platform_graph
