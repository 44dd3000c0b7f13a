#include "graphs/schema.h"

namespace lepton::graphs {
namespace {

// A graph's asset row is in `access`, its statements are in a store of its own; what is here hangs on the asset's id.
// graph_commit.state: 'begun' before the store commits, then 'done' or 'undone'.
// graph_text: versions of rule sets and shapes, by the asset that they are of.
constexpr db::Migration kMigrations[] = {{"graphs", 1, R"(
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
)"}};

}  // namespace

std::span<db::Migration const> migrations() {
  return kMigrations;
}

}  // namespace lepton::graphs
