#include "datasets/datasets.h"

#include <fmt/format.h>

#include "base/error.h"
#include "datasets/catalog.h"
#include "table/record_key.h"

namespace lepton::datasets {
namespace {

/// Where a version came from names other datasets and quotes SQL: for the department's own people.
void hide_origin(Version& version) {
  auto const* const kind = version.origin.is_object() ? version.origin.get_object().if_contains("kind") : nullptr;
  version.origin = json::Object{{"kind", kind != nullptr ? *kind : json::Value("unknown")}};
}

}  // namespace

Datasets::Datasets(Parts parts) : parts_(parts) {
  parts_.assets.know_columns(kDataset, all_columns);
}

Dataset Datasets::create(Call const& call, access::Address const& address, std::string const& description,
                         std::set<std::string> const& tags, std::string const& key) {
  parts_.authority.require_role(call, address.department, "contributor");
  return parts_.database.write(call, [&](db::Transaction& tx) {
    auto const asset = parts_.assets.create(tx, call, kDataset, address.asset(), description, tags);
    insert_dataset(tx, asset.id, key);
    parts_.audit.append(tx, call, {.action = "dataset.create", .subject = address.asset().str()});
    return get_dataset(tx, asset);
  });
}

Dataset Datasets::get(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::discover, address.asset(), kDataset);
    Dataset dataset = get_dataset(tx, permit.asset);
    if (dataset.latest && !parts_.authority.decide(call, access::Action::write, permit.asset).allowed)
      hide_origin(*dataset.latest);
    return dataset;
  });
}

std::vector<Dataset> Datasets::list(Call const& call, std::string const& department) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    std::vector<Dataset> found;
    for (auto const& asset : parts_.assets.list(tx, kDataset, department)) {
      if (!parts_.authority.may_discover(call, asset)) continue;
      found.push_back(get_dataset(tx, asset));
      if (found.back().latest) hide_origin(*found.back().latest);
    }
    return found;
  });
}

std::vector<Version> Datasets::versions(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::discover, address.asset(), kDataset);
    auto versions = list_versions(tx, permit.asset);
    if (!parts_.authority.decide(call, access::Action::write, permit.asset).allowed)
      for (Version& version : versions) hide_origin(version);
    return versions;
  });
}

Version Datasets::version(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::discover, address.asset(), kDataset);
    Version version = get_version(tx, permit.asset, address.version).version;
    if (!parts_.authority.decide(call, access::Action::write, permit.asset).allowed) hide_origin(version);
    return version;
  });
}

std::int64_t Datasets::require_key_holds(Call const& call, access::Action action, access::Address const& address,
                                         std::string const& key) const {
  auto const latest = parts_.database.read(call, [&](db::Transaction& tx) {
    return find_latest(tx, parts_.authority.require(tx, call, action, address.asset(), kDataset).asset);
  });
  if (!latest) return 0;
  auto const* const column = table::find_column(latest->version.columns, key);
  if (column == nullptr)
    throw invalid(fmt::format("there is no column {}", key), {{"/key", "is not a column of the newest version"}});
  for (Digest const& file : latest->files)
    table::require_distinct(parts_.workers, call, parts_.blobs.local_file(call, file), column->name);
  return latest->version.number;
}

Dataset Datasets::update(Call const& call, access::Address const& address,
                         std::optional<std::string> const& description,
                         std::optional<std::set<std::string>> const& tags, std::optional<std::string> const& key,
                         std::int64_t revision) {
  auto const action = tags ? access::Action::share : access::Action::write;
  std::int64_t const checked = key && !key->empty() ? require_key_holds(call, action, address, *key) : 0;
  return parts_.database.write(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, action, address.asset(), kDataset);
    access::Asset changed = permit.asset;
    changed.revision = revision;
    if (description) changed.description = *description;
    if (tags) changed.tags = *tags;
    parts_.assets.update(tx, call, changed);
    if (key) {
      auto const latest = find_latest(tx, changed);
      if (latest && !key->empty() && latest->version.number != checked)
        throw conflict("a version was added meanwhile: do it again").with_reason("revision_mismatch");
      set_record_key(tx, changed.id, *key);
    }
    parts_.audit.append(tx, call, {.action = "dataset.update", .subject = address.asset().str()});
    return get_dataset(tx, *parts_.assets.find(tx, changed.id));
  });
}

Dataset Datasets::withdraw(Call const& call, access::Address const& address, std::string const& reason) {
  return parts_.database.write(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::share, address.asset(), kDataset);
    Dataset const before = get_dataset(tx, permit.asset);
    if (before.withdrawn) throw conflict(fmt::format("dataset {} is withdrawn already", before.address));
    set_withdrawal(tx, permit.asset.id, Withdrawal{call.now(), call.principal.name, reason});
    parts_.audit.append(tx, call,
                        {.action = "dataset.withdraw",
                         .subject = before.address,
                         .grounds = permit.decision.grounds,
                         .details = {{"reason", reason}}});
    return get_dataset(tx, permit.asset);
  });
}

Dataset Datasets::restore(Call const& call, access::Address const& address) {
  return parts_.database.write(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::share, address.asset(), kDataset);
    set_withdrawal(tx, permit.asset.id, std::nullopt);
    parts_.audit.append(
        tx, call, {.action = "dataset.restore", .subject = address.asset().str(), .grounds = permit.decision.grounds});
    return get_dataset(tx, permit.asset);
  });
}

void Datasets::remove(Call const& call, access::Address const& address) {
  parts_.database.write(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::admin, address.asset(), kDataset);
    auto const nodes = parts_.lineage.versions(tx, "dataset_version", address.asset().str());
    if (!nodes.empty() && !parts_.lineage.downstream(tx, nodes).steps.empty())
      throw conflict(fmt::format("something was made from dataset {}; withdraw it instead, and see its impact",
                                 address.asset().str()))
          .with_reason("referenced");
    remove_dataset(tx, permit.asset.id);
    parts_.assets.remove(tx, call, permit.asset.id);
    parts_.audit.append(
        tx, call, {.action = "dataset.remove", .subject = address.asset().str(), .grounds = permit.decision.grounds});
  });
}

void Datasets::rejects(Call const& call, access::Address const& address,
                       std::function<void(std::string_view)> const& sink) const {
  auto const stored = parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::write, address.asset(), kDataset);
    if (!parts_.authority.require(tx, call, access::Action::read, address.asset(), kDataset)
             .decision.obligations.none())
      throw denied("rows that were left out are shown to those only who may see all of the dataset");
    return get_version(tx, permit.asset, address.version);
  });
  if (!stored.rejects)
    throw not_found(fmt::format("no rows were left out when {} was imported", stored.version.address));
  parts_.blobs.read(call, *stored.rejects, sink);
}

}  // namespace lepton::datasets
