#include "graphs/schema.h"

namespace lepton::graphs {
namespace {

// A graph's asset row is in `access`, its statements are in a store of its own; what is here hangs on the asset's id.
// graph_commit.state: 'begun' before the store commits, then 'done' or 'undone'.
// graph_text: versions of rule sets and shapes, by the asset that they are of.
// graph_upkeep: what is kept with every commit from that one on, until the next row; lists are JSON.
constexpr db::Migration kMigrations[] = {
    {"graphs", 1, R"(
CREATE TABLE graph_commit (
  asset_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  state TEXT NOT NULL,
  action TEXT NOT NULL,
  added BIGINT NOT NULL,
  removed BIGINT NOT NULL,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, number)
);
CREATE INDEX graph_commit_begun ON graph_commit (state, asset_id) WHERE state = 'begun';
CREATE TABLE graph_version (
  asset_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  commit_number BIGINT NOT NULL,
  digest TEXT NOT NULL,
  statements BIGINT NOT NULL,
  note TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, number)
);
CREATE TABLE graph_part (
  part_id TEXT PRIMARY KEY,
  asset_id TEXT NOT NULL,
  iri TEXT NOT NULL,
  UNIQUE (asset_id, iri)
);
)"},
    {"graph_texts", 1, R"(
CREATE TABLE graph_text (
  asset_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  digest TEXT NOT NULL,
  regime TEXT NOT NULL,
  text TEXT NOT NULL,
  note TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, number)
);
)"},
    {"graph_upkeep", 1, R"(
CREATE TABLE graph_upkeep (
  asset_id TEXT NOT NULL,
  from_commit BIGINT NOT NULL,
  rules TEXT NOT NULL,
  regime TEXT NOT NULL,
  closed TEXT NOT NULL,
  shapes TEXT NOT NULL,
  on_commit TEXT NOT NULL,
  set_by TEXT NOT NULL,
  set_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, from_commit)
);
ALTER TABLE graph_commit ADD COLUMN inferred_added BIGINT NOT NULL DEFAULT 0;
ALTER TABLE graph_commit ADD COLUMN inferred_removed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE graph_commit ADD COLUMN violations BIGINT NOT NULL DEFAULT 0;
)"},
    // Graphs that a service elsewhere answers.
    {"remote_graphs", 1, R"(
CREATE TABLE remote_graph (
  asset_id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  update_url TEXT NOT NULL,
  data_url TEXT NOT NULL,
  user_name TEXT NOT NULL,
  sealed_secret TEXT NOT NULL
);
)"},
    // graph_source: what each named graph that a mapping makes was made from, by the
    // commit that made it so. version '': taken back. graph_mapping: the recipes.
    {"graph_mappings", 1, R"(
CREATE TABLE graph_source (
  asset_id TEXT NOT NULL,
  iri TEXT NOT NULL,
  commit_number BIGINT NOT NULL,
  dataset_id TEXT NOT NULL,
  version TEXT NOT NULL,
  mapping BIGINT NOT NULL,
  digest TEXT NOT NULL,
  details TEXT NOT NULL,
  row_count BIGINT NOT NULL,
  statements BIGINT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  mapped_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, iri, commit_number)
);
CREATE TABLE graph_mapping (
  asset_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  digest TEXT NOT NULL,
  mapping TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (asset_id, number)
);
)"}};

}  // namespace

std::span<db::Migration const> migrations() {
  return kMigrations;
}

}  // namespace lepton::graphs
