#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/assets.h"
#include "base/time.h"
#include "db/database.h"
#include "table/schema.h"

namespace lepton::datasets {

// All rows of a kind in one go, inside a transaction of the caller, for who describes the whole platform. Decides
// nothing about who may see them.

struct SurveyedDataset {
  access::AssetId asset;
  std::string key;
  bool withdrawn = false;
  std::int64_t latest = 0;  ///< number of the newest version; 0: none
  table::Schema columns;    ///< of the newest version
};
[[nodiscard]] std::vector<SurveyedDataset> all_datasets(db::Transaction& tx);

struct SurveyedVersion {
  access::AssetId asset;
  std::int64_t number = 0;
  std::string digest;
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  std::string created_by;
  Timestamp created_at;
};
[[nodiscard]] std::vector<SurveyedVersion> all_versions(db::Transaction& tx);

}  // namespace lepton::datasets
