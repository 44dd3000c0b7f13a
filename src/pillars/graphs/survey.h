#pragma once

#include <string>
#include <vector>

#include "graphs/catalog.h"

namespace lepton::graphs {

// All rows of a kind in one go, inside a transaction of the caller, for who describes the whole platform. Decides
// nothing about who may see them.

struct SurveyedVersion {
  access::AssetId graph;
  std::int64_t number = 0;
  std::int64_t statements = 0;
  std::string digest;
  std::string created_by;
  Timestamp created_at;
};
[[nodiscard]] std::vector<SurveyedVersion> all_versions(db::Transaction& tx);
[[nodiscard]] std::vector<StoredPart> all_parts(db::Transaction& tx);

}  // namespace lepton::graphs
