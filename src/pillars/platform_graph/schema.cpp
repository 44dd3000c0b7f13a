#include "platform_graph/schema.h"

#include <array>

namespace lepton::platform_graph {
namespace {

// No tables: what the graph shows are the rows of the other modules. Their tables are counted from here on, those too
// that only decide who may discover what.
constexpr std::array<db::Migration, 1> kMigrations{{{"platform_graph", 1, R"sql(
INSERT INTO db_changes (table_name, shard, commits) VALUES
  ('access_departments', 0, 0), ('access_principals', 0, 0), ('access_group_members', 0, 0), ('access_roles', 0, 0),
  ('access_assets', 0, 0), ('access_grants', 0, 0), ('access_policies', 0, 0), ('dataset', 0, 0),
  ('dataset_version', 0, 0), ('models_version', 0, 0), ('models_alias', 0, 0), ('models_run', 0, 0), ('job', 0, 0),
  ('serving_deployments', 0, 0), ('serving_revisions', 0, 0), ('graph_version', 0, 0), ('graph_part', 0, 0),
  ('lineage_edge', 0, 0);
)sql"}}};

}  // namespace

std::span<db::Migration const> migrations() {
  return kMigrations;
}

}  // namespace lepton::platform_graph
