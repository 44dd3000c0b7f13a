#include "datasets/schema.h"

namespace lepton::datasets {
namespace {

// A dataset's asset row is in `access`; what is here hangs on its id.
constexpr db::Migration kMigrations[] = {{"datasets", 1, R"(
CREATE TABLE dataset (
  asset_id TEXT PRIMARY KEY,
  record_key TEXT NOT NULL,
  withdrawn_at BIGINT,
  withdrawn_by TEXT,
  withdrawn_reason TEXT
);
CREATE TABLE dataset_version (
  asset_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  digest TEXT NOT NULL,
  columns_json TEXT NOT NULL,
  files_json TEXT NOT NULL,
  row_count BIGINT NOT NULL,
  byte_count BIGINT NOT NULL,
  origin_json TEXT NOT NULL,
  bad_rows BIGINT NOT NULL,
  rejects TEXT,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, number)
);
CREATE TABLE dataset_profile (
  asset_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  profile TEXT NOT NULL,
  PRIMARY KEY (asset_id, number)
);
CREATE TABLE dataset_mask_key (
  department TEXT PRIMARY KEY,
  secret TEXT NOT NULL
);
)"}};

}  // namespace

std::span<db::Migration const> migrations() {
  return kMigrations;
}

}  // namespace lepton::datasets
