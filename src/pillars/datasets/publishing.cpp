#include <fmt/format.h>

#include "base/error.h"
#include "datasets/catalog.h"
#include "datasets/datasets.h"

namespace lepton::datasets {
namespace {

std::string digest_of(StoredVersion const& stored) {
  json::Array files;
  for (Digest const& file : stored.files) files.emplace_back(file.hex());
  return sha256(json::write_canonical(
                    json::Object{{"columns", to_json(stored.version.columns)}, {"files", std::move(files)}}))
      .hex();
}

/// Details point at the columns, so that a client can show them.
void require_same_schema(access::Address const& address, table::Schema const& before, table::Schema const& now) {
  auto const found = table::differences(before, now);
  if (found.empty()) return;
  Details details;
  std::string all;
  for (std::size_t i = 0; i < found.size(); ++i) {
    details.emplace(fmt::format("/columns/{}", i), found[i]);
    all += (all.empty() ? "" : "; ") + found[i];
  }
  throw Error(Code::conflict,
              fmt::format("the columns differ from the newest version of {}: {}. Nothing was changed; allow the schema "
                          "change if it is meant",
                          address.str(), all),
              std::move(details))
      .with_reason("schema_changed");
}

void require_key(std::string const& key, table::Schema const& columns) {
  if (!key.empty() && table::find_column(columns, key) == nullptr)
    throw invalid(fmt::format("the key {} is not a column of the table", key), {{"/key", "is not a column"}});
}

/// The rows were looked at by the key that was declared when the work began.
access::Asset require_known_key(db::Transaction& tx, access::Asset const& asset, std::string const& checked) {
  if (get_dataset(tx, asset).key != checked)
    throw conflict("the record key of the dataset changed meanwhile: do it again").with_reason("key_changed");
  return asset;
}

}  // namespace

Datasets::Target Datasets::require_target(Call const& call, access::Address const& address) const {
  if (address.version) throw invalid("a version is made by the platform: leave out the @…");
  auto const asset = parts_.database.read(call, [&](db::Transaction& tx) { return parts_.assets.find(tx, address); });
  // The same words for what is hidden and what is not there.
  if (!asset || asset->kind != kDataset || !parts_.authority.may_discover(call, *asset)) {
    parts_.authority.require_role(call, address.department, "contributor");
    if (!asset) return {};
    if (asset->kind != kDataset) throw conflict(fmt::format("{} is a {} already", address.str(), asset->kind));
  }
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::write, address, kDataset);
    return Target{find_latest(tx, permit.asset), get_dataset(tx, permit.asset).key};
  });
}

void Datasets::require_may_add(Call const& call, access::Address const& address) const {
  std::ignore = require_target(call, address);
}

void Datasets::require_unchanged(db::Transaction& tx, Call const& call, Opened const& input) const {
  auto const now = open(tx, call, access::Action::read, access::parse_address(input.stored.version.address));
  if (now.asset.id != input.asset.id || now.decision.obligations != input.decision.obligations)
    throw conflict(
        fmt::format("what you may read of {} changed while the query ran: run it again", input.stored.version.address))
        .with_reason("access_changed");
}

StoredVersion Datasets::store(Call const& call, table::TableFile const& file, json::Value origin) const {
  StoredVersion stored;
  stored.files.push_back(parts_.blobs.adopt(file.path));
  stored.version.columns = file.schema;
  stored.version.rows = static_cast<std::int64_t>(file.rows);
  stored.version.bytes = static_cast<std::int64_t>(parts_.blobs.size(stored.files[0]));
  stored.version.origin = std::move(origin);
  stored.version.created_by = call.principal.name;
  stored.version.created_at = call.now();
  stored.version.digest = digest_of(stored);
  return stored;
}

ImportResult Datasets::publish(Call const& call, access::Address const& address, NewVersion const& fresh) {
  return parts_.database.write(call, [&](db::Transaction& tx) {
    // What was allowed when the work began must be so still, by the transaction that makes it visible.
    auto asset = parts_.assets.find(tx, address);
    if (asset)
      asset = require_known_key(tx, parts_.authority.require(tx, call, access::Action::write, address, kDataset).asset,
                                fresh.key);
    else
      parts_.authority.require_role(call, address.department, "contributor");
    if (fresh.inputs != nullptr)
      for (Opened const& input : *fresh.inputs) require_unchanged(tx, call, input);
    auto const derived = fresh.derivation != nullptr ? std::optional(fresh.derivation->from(tx)) : std::nullopt;
    std::optional<StoredVersion> latest;
    if (!asset) {
      require_key(fresh.key, fresh.stored.version.columns);
      asset = parts_.assets.create(tx, call, kDataset, address, fresh.description, fresh.tags);
      insert_dataset(tx, asset->id, fresh.key);
    } else {
      latest = find_latest(tx, *asset);
    }
    if (latest && latest->version.digest == fresh.stored.version.digest)
      return ImportResult{.version = latest->version, .unchanged = true, .bad_rows = {}};
    if (latest && !fresh.allow_schema_change)
      require_same_schema(address, latest->version.columns, fresh.stored.version.columns);
    StoredVersion stored = fresh.stored;
    stored.version.number = latest ? latest->version.number + 1 : 1;
    stored.version.address = fmt::format("{}@{}", address.str(), stored.version.number);
    insert_version(tx, asset->id, stored);
    std::vector<access::Ground> grounds;
    if (fresh.inputs != nullptr) {
      std::set<std::string> tags;
      for (Opened const& input : *fresh.inputs) {
        parts_.lineage.record(tx, call, {"dataset_version", input.stored.version.address},
                              {"dataset_version", stored.version.address}, "read", input.decision.grounds);
        tags.insert(input.asset.tags.begin(), input.asset.tags.end());
        grounds.insert(grounds.end(), input.decision.grounds.begin(), input.decision.grounds.end());
      }
      if (!tags.empty()) parts_.assets.add_tags(tx, call, asset->id, tags);
    }
    if (derived) {
      grounds = fresh.derivation->grounds;
      parts_.lineage.record(tx, call, *derived, {"dataset_version", stored.version.address}, "read", grounds);
      if (!fresh.derivation->tags.empty()) parts_.assets.add_tags(tx, call, asset->id, fresh.derivation->tags);
    }
    parts_.audit.append(tx, call,
                        {.action = derived                   ? fresh.derivation->action
                                   : fresh.inputs != nullptr ? "dataset.save_query"
                                                             : "dataset.import",
                         .subject = stored.version.address,
                         .grounds = grounds,
                         .details = {{"digest", stored.version.digest}, {"rows", stored.version.rows}}});
    return ImportResult{.version = stored.version, .unchanged = false, .bad_rows = {}};
  });
}

ImportResult Datasets::import(Call const& call, access::Address const& address, std::filesystem::path const& file,
                              ImportRequest const& request) {
  json::Object origin{{"kind", "import"},
                      {"file", request.file_name},
                      {"format", request.format == table::FileFormat::csv     ? "csv"
                                 : request.format == table::FileFormat::jsonl ? "jsonl"
                                                                              : "parquet"}};
  return take_in(call, address, file, request, std::move(origin), nullptr);
}

ImportResult Datasets::derive(Call const& call, access::Address const& address, std::filesystem::path const& file,
                              ImportRequest const& request, Derivation const& derivation) {
  return take_in(call, address, file, request, derivation.origin, &derivation);
}

ImportResult Datasets::take_in(Call const& call, access::Address const& address, std::filesystem::path const& file,
                               ImportRequest const& request, json::Value origin, Derivation const* derivation) {
  auto const before = require_target(call, address);
  table::ImportOptions options;
  options.format = request.format;
  options.delimiter = request.delimiter;
  options.header = request.header;
  options.types = request.types;
  options.skip_bad = request.skip_bad;
  options.key = before.key.value_or(request.key);
  if (!request.allow_schema_change) options.previous = before.columns();
  table::Import const imported(parts_.workers, call, file, options);
  auto const& result = imported.result();
  if (before.latest && !request.allow_schema_change)
    require_same_schema(address, before.columns(), result.table.schema);

  NewVersion fresh{.stored = store(call, result.table, std::move(origin)),
                   .description = request.description,
                   .tags = request.tags,
                   .key = options.key,
                   .allow_schema_change = request.allow_schema_change,
                   .derivation = derivation};
  fresh.stored.version.bad_rows = result.bad_rows;
  if (result.rejects) fresh.stored.rejects = parts_.blobs.adopt(*result.rejects);
  ImportResult published = publish(call, address, fresh);
  published.bad_rows = result.examples;
  return published;
}

}  // namespace lepton::datasets
