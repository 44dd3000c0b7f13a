#include "serving/schema.h"

#include <array>

namespace lepton::serving {
namespace {

constexpr std::array<db::Migration, 1> kMigrations{{{"serving", 1, R"sql(
CREATE TABLE serving_deployments (
  asset_id TEXT PRIMARY KEY, address TEXT NOT NULL, state TEXT NOT NULL, current_revision BIGINT,
  reason TEXT NOT NULL, changed_by TEXT NOT NULL, changed_at BIGINT NOT NULL);

CREATE TABLE serving_revisions (
  asset_id TEXT NOT NULL REFERENCES serving_deployments (asset_id), revision BIGINT NOT NULL, state TEXT NOT NULL,
  reason TEXT NOT NULL, model TEXT NOT NULL, model_digest TEXT NOT NULL, spec TEXT NOT NULL,
  created_by TEXT NOT NULL, created_at BIGINT NOT NULL, grounds TEXT NOT NULL, PRIMARY KEY (asset_id, revision));

CREATE TABLE serving_decisions (
  id TEXT PRIMARY KEY, at BIGINT NOT NULL, asset_id TEXT NOT NULL, deployment TEXT NOT NULL, revision BIGINT NOT NULL,
  model TEXT NOT NULL, principal TEXT NOT NULL, principal_id TEXT NOT NULL, credential TEXT NOT NULL,
  purpose TEXT NOT NULL, request_id TEXT NOT NULL, trace_id TEXT NOT NULL, route TEXT NOT NULL,
  rows_count BIGINT NOT NULL, inputs TEXT NOT NULL, outputs TEXT NOT NULL, latency BIGINT NOT NULL,
  lookups TEXT NOT NULL, grounds TEXT NOT NULL);
CREATE INDEX serving_decisions_of ON serving_decisions (asset_id, at, id);
CREATE INDEX serving_decisions_by ON serving_decisions (principal_id, at, id);
)sql"}}};

}  // namespace

std::span<db::Migration const> migrations() {
  return kMigrations;
}

}  // namespace lepton::serving
