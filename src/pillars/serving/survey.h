#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/assets.h"
#include "db/database.h"

namespace lepton::serving {

// All rows of a kind in one go, inside a transaction of the caller, for who describes the whole platform. Decides
// nothing about who may see them.

struct SurveyedDeployment {
  access::AssetId asset;
  std::string state;
  bool serves = false;                  ///< at this moment
  std::optional<std::int64_t> current;  ///< revision that serves, or served last
};
[[nodiscard]] std::vector<SurveyedDeployment> all_deployments(db::Transaction& tx);

struct SurveyedRevision {
  access::AssetId asset;
  std::int64_t number = 0;
  std::string state;
  std::string model;  ///< "risk/default-risk@1"
  std::string created_by;
  Timestamp created_at;
};
[[nodiscard]] std::vector<SurveyedRevision> all_revisions(db::Transaction& tx);

}  // namespace lepton::serving
