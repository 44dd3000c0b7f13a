#include "datasets/survey.h"
#include "platform_graph/sources.h"

namespace lepton::platform_graph {
namespace {

void say_columns(Facts& facts, access::Asset const& asset, table::Schema const& columns) {
  std::int64_t position = 0;
  for (auto const& column : columns) {
    auto const iri = column_iri(asset.address(), column.name);
    facts.about(asset_iri(asset.address())).link({lep::space, "column"}, iri);
    facts.about(iri, gate_of(asset))
        .is_a({lep::space, "Column"})
        .text({dct::space, "title"}, column.name)
        .text({lep::space, "type"}, column.type)
        .number({lep::space, "position"}, ++position);
  }
}

}  // namespace

void read_datasets(Reading const& reading) {
  auto& facts = reading.facts;
  for (auto const& dataset : datasets::all_datasets(reading.tx)) {
    auto const* const asset = reading.assets.find(dataset.asset);
    if (asset == nullptr) continue;
    auto thing = facts.about(asset_iri(asset->address()));
    thing.text({lep::space, "recordKey"}, dataset.key).flag({lep::space, "withdrawn"}, dataset.withdrawn);
    if (dataset.latest > 0)
      thing.link({dcat::space, "hasCurrentVersion"}, version_iri(asset->address(), dataset.latest));
    say_columns(facts, *asset, dataset.columns);
  }
  for (auto const& version : datasets::all_versions(reading.tx)) {
    auto const* const asset = reading.assets.find(version.asset);
    if (asset == nullptr) continue;
    say_version(facts, *asset, {version.number, "DatasetVersion", version.created_by, version.created_at})
        .text({lep::space, "digest"}, version.digest)
        .number({lep::space, "rows"}, version.rows)
        .number({lep::space, "bytes"}, version.bytes);
  }
}

}  // namespace lepton::platform_graph
