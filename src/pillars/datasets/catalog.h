#pragma once

#include <optional>
#include <string>
#include <vector>

#include "datasets/dataset.h"
#include "db/database.h"

namespace lepton::datasets {

/// The kind of asset that a dataset is.
inline constexpr char kDataset[] = "dataset";

// The rows of this module, inside a transaction of the caller. Decides nothing about who may.

void insert_dataset(db::Transaction& tx, access::AssetId const& id, std::string const& key);
void insert_version(db::Transaction& tx, access::AssetId const& id, StoredVersion const& stored);
[[nodiscard]] Dataset get_dataset(db::Transaction& tx, access::Asset const& asset);
/// nullopt: the newest. Throws Error{not_found}.
[[nodiscard]] StoredVersion get_version(db::Transaction& tx, access::Asset const& asset,
                                        std::optional<std::string> const& number);
[[nodiscard]] std::optional<StoredVersion> find_latest(db::Transaction& tx, access::Asset const& asset);
/// Of all versions together, those of the newest first.
[[nodiscard]] std::vector<std::string> all_columns(db::Transaction& tx, access::Asset const& asset);
/// Newest first.
[[nodiscard]] std::vector<Version> list_versions(db::Transaction& tx, access::Asset const& asset);
void set_withdrawal(db::Transaction& tx, access::AssetId const& id, std::optional<Withdrawal> const& withdrawal);
void set_record_key(db::Transaction& tx, access::AssetId const& id, std::string const& key);
void remove_dataset(db::Transaction& tx, access::AssetId const& id);

[[nodiscard]] std::optional<std::string> find_profile(db::Transaction& tx, access::AssetId const& id,
                                                      std::int64_t number);
void insert_profile(db::Transaction& tx, access::AssetId const& id, std::int64_t number, std::string const& profile);

/// The department's secret that sha-256-global masks are keyed with; made at its first use.
[[nodiscard]] std::optional<std::string> find_mask_key(db::Transaction& tx, std::string const& department);
void insert_mask_key(db::Transaction& tx, std::string const& department, std::string const& secret);

}  // namespace lepton::datasets
