#include "graphs/mapping_rows.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace lepton::graphs {
namespace {

constexpr std::string_view kNewestFirst =
    "SELECT number, digest, mapping, created_by, created_at FROM graph_mapping WHERE asset_id = $1 "
    "ORDER BY number DESC";

MappingVersion version_of(db::Row const& row) {
  return {row.integer(0), row.text(1), json::parse(row.text(2)), row.text(3), row.timestamp(4)};
}

}  // namespace

std::optional<MappingVersion> find_mapping(db::Transaction& tx, access::AssetId const& graph) {
  auto const row = tx.find(fmt::format("{} LIMIT 1", kNewestFirst), {graph});
  if (!row) return std::nullopt;
  return version_of(*row);
}

std::vector<MappingVersion> list_mappings(db::Transaction& tx, access::AssetId const& graph) {
  std::vector<MappingVersion> versions;
  for (auto const& row : tx.query(kNewestFirst, {graph})) versions.push_back(version_of(row));
  return versions;
}

std::int64_t keep_mapping(db::Transaction& tx, Call const& call, access::AssetId const& graph,
                          json::Value const& mapping) {
  auto const digest = sha256(json::write_canonical(mapping)).hex();
  auto const last = find_mapping(tx, graph);
  if (last && last->digest == digest) return last->number;
  std::int64_t const number = last ? last->number + 1 : 1;
  tx.execute(
      "INSERT INTO graph_mapping (asset_id, number, digest, mapping, created_by, created_at) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      {graph, number, digest, json::write(mapping), call.principal.name, call.now()});
  return number;
}

}  // namespace lepton::graphs
