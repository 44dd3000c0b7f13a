#include "serving/deployment_records.h"

#include <fmt/format.h>

#include "base/check.h"
#include "serving/grounds.h"

namespace lepton::serving {
namespace {

constexpr std::string_view kRevisionColumns =
    "revision, state, reason, model, model_digest, spec, created_by, created_at, grounds";

template <class Enum>
Enum stored_enum(std::string const& name) {
  auto const value = find_enum<Enum>(name);
  check(value.has_value(), "the database holds known states");
  return *value;
}

Revision revision_from(db::Row const& row) {
  return {row.integer(0),
          stored_enum<RevisionState>(row.text(1)),
          row.text(2),
          row.text(3),
          row.text(4),
          from_json<DeploymentSpec>(json::parse(row.text(5))),
          row.text(6),
          row.timestamp(7),
          grounds_from(json::parse(row.text(8)))};
}

}  // namespace

void DeploymentRecords::create(db::Transaction& tx, Deployment const& deployment) const {
  tx.execute(
      "INSERT INTO serving_deployments (asset_id, address, state, current_revision, reason, changed_by, changed_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7)",
      {deployment.asset.id, deployment.address(), enum_name(deployment.state), deployment.current, deployment.reason,
       deployment.changed_by, deployment.changed_at});
}

void DeploymentRecords::update(db::Transaction& tx, Deployment const& deployment) const {
  tx.execute(
      "UPDATE serving_deployments SET state = $2, current_revision = $3, reason = $4, changed_by = $5, changed_at = $6 "
      "WHERE asset_id = $1",
      {deployment.asset.id, enum_name(deployment.state), deployment.current, deployment.reason, deployment.changed_by,
       deployment.changed_at});
}

std::optional<Deployment> DeploymentRecords::find(db::Transaction& tx, access::Asset const& asset) const {
  auto const row = tx.find(
      "SELECT state, current_revision, reason, changed_by, changed_at FROM serving_deployments WHERE asset_id = $1",
      {asset.id});
  if (!row) return std::nullopt;
  return Deployment{asset,
                    stored_enum<DeploymentState>(row->text(0)),
                    row->maybe_integer(1),
                    row->text(2),
                    row->text(3),
                    row->timestamp(4)};
}

Revision DeploymentRecords::append(db::Transaction& tx, access::AssetId const& asset, Revision revision) const {
  auto const last =
      tx.find("SELECT COALESCE(MAX(revision), 0) FROM serving_revisions WHERE asset_id = $1", {asset})->integer(0);
  revision.number = last + 1;
  tx.execute(
      "INSERT INTO serving_revisions (asset_id, revision, state, reason, model, model_digest, spec, created_by, "
      "created_at, grounds) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {asset, revision.number, enum_name(revision.state), revision.reason, revision.model, revision.model_digest,
       json::write(lepton::to_json(revision.spec)), revision.created_by, revision.created_at,
       json::write(to_json(revision.grounds))});
  return revision;
}

void DeploymentRecords::set_state(db::Transaction& tx, access::AssetId const& asset, Revision const& revision) const {
  tx.execute("UPDATE serving_revisions SET state = $3, reason = $4 WHERE asset_id = $1 AND revision = $2",
             {asset, revision.number, enum_name(revision.state), revision.reason});
}

std::optional<Revision> DeploymentRecords::find_revision(db::Transaction& tx, access::AssetId const& asset,
                                                         std::int64_t number) const {
  auto const row =
      tx.find(fmt::format("SELECT {} FROM serving_revisions WHERE asset_id = $1 AND revision = $2", kRevisionColumns),
              {asset, number});
  if (!row) return std::nullopt;
  return revision_from(*row);
}

std::vector<Revision> DeploymentRecords::revisions(db::Transaction& tx, access::AssetId const& asset) const {
  std::vector<Revision> out;
  for (auto const& row : tx.query(
           fmt::format("SELECT {} FROM serving_revisions WHERE asset_id = $1 ORDER BY revision DESC", kRevisionColumns),
           {asset}))
    out.push_back(revision_from(row));
  return out;
}

std::int64_t DeploymentRecords::fail_unfinished(db::Transaction& tx, std::string const& reason) const {
  return tx.execute("UPDATE serving_revisions SET state = 'failed', reason = $1 WHERE state = 'loading'", {reason});
}

}  // namespace lepton::serving
