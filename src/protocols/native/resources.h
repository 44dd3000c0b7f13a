#pragma once

#include <filesystem>

#include "access/access.h"
#include "native/table.h"

namespace lepton::datasets {
class Datasets;
}
namespace lepton::gateway {
class Limits;
}
namespace lepton::graphs {
class Graphs;
class Queries;
class Reasoning;
class Texts;
}  // namespace lepton::graphs
namespace lepton::jobs {
class Jobs;
}
namespace lepton::models {
class Experiments;
class Promotions;
class Registry;
class Runs;
}  // namespace lepton::models
namespace lepton::serving {
class DecisionLog;
class Deployments;
class Traces;
}  // namespace lepton::serving

/// One function per resource; each adds its handlers to the table. What they are given outlives the table.
namespace lepton::native {

void add_departments(Table& table, access::Access& access);
void add_users(Table& table, access::Access& access);
void add_service_accounts(Table& table, access::Access& access);
void add_groups(Table& table, access::Access& access);
void add_roles(Table& table, access::Access& access);
void add_sessions(Table& table, access::Access& access);
void add_keys(Table& table, access::Access& access);
void add_policies(Table& table, access::Access& access);
void add_grants(Table& table, access::Access& access);
void add_requests(Table& table, access::Access& access);
void add_audit(Table& table, access::Access& access, db::Database& database);
void add_assets(Table& table, access::Access& access, db::Database& database);
void add_datasets(Table& table, datasets::Datasets& datasets);
/// `uploads` is a directory for files while they are imported.
void add_imports(Table& table, datasets::Datasets& datasets, std::filesystem::path const& uploads);
void add_queries(Table& table, datasets::Datasets& datasets);
void add_experiments(Table& table, models::Experiments& experiments);
void add_runs(Table& table, models::Runs& runs);
void add_models(Table& table, models::Registry& registry);
void add_promotions(Table& table, models::Promotions& promotions);
/// `uploads` is a directory for documents while they are loaded.
void add_graphs(Table& table, graphs::Graphs& graphs, std::filesystem::path const& uploads);
/// `uploads` likewise, for backups while they are restored.
void add_graph_backups(Table& table, graphs::Graphs& graphs, std::filesystem::path const& uploads);
void add_graph_queries(Table& table, graphs::Queries& queries);
/// Rule sets, and shapes.
void add_rules(Table& table, graphs::Texts& texts);
void add_shapes(Table& table, graphs::Texts& texts);
void add_reasoning(Table& table, graphs::Reasoning& reasoning, graphs::Graphs& graphs);
void add_limits(Table& table, gateway::Limits& limits, db::Database& database);
void add_jobs(Table& table, jobs::Jobs& jobs);
void add_operations(Table& table, jobs::Jobs& jobs);
void add_deployments(Table& table, serving::Deployments& deployments);
void add_decisions(Table& table, serving::DecisionLog& decisions, serving::Traces& traces, access::Access& access,
                   db::Database& database);

}  // namespace lepton::native
