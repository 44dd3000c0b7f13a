#include "graphs/upkeep.h"

namespace lepton::graphs {
namespace {

std::vector<std::string> list_of(std::string const& text) {
  auto const array = json::parse(text);
  std::vector<std::string> list;
  for (auto const& one : array.as_array()) list.emplace_back(one.as_string());
  return list;
}

std::string text_of(std::vector<std::string> const& list) {
  json::Array array;
  for (auto const& one : list) array.emplace_back(one);
  return json::write(array);
}

}  // namespace

bool Upkeep::derives_like(Upkeep const& other) const {
  if (!reasons() && !other.reasons()) return true;
  return rules == other.rules && regime == other.regime && closed == other.closed;
}

bool Upkeep::validates_like(Upkeep const& other) const {
  if (!validates() && !other.validates()) return true;
  return shapes == other.shapes && on_commit == other.on_commit && closed == other.closed;
}

Upkeep find_upkeep(db::Transaction& tx, access::AssetId const& graph, std::int64_t commit) {
  auto const row = tx.find(
      "SELECT from_commit, rules, regime, closed, shapes, on_commit, set_by, set_at FROM graph_upkeep "
      "WHERE asset_id = $1 AND from_commit <= $2 ORDER BY from_commit DESC LIMIT 1",
      {graph, commit});
  if (!row) return {};
  return {.from_commit = row->integer(0),
          .rules = list_of(row->text(1)),
          .regime = row->text(2),
          .closed = list_of(row->text(3)),
          .shapes = list_of(row->text(4)),
          .on_commit = find_enum<OnCommit>(row->text(5)).value_or(OnCommit::reject),
          .set_by = row->text(6),
          .set_at = row->timestamp(7)};
}

void put_upkeep(db::Transaction& tx, access::AssetId const& graph, Upkeep const& upkeep) {
  undo_upkeep(tx, graph, upkeep.from_commit);
  tx.execute(
      "INSERT INTO graph_upkeep (asset_id, from_commit, rules, regime, closed, shapes, on_commit, set_by, set_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
      {graph, upkeep.from_commit, text_of(upkeep.rules), upkeep.regime, text_of(upkeep.closed), text_of(upkeep.shapes),
       enum_name(upkeep.on_commit), upkeep.set_by, upkeep.set_at});
}

void undo_upkeep(db::Transaction& tx, access::AssetId const& graph, std::int64_t commit) {
  tx.execute("DELETE FROM graph_upkeep WHERE asset_id = $1 AND from_commit = $2", {graph, commit});
}

void remove_upkeep(db::Transaction& tx, access::AssetId const& graph) {
  tx.execute("DELETE FROM graph_upkeep WHERE asset_id = $1", {graph});
}

}  // namespace lepton::graphs
