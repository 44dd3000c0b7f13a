#include "serving/schema.h"

#include <array>

namespace lepton::serving {
namespace {

constexpr std::string_view kTables = R"sql(
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
)sql";

// One row for the decisions that share all of its columns but the last (decision_packs.h). Earlier decisions, a row
// each, become packs of one.
constexpr std::string_view kPacks = R"sql(
CREATE TABLE serving_decision_packs (
  pack TEXT PRIMARY KEY, first_at BIGINT NOT NULL, asset_id TEXT NOT NULL, deployment TEXT NOT NULL,
  revision BIGINT NOT NULL, model TEXT NOT NULL, principal TEXT NOT NULL, principal_id TEXT NOT NULL,
  credential TEXT NOT NULL, purpose TEXT NOT NULL, route TEXT NOT NULL, grounds TEXT NOT NULL, decisions TEXT NOT NULL);
CREATE INDEX serving_decision_packs_at ON serving_decision_packs (first_at, pack);
CREATE INDEX serving_decision_packs_of ON serving_decision_packs (asset_id, first_at, pack);
CREATE INDEX serving_decision_packs_by ON serving_decision_packs (principal_id, first_at, pack);

INSERT INTO serving_decision_packs (
  pack, first_at, asset_id, deployment, revision, model, principal, principal_id, credential, purpose, route, grounds,
  decisions)
SELECT substr(id, 1, 16), at, asset_id, deployment, revision, model, principal, principal_id, credential, purpose,
  route, grounds, '[["' || substr(id, 17) || '",' || at || ',"' || request_id || '","' || trace_id || '",' || rows_count
  || ',' || latency || ',' || inputs || ',' || outputs || ',' || lookups || ']]'
FROM serving_decisions;
DROP TABLE serving_decisions;
)sql";

constexpr std::array<db::Migration, 2> kMigrations{{{"serving", 1, kTables}, {"serving", 2, kPacks}}};

}  // namespace

std::span<db::Migration const> migrations() {
  return kMigrations;
}

}  // namespace lepton::serving
