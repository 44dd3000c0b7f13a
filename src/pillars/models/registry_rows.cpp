#include "models/registry_rows.h"

#include <fmt/format.h>

namespace lepton::models {
namespace {

constexpr std::string_view version_columns =
    "SELECT number, digest, run_id, leaves, signature, description, created_by_name, created_at FROM models_version ";
constexpr std::string_view promotion_columns =
    "SELECT id, number, alias, alias_revision, state, reason, requested_by, requested_by_name, requested_at, "
    "decided_by_name, decided_at, comment, model_id FROM models_promotion ";

ModelVersion version_of(db::Row const& row, access::Asset const& model) {
  ModelVersion version;
  version.number = row.integer(0);
  version.address = {model.department, model.name, std::to_string(version.number)};
  version.digest = row.text(1);
  version.run = row.id<RunId>(2);
  version.leaves = from_json<std::vector<Leaf>>(json::parse(row.text(3)));
  version.signature = json::parse(row.text(4)).as_object();
  version.description = row.text(5);
  version.created_by = row.text(6);
  version.created_at = row.timestamp(7);
  return version;
}

Promotion promotion_of(db::Row const& row) {
  Promotion promotion;
  promotion.id = row.id<PromotionId>(0);
  promotion.version = row.integer(1);
  promotion.alias = row.text(2);
  promotion.alias_revision = row.integer(3);
  promotion.state = find_enum<PromotionState>(row.text(4)).value();
  promotion.reason = row.text(5);
  promotion.requested_by_id = row.id<PrincipalId>(6);
  promotion.requested_by = row.text(7);
  promotion.requested_at = row.timestamp(8);
  promotion.decided_by = row.text(9);
  promotion.decided_at = row.maybe_timestamp(10);
  promotion.comment = row.text(11);
  return promotion;
}

Model::Alias alias_of(db::Row const& row) {
  return {row.text(0), row.integer(1), row.integer(2), row.text(3), row.timestamp(4)};
}

std::vector<Model::Alias> aliases_of(db::Transaction& tx, access::AssetId const& model) {
  std::vector<Model::Alias> aliases;
  for (auto const& row :
       tx.query("SELECT alias, number, revision, set_by, set_at FROM models_alias WHERE model_id = $1 ORDER BY alias",
                {model}))
    aliases.push_back(alias_of(row));
  return aliases;
}

void add_aliases(std::vector<Model::Alias> const& aliases, ModelVersion& version) {
  for (auto const& alias : aliases)
    if (alias.version == version.number) version.aliases.push_back(alias.name);
}

}  // namespace

void insert_model(db::Transaction& tx, access::AssetId const& id, std::set<std::string> const& protected_aliases) {
  tx.execute("INSERT INTO models_model (asset_id, protected_aliases, latest) VALUES ($1, $2, 0)",
             {id, json::write(lepton::to_json(protected_aliases))});
}

void set_protected_aliases(db::Transaction& tx, access::AssetId const& id, std::set<std::string> const& aliases) {
  tx.execute("UPDATE models_model SET protected_aliases = $1 WHERE asset_id = $2",
             {json::write(lepton::to_json(aliases)), id});
}

Model read_model(db::Transaction& tx, access::Asset const& asset) {
  Model model{asset, 0, {}, aliases_of(tx, asset.id)};
  if (auto const row = tx.find("SELECT protected_aliases, latest FROM models_model WHERE asset_id = $1", {asset.id})) {
    model.protected_aliases = from_json<std::set<std::string>>(json::parse(row->text(0)));
    model.latest = row->integer(1);
  }
  return model;
}

Inserted insert_version(db::Transaction& tx, access::AssetId const& model, ModelVersion const& version,
                        PrincipalId const& by) {
  // The counter's row is locked first: two registrations at once queue up here and take different numbers.
  auto const counted =
      tx.find("UPDATE models_model SET latest = latest + 1 WHERE asset_id = $1 RETURNING latest", {model});
  std::int64_t const number = counted.value().integer(0);
  auto const equal =
      tx.find("SELECT number FROM models_version WHERE model_id = $1 AND digest = $2", {model, version.digest});
  if (equal) {
    tx.execute("UPDATE models_model SET latest = latest - 1 WHERE asset_id = $1", {model});
    return {equal->integer(0), false};
  }
  tx.execute(
      "INSERT INTO models_version (model_id, number, digest, run_id, leaves, signature, description, created_by, "
      "created_by_name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {model, number, version.digest, version.run, json::write(lepton::to_json(version.leaves)),
       json::write(version.signature), version.description, by, version.created_by, version.created_at});
  return {number, true};
}

std::optional<ModelVersion> find_version(db::Transaction& tx, access::Asset const& model, std::int64_t number) {
  auto const row =
      tx.find(fmt::format("{}{}", version_columns, "WHERE model_id = $1 AND number = $2"), {model.id, number});
  if (!row) return std::nullopt;
  auto version = version_of(*row, model);
  add_aliases(aliases_of(tx, model.id), version);
  return version;
}

std::vector<ModelVersion> list_versions(db::Transaction& tx, access::Asset const& model) {
  auto const aliases = aliases_of(tx, model.id);
  std::vector<ModelVersion> versions;
  for (auto const& row :
       tx.query(fmt::format("{}{}", version_columns, "WHERE model_id = $1 ORDER BY number DESC"), {model.id}))
    add_aliases(aliases, versions.emplace_back(version_of(row, model)));
  return versions;
}

std::optional<Model::Alias> find_alias(db::Transaction& tx, access::AssetId const& model, std::string const& alias) {
  auto const row =
      tx.find("SELECT alias, number, revision, set_by, set_at FROM models_alias WHERE model_id = $1 AND alias = $2",
              {model, alias});
  if (!row) return std::nullopt;
  return alias_of(*row);
}

void put_alias(db::Transaction& tx, access::AssetId const& model, Promotion const& promotion, std::string const& by,
               Timestamp at) {
  tx.execute(
      "INSERT INTO models_alias (model_id, alias, number, revision, promotion_id, set_by, set_at) "
      "VALUES ($1, $2, $3, 1, $4, $5, $6) ON CONFLICT (model_id, alias) DO UPDATE SET number = excluded.number, "
      "revision = models_alias.revision + 1, promotion_id = excluded.promotion_id, set_by = excluded.set_by, "
      "set_at = excluded.set_at",
      {model, promotion.alias, promotion.version, promotion.id, by, at});
}

void delete_alias(db::Transaction& tx, access::AssetId const& model, std::string const& alias) {
  tx.execute("DELETE FROM models_alias WHERE model_id = $1 AND alias = $2", {model, alias});
}

void insert_promotion(db::Transaction& tx, access::AssetId const& model, Promotion const& promotion) {
  tx.execute(
      "INSERT INTO models_promotion (id, model_id, number, alias, alias_revision, state, reason, requested_by, "
      "requested_by_name, requested_at, decided_by_name, decided_at, comment) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      {promotion.id, model, promotion.version, promotion.alias, promotion.alias_revision, enum_name(promotion.state),
       promotion.reason, promotion.requested_by_id, promotion.requested_by, promotion.requested_at,
       promotion.decided_by, promotion.decided_at, promotion.comment});
}

bool decide_promotion(db::Transaction& tx, Promotion const& decided) {
  return tx.execute(
             "UPDATE models_promotion SET state = $1, decided_by_name = $2, decided_at = $3, comment = $4 "
             "WHERE id = $5 AND state = 'pending'",
             {enum_name(decided.state), decided.decided_by, decided.decided_at, decided.comment, decided.id}) == 1;
}

std::optional<StoredPromotion> find_promotion(db::Transaction& tx, PromotionId const& id) {
  auto const row = tx.find(fmt::format("{}{}", promotion_columns, "WHERE id = $1"), {id});
  if (!row) return std::nullopt;
  return StoredPromotion{promotion_of(*row), row->id<access::AssetId>(12)};
}

std::vector<Promotion> list_promotions(db::Transaction& tx, access::AssetId const& model) {
  std::vector<Promotion> promotions;
  for (auto const& row :
       tx.query(fmt::format("{}{}", promotion_columns, "WHERE model_id = $1 ORDER BY requested_at DESC, id"), {model}))
    promotions.push_back(promotion_of(row));
  return promotions;
}

}  // namespace lepton::models
