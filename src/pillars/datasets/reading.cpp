#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"
#include "datasets/catalog.h"
#include "datasets/datasets.h"
#include "table/profile.h"

namespace lepton::datasets {
namespace {

table::ColumnMask column_mask(access::Mask mask) {
  static_assert(static_cast<int>(access::Mask::replace_with_null) ==
                static_cast<int>(table::ColumnMask::replace_with_null));
  return static_cast<table::ColumnMask>(mask);
}

/// How SQL's names become addresses.
access::Address address_of(Call const& call, table::TableName const& name) {
  if (!name.schema.empty()) return access::parse_address(name.schema + "/" + name.name);
  if (name.name.find('/') != std::string::npos) return access::parse_address(name.name);
  if (call.principal.department.empty())
    throw invalid(fmt::format("{} is not the name of a dataset: write department.{}", name.name, name.name));
  return access::parse_address(call.principal.department + "/" + name.name);
}

std::string whole_table(std::string const& version) {
  return "SELECT * FROM " + table::quote_name(version);
}

Read read_of(StoredVersion const& stored, access::Decision const& decision) {
  return {stored.version.address, decision.grounds, !decision.obligations.none(), decision.obligations.min_group_size};
}

/// What the audit log keeps a digest of.
std::string recorded(std::string const& sql, json::Object const& parameters) {
  return parameters.empty() ? sql : sql + "\n" + json::write_canonical(parameters);
}

/// For what hands rows out: files, profiles, lookups.
void require_rows(StoredVersion const& stored, access::Decision const& decision) {
  std::int64_t const least = decision.obligations.min_group_size;
  if (least > 0)
    throw denied(fmt::format("{} may be read only in SQL, as count, sum and avg over at least {} rows each",
                             stored.version.address, least))
        .with_reason("min_group_size");
}

}  // namespace

Datasets::Opened Datasets::open(db::Transaction& tx, Call const& call, access::Action action,
                                access::Address const& address) const {
  auto permit = parts_.authority.require(tx, call, action, address.asset(), kDataset);
  auto const dataset = get_dataset(tx, permit.asset);
  if (dataset.withdrawn && !parts_.authority.decide(call, access::Action::share, permit.asset).allowed)
    throw denied(fmt::format("dataset {} was withdrawn by its owner: {}", dataset.address, dataset.withdrawn->reason))
        .with_reason("withdrawn");
  auto const& obligations = permit.decision.obligations;
  Opened opened{.stored = get_version(tx, permit.asset, address.version),
                .decision = permit.decision,
                .asset = permit.asset,
                .source = {}};
  opened.source.schema = opened.stored.version.columns;
  opened.source.row_filters = obligations.row_filters;
  for (auto const& [column, mask] : obligations.masks) opened.source.masks[column] = column_mask(mask);
  opened.source.min_group_size = obligations.min_group_size;
  require_masks_hold(tx, opened);
  return opened;
}

/// Masks go by the column's name. A version that lost a masked column and has new ones may have renamed it: closed.
void Datasets::require_masks_hold(db::Transaction& tx, Opened const& opened) const {
  auto const has = [](table::Schema const& schema, std::string const& name) {
    return std::ranges::any_of(schema, [&](auto const& column) { return access::same_column(column.name, name); });
  };
  auto const& schema = opened.stored.version.columns;
  std::string lost;
  for (auto const& [column, mask] : opened.decision.obligations.masks)
    if (column != "*" && !has(schema, column)) lost = column;
  if (lost.empty()) return;
  for (Version const& earlier : list_versions(tx, opened.asset)) {
    if (earlier.number >= opened.stored.version.number || !has(earlier.columns, lost)) continue;
    auto const fresh =
        std::ranges::find_if(schema, [&](auto const& column) { return !has(earlier.columns, column.name); });
    if (fresh != schema.end())
      throw denied(
          fmt::format("the column '{}', which is masked for you, is not in {} any more, and '{}' is new there: "
                      "ask the owner for access that masks the columns of this version",
                      lost, opened.stored.version.address, fresh->name))
          .with_reason("mask_lost");
    return;
  }
}

std::string Datasets::mask_key(Call const& call, std::string const& department) const {
  auto const find = [&](db::Transaction& tx) { return find_mask_key(tx, department); };
  if (auto const key = parts_.database.read(call, find)) return *key;
  return parts_.database.write(call, [&](db::Transaction& tx) {
    insert_mask_key(tx, department, to_hex(random_bytes(32)));
    return find_mask_key(tx, department).value();
  });
}

std::vector<Datasets::Opened> Datasets::open_all(Call const& call, access::Action action,
                                                 std::vector<access::Address> const& addresses,
                                                 std::string_view sql) const {
  auto opened = parts_.database.read(call, [&](db::Transaction& tx) {
    std::vector<Opened> all;
    for (auto const& address : addresses) all.push_back(open(tx, call, action, address));
    return all;
  });
  for (Opened& one : opened) {
    for (Digest const& file : one.stored.files) one.source.files.push_back(parts_.blobs.local_file(call, file));
    if (!one.source.masks.empty()) one.source.mask_key = mask_key(call, one.asset.department);
  }
  if (opened.empty()) return opened;
  parts_.database.write(call, [&](db::Transaction& tx) {
    for (Opened const& one : opened)
      parts_.audit.append(
          tx, call,
          {.action = "dataset." + std::string(enum_name(action)),
           .subject = one.stored.version.address,
           .grounds = one.decision.grounds,
           .details = {{"sql_sha256", sha256(sql).hex()}, {"restricted", !one.decision.obligations.none()}}});
  });
  return opened;
}

QueryAnswer Datasets::query(Call const& call, std::string const& sql, table::QueryOptions const& options,
                            table::ResultSink const& sink, json::Object const& parameters) const {
  return query_as(call, access::Action::read, sql, options, sink, parameters);
}

QueryAnswer Datasets::query_as(Call const& call, access::Action action, std::string const& sql,
                               table::QueryOptions const& options, table::ResultSink const& sink,
                               json::Object const& parameters) const {
  auto query = table::Query::prepare(parts_.workers, call, sql, parameters);
  std::vector<access::Address> addresses;
  for (auto const& name : query.tables()) addresses.push_back(address_of(call, name));
  auto const opened = open_all(call, action, addresses, recorded(sql, parameters));
  std::vector<table::TableSource> sources;
  QueryAnswer answer;
  for (Opened const& one : opened) {
    sources.push_back(one.source);
    answer.reads.push_back(read_of(one.stored, one.decision));
  }
  answer.result = query.run(call, sources, options, sink);
  return answer;
}

ImportResult Datasets::save_query(Call const& call, access::Address const& target, SaveRequest const& request) {
  auto const before = require_target(call, target);
  auto query = table::Query::prepare(parts_.workers, call, request.sql, request.parameters);
  std::vector<access::Address> addresses;
  for (auto const& name : query.tables()) addresses.push_back(address_of(call, name));
  auto const opened = open_all(call, access::Action::read, addresses, recorded(request.sql, request.parameters));
  std::vector<table::TableSource> sources;
  json::Array inputs;
  for (Opened const& one : opened) {
    sources.push_back(one.source);
    inputs.emplace_back(one.stored.version.address);
  }
  auto const key = before.key.value_or(request.key);
  auto const file = query.save(call, sources, before.columns(), key);
  json::Object origin{
      {"kind", "query"}, {"sql", request.sql}, {"inputs", std::move(inputs)}, {"purpose", call.purpose}};
  if (!request.parameters.empty()) origin["parameters"] = request.parameters;
  NewVersion const fresh{.stored = store(call, file, std::move(origin)),
                         .description = request.description,
                         .tags = {},
                         .key = key,
                         .allow_schema_change = request.allow_schema_change,
                         .inputs = &opened};
  return publish(call, target, fresh);
}

QueryAnswer Datasets::preview(Call const& call, access::Address const& address, std::int64_t rows,
                              table::ResultSink const& sink) const {
  std::int64_t const count = std::clamp<std::int64_t>(rows, 1, 1000);
  return query(call, fmt::format("{} LIMIT {}", whole_table(address.str()), count),
               {.format = table::ResultFormat::objects}, sink);
}

QueryAnswer Datasets::export_rows(Call const& call, access::Address const& address, table::ResultFormat format,
                                  table::ResultSink const& sink, access::Action action) const {
  return query_as(call, action, whole_table(address.str()),
                  {.format = format, .most_rows = UINT64_MAX, .most_bytes = UINT64_MAX}, sink);
}

json::Value Datasets::profile(Call const& call, access::Address const& address) const {
  auto const opened = open_all(call, access::Action::read, {address}, "profile");
  Opened const& one = opened.front();
  require_rows(one.stored, one.decision);
  bool const whole = one.decision.obligations.none();
  auto const id = one.asset.id;
  std::int64_t const number = one.stored.version.number;
  if (whole) {
    auto const stored = parts_.database.read(call, [&](db::Transaction& tx) { return find_profile(tx, id, number); });
    if (stored) return json::parse(*stored);
  }
  json::Value const profile = table::profile(parts_.workers, call, one.source);
  if (whole)
    parts_.database.write(call, [&](db::Transaction& tx) { insert_profile(tx, id, number, json::write(profile)); });
  return profile;
}

Records Datasets::records(Call const& call, access::Address const& address, std::string const& key,
                          std::vector<std::string> const& columns, std::vector<std::string> const& keys) const {
  auto const pinned = parts_.database.read(call, [&](db::Transaction& tx) {
    auto const permit = parts_.authority.require(tx, call, access::Action::read, address.asset(), kDataset);
    return std::pair(get_dataset(tx, permit.asset), get_version(tx, permit.asset, address.version).version);
  });
  std::string const& name = key.empty() ? pinned.first.key : key;
  if (name.empty())
    throw invalid(fmt::format("dataset {} declares no key; name the column to look up by", pinned.first.address));
  table::Column const* const by = table::find_column(pinned.second.columns, name);
  if (by == nullptr) throw invalid(fmt::format("dataset {} has no column {}", pinned.second.address, name));
  std::string wanted = table::quote_name(by->name);
  for (std::string const& column : columns) wanted += ", " + table::quote_name(column);
  if (columns.empty()) wanted += ", *";
  std::string values;
  for (std::string const& value : keys)
    values += fmt::format("{}TRY_CAST({} AS {})", values.empty() ? "" : ", ", table::quote_text(value), by->type);

  Records records{
      .version = pinned.second.address, .found = std::vector<std::optional<json::Object>>(keys.size()), .grounds = {}};
  if (keys.empty()) return records;
  table::Schema shown;
  std::string lines;
  auto const answer =
      query(call,
            fmt::format("SELECT {} FROM {} WHERE {} IN ({})", wanted, table::quote_name(pinned.second.address),
                        table::quote_name(by->name), values),
            {.format = table::ResultFormat::rows},
            {[&](table::Schema const& schema) { shown = schema; }, [&](std::string_view bytes) { lines += bytes; }});
  records.grounds = answer.reads.front().grounds;
  for (std::size_t start = 0; start < lines.size();) {
    std::size_t const end = lines.find('\n', start);
    json::Value const row = json::parse(std::string_view(lines).substr(start, end - start));
    start = end + 1;
    json::Array const& cells = row.as_array();
    std::string const found = cells[0].is_string() ? std::string(cells[0].get_string()) : json::write(cells[0]);
    json::Object record;
    for (std::size_t i = 1; i < cells.size(); ++i) record[shown[i].name] = cells[i];
    for (std::size_t i = 0; i < keys.size(); ++i)
      if (keys[i] == found && !records.found[i]) records.found[i] = record;
  }
  return records;
}

Visible Datasets::visible(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto opened = open(tx, call, access::Action::read, address);
    require_rows(opened.stored, opened.decision);
    return Visible{opened.asset.id, std::move(opened.stored.version), std::move(opened.decision.grounds),
                   std::move(opened.decision.obligations)};
  });
}

Datasets::Reading Datasets::read_columns(Call const& call, access::Address const& address,
                                         std::vector<std::string> const& columns, table::QueryOptions const& options,
                                         table::ResultSink const& sink) const {
  std::string wanted;
  for (std::string const& column : columns) wanted += (wanted.empty() ? "" : ", ") + table::quote_name(column);
  std::string const sql = fmt::format("SELECT {} FROM {}", wanted, table::quote_name(address.str()));
  auto query = table::Query::prepare(parts_.workers, call, sql);
  auto opened = open_all(call, access::Action::read, {address}, sql);
  Opened& one = opened.front();
  auto result = query.run(call, {one.source}, options, sink);
  return {{one.asset.id, std::move(one.stored.version), std::move(one.decision.grounds),
           std::move(one.decision.obligations)},
          std::move(result)};
}

Read Datasets::pin(Call const& call, access::Action action, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const opened = open(tx, call, action, address);
    require_rows(opened.stored, opened.decision);
    return read_of(opened.stored, opened.decision);
  });
}

GovernedFiles Datasets::files(Call const& call, access::Action action, access::Address const& address,
                              std::filesystem::path const& directory) const {
  auto const opened = open_all(call, action, {address}, "files");
  Opened const& one = opened.front();
  require_rows(one.stored, one.decision);
  GovernedFiles governed{.version = one.stored.version,
                         .files = one.source.files,
                         .grounds = one.decision.grounds,
                         .restricted = !one.decision.obligations.none()};
  if (!governed.restricted) return governed;
  auto query = table::Query::prepare(parts_.workers, call, whole_table(one.stored.version.address));
  auto const file = query.save(call, {one.source}, one.stored.version.columns);
  auto const copy = directory / "table.parquet";
  std::filesystem::copy_file(file.path, copy, std::filesystem::copy_options::overwrite_existing);
  governed.files = {copy};
  return governed;
}

}  // namespace lepton::datasets
