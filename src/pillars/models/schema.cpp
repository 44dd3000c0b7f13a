#include "models/schema.h"

namespace lepton::models {
namespace {

// Metrics are a series that only grows and, beside it, the latest value of each: what lists and comparisons read.
constexpr db::Migration all[] = {{"models", 1, R"(
CREATE TABLE models_run (
  id TEXT PRIMARY KEY,
  experiment_id TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  source_kind TEXT NOT NULL,
  source_id TEXT,
  seed BIGINT,
  recipe TEXT NOT NULL,
  environment TEXT NOT NULL,
  data TEXT NOT NULL,
  problem TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_by_name TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX models_run_of_experiment ON models_run (experiment_id, started_at, id);
CREATE UNIQUE INDEX models_run_of_source ON models_run (source_kind, source_id);
CREATE TABLE models_run_param (
  run_id TEXT NOT NULL REFERENCES models_run (id),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
);
CREATE TABLE models_run_tag (
  run_id TEXT NOT NULL REFERENCES models_run (id),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run_id, key)
);
CREATE TABLE models_metric (
  run_id TEXT NOT NULL REFERENCES models_run (id),
  key TEXT NOT NULL,
  step BIGINT NOT NULL,
  at BIGINT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  is_nan BIGINT NOT NULL,
  PRIMARY KEY (run_id, key, step, at, value, is_nan)
);
CREATE TABLE models_metric_latest (
  run_id TEXT NOT NULL REFERENCES models_run (id),
  key TEXT NOT NULL,
  step BIGINT NOT NULL,
  at BIGINT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  is_nan BIGINT NOT NULL,
  PRIMARY KEY (run_id, key)
);
CREATE TABLE models_artifact (
  run_id TEXT NOT NULL REFERENCES models_run (id),
  path TEXT NOT NULL,
  digest TEXT NOT NULL,
  size BIGINT NOT NULL,
  PRIMARY KEY (run_id, path)
);
CREATE TABLE models_model (
  asset_id TEXT PRIMARY KEY,
  protected_aliases TEXT NOT NULL,
  latest BIGINT NOT NULL
);
CREATE TABLE models_version (
  model_id TEXT NOT NULL REFERENCES models_model (asset_id),
  number BIGINT NOT NULL,
  digest TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES models_run (id),
  leaves TEXT NOT NULL,
  signature TEXT NOT NULL,
  description TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_by_name TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (model_id, number),
  UNIQUE (model_id, digest)
);
CREATE TABLE models_alias (
  model_id TEXT NOT NULL,
  alias TEXT NOT NULL,
  number BIGINT NOT NULL,
  revision BIGINT NOT NULL,
  promotion_id TEXT NOT NULL,
  set_by TEXT NOT NULL,
  set_at BIGINT NOT NULL,
  PRIMARY KEY (model_id, alias)
);
CREATE TABLE models_promotion (
  id TEXT PRIMARY KEY,
  model_id TEXT NOT NULL REFERENCES models_model (asset_id),
  number BIGINT NOT NULL,
  alias TEXT NOT NULL,
  alias_revision BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  requested_by_name TEXT NOT NULL,
  requested_at BIGINT NOT NULL,
  decided_by_name TEXT NOT NULL,
  decided_at BIGINT,
  comment TEXT NOT NULL
);
CREATE INDEX models_promotion_of_model ON models_promotion (model_id, requested_at);
)"}};

}  // namespace

std::span<db::Migration const> migrations() {
  return all;
}

}  // namespace lepton::models
