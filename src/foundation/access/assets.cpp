#include "access/assets.h"

#include <algorithm>

#include "access/grants.h"
#include "access/stored.h"
#include "base/error.h"

namespace lepton::access {
namespace {

constexpr std::string_view kSelectAsset =
    "SELECT id, kind, department, name, description, tags, created_by, created_at, revision FROM access_assets ";

Asset asset_of(db::Row const& row) {
  return {.id = row.id<AssetId>(0),
          .kind = row.text(1),
          .department = row.text(2),
          .name = row.text(3),
          .description = row.text(4),
          .tags = from_stored<std::set<std::string>>(row.text(5)),
          .created_by = row.id<PrincipalId>(6),
          .created_at = row.timestamp(7),
          .revision = row.integer(8)};
}

}  // namespace

void Assets::require_columns(db::Transaction& tx, Asset const& asset, Masks const& masks,
                             std::string const& pointer) const {
  auto const known = columns_of_.find(asset.kind);
  if (masks.empty() || known == columns_of_.end()) return;
  auto const columns = known->second(tx, asset);
  if (columns.empty()) return;
  std::string all;
  for (auto const& column : columns) all += (all.empty() ? "" : ", ") + column;
  Details problems;
  for (auto const& [column, mask] : masks)
    if (column != "*" && std::none_of(columns.begin(), columns.end(),
                                      [&](std::string const& have) { return same_column(have, column); }))
      problems.emplace(pointer + "/" + column, "is not a column of " + asset.address().str() + "; it has " + all);
  if (problems.empty()) return;
  std::string message = problems.begin()->first + " " + problems.begin()->second;
  throw invalid(message, std::move(problems)).with_reason("unknown_column");
}

Asset Assets::create(db::Transaction& tx, Call const& call, std::string const& kind, Address const& address,
                     std::string const& description, std::set<std::string> const& tags) {
  if (!is_name(address.department) || !is_name(address.name) || address.version)
    throw invalid("'" + address.str() + "' is not the address of an asset: expected department/name");
  if (!tx.find("SELECT 1 FROM access_departments WHERE name = $1", {address.department}))
    throw not_found("there is no department '" + address.department + "'");
  Asset asset{.id = AssetId::random(),
              .kind = kind,
              .department = address.department,
              .name = address.name,
              .description = description,
              .tags = tags,
              .created_by = call.principal.id,
              .created_at = call.now()};
  auto const inserted = tx.execute(
      "INSERT INTO access_assets (id, kind, department, name, description, tags, created_by, created_at, revision) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) ON CONFLICT (department, name) DO NOTHING",
      {asset.id, kind, asset.department, asset.name, description, stored(tags), asset.created_by, asset.created_at});
  if (inserted == 0) throw conflict("the address " + address.str() + " is taken").with_reason("already_exists");
  return asset;
}

std::optional<Asset> Assets::find(db::Transaction& tx, Address const& address) const {
  auto const row =
      tx.find(std::string(kSelectAsset) + "WHERE department = $1 AND name = $2", {address.department, address.name});
  return row ? std::optional(asset_of(*row)) : std::nullopt;
}

std::optional<Asset> Assets::find(db::Transaction& tx, AssetId const& id) const {
  auto const row = tx.find(std::string(kSelectAsset) + "WHERE id = $1", {id});
  return row ? std::optional(asset_of(*row)) : std::nullopt;
}

std::vector<Asset> Assets::list(db::Transaction& tx, std::string const& kind, std::string const& department) const {
  std::vector<Asset> assets;
  auto const rows =
      tx.query(std::string(kSelectAsset) + "WHERE ($1 = '' OR kind = $1) AND ($2 = '' OR department = $2) " +
                   "ORDER BY department, name",
               {kind, department});
  assets.reserve(rows.size());
  for (auto const& row : rows) assets.push_back(asset_of(row));
  return assets;
}

void Assets::add_tags(db::Transaction& tx, Call const& call, AssetId const& id, std::set<std::string> const& tags) {
  auto asset = find(tx, id);
  if (!asset) throw not_found("the asset is gone");
  auto const before = asset->tags.size();
  asset->tags.insert(tags.begin(), tags.end());
  if (asset->tags.size() != before) update(tx, call, *asset);
}

void Assets::update(db::Transaction& tx, Call const&, Asset const& changed) {
  auto const updated = tx.execute(
      "UPDATE access_assets SET description = $1, tags = $2, revision = revision + 1 WHERE id = $3 AND revision = $4",
      {changed.description, stored(changed.tags), changed.id, changed.revision});
  if (updated == 0)
    throw conflict(changed.address().str() + " was changed by somebody else: read it again")
        .with_reason("revision_mismatch");
}

void Assets::remove(db::Transaction& tx, Call const& call, AssetId const& id) {
  // Their ids are never used again, so the snapshot in force may keep them until its next change.
  tx.execute(
      "UPDATE access_grants SET revoked_at = $1, revoked_by = $2, revoke_reason = $3 WHERE asset_id = $4 AND "
      "revoked_at IS NULL",
      {call.now(), call.principal.name, "the asset was removed", id});
  tx.execute(
      "UPDATE access_requests SET state = 'cancelled', closed_at = $1, closed_by = $2, close_reason = $3, "
      "revision = revision + 1 WHERE asset_id = $4 AND state IN ('draft', 'pending')",
      {call.now(), call.principal.name, "the asset was removed", id});
  tx.execute("DELETE FROM access_assets WHERE id = $1", {id});
}

}  // namespace lepton::access
