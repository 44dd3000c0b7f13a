#include "graphs/catalog.h"

#include <fmt/format.h>

#include "graphs/remote_catalog.h"
#include "graphs/upkeep.h"

namespace lepton::graphs {
namespace {

constexpr std::string_view kVersionColumns =
    "number, commit_number, digest, statements, note, created_by, created_at FROM graph_version WHERE asset_id = $1";

GraphVersion version_of(access::Asset const& asset, db::Row const& row) {
  return {.address = fmt::format("{}@{}", asset.address().str(), row.integer(0)),
          .number = row.integer(0),
          .commit = row.integer(1),
          .digest = row.text(2),
          .statements = row.integer(3),
          .note = row.text(4),
          .rules = {},
          .regime = {},
          .shapes = {},
          .created_by = row.text(5),
          .created_at = row.timestamp(6)};
}

std::optional<std::int64_t> unless_zero(std::int64_t count) {
  return count == 0 ? std::nullopt : std::optional(count);
}

StoredPart part_of(db::Row const& row) {
  return {row.id<access::AssetId>(0), row.id<access::AssetId>(1), row.text(2)};
}

}  // namespace

void add_upkeep(GraphVersion& version, Upkeep const& upkeep) {
  version.rules = upkeep.rules;
  if (upkeep.reasons()) version.regime = upkeep.regime;
  if (upkeep.on_commit == OnCommit::reject) version.shapes = upkeep.shapes;
}

Graph get_graph(db::Transaction& tx, access::Asset const& asset) {
  Graph graph{.address = asset.address().str(),
              .description = asset.description,
              .tags = asset.tags,
              .commit = 0,
              .latest = {},
              .remote = {},
              .created_at = asset.created_at};
  if (auto const row =
          tx.find("SELECT max(number) FROM graph_commit WHERE asset_id = $1 AND state = 'done'", {asset.id}))
    graph.commit = row->maybe_integer(0).value_or(0);
  if (auto const row = tx.find(fmt::format("SELECT {} ORDER BY number DESC LIMIT 1", kVersionColumns), {asset.id}))
    graph.latest = version_of(asset, *row);
  if (auto remote = find_remote(tx, asset.id)) graph.remote = std::move(remote->shown);
  return graph;
}

void remove_graph(db::Transaction& tx, access::AssetId const& id) {
  tx.execute("DELETE FROM graph_commit WHERE asset_id = $1", {id});
  tx.execute("DELETE FROM graph_version WHERE asset_id = $1", {id});
  tx.execute("DELETE FROM graph_part WHERE asset_id = $1", {id});
  remove_upkeep(tx, id);
  remove_remote(tx, id);
}

void begin_commit(db::Transaction& tx, access::AssetId const& id, Commit const& commit) {
  tx.execute("DELETE FROM graph_commit WHERE asset_id = $1 AND number = $2 AND state = 'undone'", {id, commit.number});
  tx.execute(
      "INSERT INTO graph_commit (asset_id, number, state, action, added, removed, made_by, made_at, inferred_added, "
      "inferred_removed, violations) VALUES ($1, $2, 'begun', $3, $4, $5, $6, $7, $8, $9, $10)",
      {id, commit.number, commit.action, commit.added, commit.removed, commit.made_by, commit.made_at,
       commit.inferred_added.value_or(0), commit.inferred_removed.value_or(0), commit.violations.value_or(0)});
}

void finish_commit(db::Transaction& tx, access::AssetId const& id, std::int64_t number) {
  tx.execute("UPDATE graph_commit SET state = 'done' WHERE asset_id = $1 AND number = $2", {id, number});
}

void undo_commit(db::Transaction& tx, access::AssetId const& id, std::int64_t number) {
  tx.execute("UPDATE graph_commit SET state = 'undone' WHERE asset_id = $1 AND number = $2", {id, number});
  undo_upkeep(tx, id, number);
}

std::vector<Commit> list_commits(db::Transaction& tx, access::AssetId const& id, std::int64_t before, int limit) {
  std::vector<Commit> commits;
  for (auto const& row :
       tx.query("SELECT number, action, added, removed, made_by, made_at, inferred_added, inferred_removed, violations "
                "FROM graph_commit "
                "WHERE asset_id = $1 AND state = 'done' AND number < $2 ORDER BY number DESC LIMIT $3",
                {id, before, limit})) {
    commits.push_back({.number = row.integer(0),
                       .action = row.text(1),
                       .added = row.integer(2),
                       .removed = row.integer(3),
                       .inferred_added = unless_zero(row.integer(6)),
                       .inferred_removed = unless_zero(row.integer(7)),
                       .violations = unless_zero(row.integer(8)),
                       .made_by = row.text(4),
                       .made_at = row.timestamp(5)});
  }
  return commits;
}

std::vector<BegunCommit> begun_commits(db::Transaction& tx) {
  std::vector<BegunCommit> begun;
  for (auto const& row : tx.query("SELECT asset_id, number FROM graph_commit WHERE state = 'begun' ORDER BY asset_id"))
    begun.push_back({row.id<access::AssetId>(0), row.integer(1)});
  return begun;
}

std::int64_t next_version(db::Transaction& tx, access::AssetId const& id) {
  auto const row = tx.find("SELECT max(number) FROM graph_version WHERE asset_id = $1", {id});
  return row->maybe_integer(0).value_or(0) + 1;
}

void insert_version(db::Transaction& tx, access::AssetId const& id, GraphVersion const& version) {
  tx.execute(
      "INSERT INTO graph_version (asset_id, number, commit_number, digest, statements, note, created_by, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
      {id, version.number, version.commit, version.digest, version.statements, version.note, version.created_by,
       version.created_at});
}

std::vector<GraphVersion> list_versions(db::Transaction& tx, access::Asset const& asset) {
  std::vector<GraphVersion> versions;
  for (auto const& row : tx.query(fmt::format("SELECT {} ORDER BY number DESC", kVersionColumns), {asset.id})) {
    versions.push_back(version_of(asset, row));
    add_upkeep(versions.back(), find_upkeep(tx, asset.id, versions.back().commit));
  }
  return versions;
}

std::optional<GraphVersion> find_version(db::Transaction& tx, access::Asset const& asset, std::int64_t number) {
  auto const row = tx.find(fmt::format("SELECT {} AND number = $2", kVersionColumns), {asset.id, number});
  if (!row) return std::nullopt;
  return version_of(asset, *row);
}

void insert_part(db::Transaction& tx, StoredPart const& part) {
  tx.execute("INSERT INTO graph_part (part_id, asset_id, iri) VALUES ($1, $2, $3)", {part.part, part.graph, part.iri});
}

void remove_part(db::Transaction& tx, access::AssetId const& part) {
  tx.execute("DELETE FROM graph_part WHERE part_id = $1", {part});
}

std::optional<StoredPart> find_part(db::Transaction& tx, access::AssetId const& part) {
  auto const row = tx.find("SELECT part_id, asset_id, iri FROM graph_part WHERE part_id = $1", {part});
  if (!row) return std::nullopt;
  return part_of(*row);
}

std::vector<StoredPart> parts_of(db::Transaction& tx, access::AssetId const& graph) {
  std::vector<StoredPart> parts;
  for (auto const& row :
       tx.query("SELECT part_id, asset_id, iri FROM graph_part WHERE asset_id = $1 ORDER BY iri", {graph}))
    parts.push_back(part_of(row));
  return parts;
}

}  // namespace lepton::graphs
