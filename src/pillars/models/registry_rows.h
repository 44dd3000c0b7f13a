#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/assets.h"
#include "db/database.h"
#include "models/model.h"

// The rows of the registry, inside a transaction of the caller. Nothing here decides who may.
namespace lepton::models {

void insert_model(db::Transaction& tx, access::AssetId const& id, std::set<std::string> const& protected_aliases);
void set_protected_aliases(db::Transaction& tx, access::AssetId const& id, std::set<std::string> const& aliases);
[[nodiscard]] Model read_model(db::Transaction& tx, access::Asset const& asset);

/// Gives the version the next number, or answers with the one that has the same digest already.
struct Inserted {
  std::int64_t number = 0;
  bool is_new = false;
};
[[nodiscard]] Inserted insert_version(db::Transaction& tx, access::AssetId const& model, ModelVersion const& version,
                                      PrincipalId const& by);
[[nodiscard]] std::optional<ModelVersion> find_version(db::Transaction& tx, access::Asset const& model,
                                                       std::int64_t number);
/// Newest first.
[[nodiscard]] std::vector<ModelVersion> list_versions(db::Transaction& tx, access::Asset const& model);

[[nodiscard]] std::optional<Model::Alias> find_alias(db::Transaction& tx, access::AssetId const& model,
                                                     std::string const& alias);
/// Moves it and counts its revision up.
void put_alias(db::Transaction& tx, access::AssetId const& model, Promotion const& promotion, std::string const& by,
               Timestamp at);
void delete_alias(db::Transaction& tx, access::AssetId const& model, std::string const& alias);

void insert_promotion(db::Transaction& tx, access::AssetId const& model, Promotion const& promotion);
/// pending → decided; false when it is no longer pending.
[[nodiscard]] bool decide_promotion(db::Transaction& tx, Promotion const& decided);
struct StoredPromotion {
  Promotion promotion;  ///< without the model's address
  access::AssetId model;
};
[[nodiscard]] std::optional<StoredPromotion> find_promotion(db::Transaction& tx, PromotionId const& id);
/// Newest first.
[[nodiscard]] std::vector<Promotion> list_promotions(db::Transaction& tx, access::AssetId const& model);

}  // namespace lepton::models
