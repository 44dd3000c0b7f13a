#include "graphs/sources.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "datasets/catalog.h"

namespace lepton::graphs {
namespace {

json::Object obligations_json(access::Obligations const& obligations) {
  json::Array filters(obligations.row_filters.begin(), obligations.row_filters.end());
  json::Object masks;
  for (auto const& [column, mask] : obligations.masks) masks[column] = enum_name(mask);
  return {{"row_filters", std::move(filters)}, {"masks", std::move(masks)}};
}

access::Obligations obligations_from(json::Value const& value) {
  access::Obligations out;
  for (auto const& filter : value.at("row_filters").as_array()) out.row_filters.push_back(filter);
  for (auto const& [column, mask] : value.at("masks").as_object())
    out.masks[std::string(column)] = find_enum<access::Mask>(std::string_view(mask.as_string())).value();
  return out;
}

json::Array grounds_json(std::vector<access::Ground> const& grounds) {
  json::Array out;
  for (auto const& ground : grounds)
    out.push_back(json::Object{{"kind", ground.kind}, {"id", ground.id}, {"text", ground.text}});
  return out;
}

std::vector<access::Ground> grounds_from(json::Value const& value) {
  std::vector<access::Ground> out;
  for (auto const& one : value.as_array()) {
    auto const text = [&](char const* key) { return std::string(one.at(key).as_string()); };
    out.push_back({text("kind"), text("id"), text("text")});
  }
  return out;
}

bool covers(Source const& source, access::Decision const& decision) {
  auto const& now = decision.obligations;
  if (!decision.allowed || now.min_group_size > 0) return false;
  auto const was_filtered = [&](json::Value const& filter) {
    return std::ranges::find(source.obligations.row_filters, filter) != source.obligations.row_filters.end();
  };
  auto const was_masked = [&](std::string const& column) {
    return access::mask_of(now.masks, column) <= access::mask_of(source.obligations.masks, column);
  };
  return std::ranges::all_of(now.row_filters, was_filtered) && std::ranges::all_of(source.columns, was_masked);
}

constexpr std::string_view kColumns =
    "dataset_id, version, commit_number, mapping, digest, details, row_count, statements, by_id, by_name, mapped_at";

Source source_of(db::Row const& row) {
  auto const details = json::parse(row.text(5));
  Source source{.dataset = row.id<access::AssetId>(0),
                .version = row.text(1),
                .commit = row.integer(2),
                .mapping = row.integer(3),
                .digest = row.text(4),
                .columns = {},
                .obligations = obligations_from(details),
                .grounds = grounds_from(details.at("grounds")),
                .rows = row.integer(6),
                .statements = row.integer(7),
                .by = row.id<PrincipalId>(8),
                .by_name = row.text(9),
                .at = row.timestamp(10)};
  for (auto const& column : details.at("columns").as_array()) source.columns.emplace_back(column.as_string());
  return source;
}

}  // namespace

std::string source_iri(std::string const& dataset) {
  return "lepton:" + dataset;
}

std::vector<NamedSource> sources_at(db::Transaction& tx, access::AssetId const& graph, std::int64_t commit) {
  std::vector<NamedSource> sources;
  for (auto const& row :
       tx.query(fmt::format("SELECT {}, iri FROM graph_source AS one WHERE asset_id = $1 AND version <> '' AND "
                            "commit_number = (SELECT max(commit_number) FROM graph_source WHERE asset_id = $1 AND "
                            "iri = one.iri AND commit_number <= $2) ORDER BY iri",
                            kColumns),
                {graph, commit}))
    sources.push_back({row.text(11), source_of(row)});
  return sources;
}

void put_source(db::Transaction& tx, access::AssetId const& graph, std::string const& iri, Source const& source) {
  auto details = obligations_json(source.obligations);
  details["columns"] = to_json(source.columns);
  details["grounds"] = grounds_json(source.grounds);
  tx.execute("DELETE FROM graph_source WHERE asset_id = $1 AND iri = $2 AND commit_number = $3",
             {graph, iri, source.commit});
  tx.execute(fmt::format("INSERT INTO graph_source (asset_id, iri, {}) "
                         "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                         kColumns),
             {graph, iri, source.dataset, source.version, source.commit, source.mapping, source.digest,
              json::write(details), source.rows, source.statements, source.by, source.by_name, source.at});
}

void undo_sources(db::Transaction& tx, access::AssetId const& graph, std::int64_t commit) {
  tx.execute("DELETE FROM graph_source WHERE asset_id = $1 AND commit_number = $2", {graph, commit});
}

void remove_sources(db::Transaction& tx, access::AssetId const& graph) {
  tx.execute("DELETE FROM graph_source WHERE asset_id = $1", {graph});
  tx.execute("DELETE FROM graph_mapping WHERE asset_id = $1", {graph});
}

std::optional<std::vector<access::Ground>> readable(db::Transaction& tx, Call const& call,
                                                    access::Authority const& authority, access::Assets const& assets,
                                                    Source const& source) {
  auto const asset = assets.find(tx, source.dataset);
  if (!asset) return std::nullopt;
  auto decision = authority.decide(call, access::Action::read, *asset);
  if (!covers(source, decision)) return std::nullopt;
  if (datasets::get_dataset(tx, *asset).withdrawn && !authority.decide(call, access::Action::share, *asset).allowed)
    return std::nullopt;
  return std::move(decision.grounds);
}

lineage::Node graph_node(std::string const& graph) {
  return {"graph", graph};
}

lineage::Node commit_node(std::string const& graph, std::int64_t commit) {
  return {"graph_commit", fmt::format("{}@{}", graph, commit)};
}

void record_sources(db::Transaction& tx, lineage::Lineage const& lineage, access::Asset const& graph,
                    std::int64_t commit) {
  auto const address = graph.address().str();
  auto const node = commit_node(address, commit);
  for (auto const& [iri, source] : sources_at(tx, graph.id, commit)) {
    if (source.commit != commit) continue;
    lineage.record(
        tx,
        {{"dataset_version", source.version}, node, "mapped", source.by, source.by_name, source.at, source.grounds});
    lineage.record(tx, {node, graph_node(address), "committed", source.by, source.by_name, source.at, {}});
  }
}

lineage::Node record_state(db::Transaction& tx, Call const& call, lineage::Lineage const& lineage,
                           access::Asset const& graph, std::int64_t commit) {
  auto const address = graph.address().str();
  auto node = commit_node(address, commit);
  for (auto const& [iri, source] : sources_at(tx, graph.id, commit))
    if (source.commit != commit) lineage.record(tx, call, commit_node(address, source.commit), node, "kept");
  return node;
}

}  // namespace lepton::graphs
