#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/assets.h"
#include "db/database.h"
#include "models/run.h"

namespace lepton::models {

// All rows of a kind in one go, inside a transaction of the caller, for who describes the whole platform. Decides
// nothing about who may see them.

struct SurveyedVersion {
  access::AssetId model;
  std::int64_t number = 0;
  std::string digest;
  std::string description;
  std::string created_by;
  Timestamp created_at;
};
[[nodiscard]] std::vector<SurveyedVersion> all_versions(db::Transaction& tx);

struct SurveyedAlias {
  access::AssetId model;
  std::string alias;
  std::int64_t version = 0;
};
[[nodiscard]] std::vector<SurveyedAlias> all_aliases(db::Transaction& tx);

struct SurveyedRun {
  RunId id;
  access::AssetId experiment;
  std::string name;
  std::string status;
  std::string created_by;
  Timestamp started_at;
  std::optional<Timestamp> ended_at;
};
[[nodiscard]] std::vector<SurveyedRun> all_runs(db::Transaction& tx);

}  // namespace lepton::models
