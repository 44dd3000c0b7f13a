#include "datasets/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"

namespace lepton::datasets {
namespace {

constexpr std::string_view kColumns =
    "number, digest, columns_json, files_json, row_count, byte_count, origin_json, bad_rows, rejects, created_by, "
    "created_at";

Digest digest_from(std::string_view hex) {
  auto const bytes = from_hex(hex);
  check(bytes && bytes->size() == 32, "a stored digest is 64 hexadecimal digits");
  Digest digest;
  std::ranges::transform(*bytes, digest.bytes.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return digest;
}

StoredVersion read_version(db::Row const& row, access::Asset const& asset) {
  StoredVersion stored;
  Version& v = stored.version;
  v.number = row.integer(0);
  v.address = fmt::format("{}@{}", asset.address().str(), v.number);
  v.digest = row.text(1);
  v.columns = from_json<table::Schema>(json::parse(row.text(2)));
  json::Value const files = json::parse(row.text(3));
  for (auto const& file : files.as_array()) stored.files.push_back(digest_from(std::string_view(file.as_string())));
  v.rows = row.integer(4);
  v.bytes = row.integer(5);
  v.origin = json::parse(row.text(6));
  v.bad_rows = row.integer(7);
  if (auto const rejects = row.maybe_text(8)) stored.rejects = digest_from(*rejects);
  v.created_by = row.text(9);
  v.created_at = row.timestamp(10);
  return stored;
}

std::int64_t version_number(access::Asset const& asset, std::string const& text) {
  std::int64_t number = 0;
  auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size())
    throw not_found(
        fmt::format("dataset {} has no version {}; versions are numbers from 1", asset.address().str(), text));
  return number;
}

}  // namespace

void insert_dataset(db::Transaction& tx, access::AssetId const& id, std::string const& key) {
  tx.execute("INSERT INTO dataset (asset_id, record_key) VALUES ($1, $2)", {id, key});
}

void insert_version(db::Transaction& tx, access::AssetId const& id, StoredVersion const& stored) {
  Version const& v = stored.version;
  json::Array files;
  for (Digest const& file : stored.files) files.emplace_back(file.hex());
  std::optional<std::string> rejects;
  if (stored.rejects) rejects = stored.rejects->hex();
  tx.execute(
      fmt::format("INSERT INTO dataset_version (asset_id, {}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, "
                  "$12)",
                  kColumns),
      {id, v.number, v.digest, json::write(to_json(v.columns)), json::write(files), v.rows, v.bytes,
       json::write(v.origin), v.bad_rows, rejects, v.created_by, v.created_at});
}

Dataset get_dataset(db::Transaction& tx, access::Asset const& asset) {
  auto const row = tx.find(
      "SELECT record_key, withdrawn_at, withdrawn_by, withdrawn_reason FROM dataset WHERE asset_id = $1", {asset.id});
  if (!row) throw not_found(fmt::format("there is no dataset {}", asset.address().str()));
  Dataset dataset{.address = asset.address().str(),
                  .description = asset.description,
                  .tags = asset.tags,
                  .key = row->text(0),
                  .created_at = asset.created_at,
                  .revision = asset.revision};
  if (!row->is_null(1)) dataset.withdrawn = Withdrawal{row->timestamp(1), row->text(2), row->text(3)};
  if (auto const latest = find_latest(tx, asset)) dataset.latest = latest->version;
  return dataset;
}

std::optional<StoredVersion> find_latest(db::Transaction& tx, access::Asset const& asset) {
  auto const row =
      tx.find(fmt::format("SELECT {} FROM dataset_version WHERE asset_id = $1 ORDER BY number DESC LIMIT 1", kColumns),
              {asset.id});
  if (!row) return std::nullopt;
  return read_version(*row, asset);
}

StoredVersion get_version(db::Transaction& tx, access::Asset const& asset, std::optional<std::string> const& number) {
  if (!number) {
    auto latest = find_latest(tx, asset);
    if (!latest)
      throw not_found(fmt::format("dataset {} has no version yet; import a file into it", asset.address().str()));
    return *latest;
  }
  auto const row = tx.find(fmt::format("SELECT {} FROM dataset_version WHERE asset_id = $1 AND number = $2", kColumns),
                           {asset.id, version_number(asset, *number)});
  if (!row) throw not_found(fmt::format("dataset {} has no version {}", asset.address().str(), *number));
  return read_version(*row, asset);
}

std::vector<Version> list_versions(db::Transaction& tx, access::Asset const& asset) {
  std::vector<Version> versions;
  for (auto const& row :
       tx.query(fmt::format("SELECT {} FROM dataset_version WHERE asset_id = $1 ORDER BY number DESC", kColumns),
                {asset.id}))
    versions.push_back(read_version(row, asset).version);
  return versions;
}

std::vector<std::string> all_columns(db::Transaction& tx, access::Asset const& asset) {
  std::vector<std::string> columns;
  for (auto const& version : list_versions(tx, asset))
    for (auto const& column : version.columns)
      if (std::ranges::find(columns, column.name) == columns.end()) columns.push_back(column.name);
  return columns;
}

void set_withdrawal(db::Transaction& tx, access::AssetId const& id, std::optional<Withdrawal> const& withdrawal) {
  if (withdrawal)
    tx.execute("UPDATE dataset SET withdrawn_at = $2, withdrawn_by = $3, withdrawn_reason = $4 WHERE asset_id = $1",
               {id, withdrawal->at, withdrawal->by, withdrawal->reason});
  else
    tx.execute(
        "UPDATE dataset SET withdrawn_at = NULL, withdrawn_by = NULL, withdrawn_reason = NULL WHERE asset_id = $1",
        {id});
}

void set_record_key(db::Transaction& tx, access::AssetId const& id, std::string const& key) {
  tx.execute("UPDATE dataset SET record_key = $2 WHERE asset_id = $1", {id, key});
}

void remove_dataset(db::Transaction& tx, access::AssetId const& id) {
  for (char const* table : {"dataset_profile", "dataset_version", "dataset"})
    tx.execute(fmt::format("DELETE FROM {} WHERE asset_id = $1", table), {id});
}

std::optional<std::string> find_profile(db::Transaction& tx, access::AssetId const& id, std::int64_t number) {
  auto const row = tx.find("SELECT profile FROM dataset_profile WHERE asset_id = $1 AND number = $2", {id, number});
  return row ? std::optional(row->text(0)) : std::nullopt;
}

void insert_profile(db::Transaction& tx, access::AssetId const& id, std::int64_t number, std::string const& profile) {
  tx.execute("INSERT INTO dataset_profile (asset_id, number, profile) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
             {id, number, profile});
}

std::optional<std::string> find_mask_key(db::Transaction& tx, std::string const& department) {
  auto const row = tx.find("SELECT secret FROM dataset_mask_key WHERE department = $1", {department});
  return row ? std::optional(row->text(0)) : std::nullopt;
}

void insert_mask_key(db::Transaction& tx, std::string const& department, std::string const& secret) {
  tx.execute("INSERT INTO dataset_mask_key (department, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING",
             {department, secret});
}

}  // namespace lepton::datasets
