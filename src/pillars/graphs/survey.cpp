#include "graphs/survey.h"

namespace lepton::graphs {

std::vector<SurveyedVersion> all_versions(db::Transaction& tx) {
  std::vector<SurveyedVersion> versions;
  for (auto const& row :
       tx.query("SELECT asset_id, number, statements, digest, created_by, created_at FROM graph_version"))
    versions.push_back(
        {row.id<access::AssetId>(0), row.integer(1), row.integer(2), row.text(3), row.text(4), row.timestamp(5)});
  return versions;
}

std::vector<StoredPart> all_parts(db::Transaction& tx) {
  std::vector<StoredPart> parts;
  for (auto const& row : tx.query("SELECT part_id, asset_id, iri FROM graph_part"))
    parts.push_back({row.id<access::AssetId>(0), row.id<access::AssetId>(1), row.text(2)});
  return parts;
}

}  // namespace lepton::graphs
