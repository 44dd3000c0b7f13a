#include "lineage/lineage.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "lineage/survey.h"

namespace lepton::lineage {
namespace {

json::Array grounds_json(std::vector<access::Ground> const& grounds) {
  json::Array array;
  for (auto const& ground : grounds)
    array.push_back(json::Object{{"kind", ground.kind}, {"id", ground.id}, {"text", ground.text}});
  return array;
}

std::vector<access::Ground> read_grounds(std::string const& text) {
  std::vector<access::Ground> grounds;
  json::Value const parsed = json::parse(text);
  for (auto const& value : parsed.as_array()) {
    auto const member = [&](char const* name) { return std::string(value.at(name).as_string()); };
    grounds.push_back({member("kind"), member("id"), member("text")});
  }
  return grounds;
}

constexpr std::string_view kColumns =
    "SELECT from_kind, from_key, to_kind, to_key, kind, by_id, by_name, recorded_at, grounds FROM lineage_edge ";

Edge read_edge(db::Row const& row) {
  return {.from = {row.text(0), row.text(1)},
          .to = {row.text(2), row.text(3)},
          .kind = row.text(4),
          .by = row.id<PrincipalId>(5),
          .by_name = row.text(6),
          .at = row.timestamp(7),
          .grounds = read_grounds(row.text(8))};
}

enum class Direction { upstream, downstream };

// Breadth first, one query per node: the start's own edges come first whatever the limits cut off.
class Walker {
 public:
  Walker(db::Transaction& tx, Direction direction, Limits const& limits, MaySee const& may_see)
      : tx_(tx), direction_(direction), limits_(limits), may_see_(may_see) {
    bool const up = direction == Direction::upstream;
    sql_ =
        std::string(kColumns) + (up ? "WHERE to_kind = $1 AND to_key = $2" : "WHERE from_kind = $1 AND from_key = $2");
    int parameter = 3;
    for (auto const& kind : limits.without) {
      sql_ += fmt::format(" AND {} <> ${}", up ? "from_kind" : "to_kind", ++parameter);
      without_.emplace_back(kind);
    }
    sql_ += " ORDER BY recorded_at, from_kind, from_key, to_kind, to_key, kind LIMIT $3";
  }

  [[nodiscard]] Walk run(std::span<Node const> start) {
    std::vector<Node> frontier(start.begin(), start.end());
    reached_.insert(start.begin(), start.end());
    for (int depth = 1; !frontier.empty() && !walk_.truncated; ++depth) {
      std::vector<Node> next;
      for (Node const& node : frontier) visit(node, depth, next);
      frontier = std::move(next);
    }
    return std::move(walk_);
  }

 private:
  void visit(Node const& node, int depth, std::vector<Node>& next) {
    // One more than there is room for tells whether anything is left out.
    std::size_t const room = depth > limits_.depth ? 0 : limits_.edges - walk_.steps.size();
    std::vector<db::Param> params{node.kind, node.key, room + 1};
    params.insert(params.end(), without_.begin(), without_.end());
    auto const rows = tx_.query(sql_, params);
    walk_.truncated = walk_.truncated || rows.size() > room;
    for (std::size_t i = 0; i < std::min(rows.size(), room); ++i) {
      Edge edge = read_edge(rows[i]);
      Node const& far = direction_ == Direction::upstream ? edge.from : edge.to;
      if (reached_.insert(far).second) next.push_back(far);
      walk_.steps.push_back(step_of(std::move(edge), depth));
    }
  }

  [[nodiscard]] Step step_of(Edge edge, int depth) const {
    bool const hides_from = may_see_ && !may_see_(edge.from);
    bool const hides_to = may_see_ && !may_see_(edge.to);
    if (hides_from || hides_to) {
      if (hides_from) edge.from.key.clear();
      if (hides_to) edge.to.key.clear();
      edge.by = {};
      edge.by_name.clear();
      edge.grounds.clear();
    }
    return {std::move(edge), depth, hides_from || hides_to};
  }

  db::Transaction& tx_;
  Direction direction_;
  Limits const& limits_;
  MaySee const& may_see_;
  std::string sql_;
  std::vector<db::Param> without_;
  std::set<Node> reached_;
  Walk walk_;
};

}  // namespace

void Lineage::record(db::Transaction& tx, Edge const& edge) const {
  check(edge.from != edge.to, "nothing is made from itself");
  tx.execute(
      "INSERT INTO lineage_edge (from_kind, from_key, to_kind, to_key, kind, by_id, by_name, recorded_at, grounds) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
      {edge.from.kind, edge.from.key, edge.to.kind, edge.to.key, edge.kind, edge.by, edge.by_name, edge.at,
       json::write(grounds_json(edge.grounds))});
}

void Lineage::record(db::Transaction& tx, Call const& call, Node const& from, Node const& to, std::string const& kind,
                     std::vector<access::Ground> grounds) const {
  record(tx, {from, to, kind, call.principal.id, call.principal.name, call.now(), std::move(grounds)});
}

Walk Lineage::upstream(db::Transaction& tx, std::span<Node const> start, Limits const& limits,
                       MaySee const& may_see) const {
  return Walker(tx, Direction::upstream, limits, may_see).run(start);
}

Walk Lineage::downstream(db::Transaction& tx, std::span<Node const> start, Limits const& limits,
                         MaySee const& may_see) const {
  return Walker(tx, Direction::downstream, limits, may_see).run(start);
}

std::vector<Node> Lineage::versions(db::Transaction& tx, std::string const& kind, std::string const& address) const {
  // Keys that begin with "address@": '@' + 1 is 'A', and both databases compare by code point.
  std::vector<Node> nodes;
  for (db::Row const& row :
       tx.query("SELECT from_key FROM lineage_edge WHERE from_kind = $1 AND from_key >= $2 AND from_key < $3 "
                "UNION SELECT to_key FROM lineage_edge WHERE to_kind = $1 AND to_key >= $2 AND to_key < $3 ORDER BY 1",
                {kind, address + "@", address + "A"}))
    nodes.push_back({kind, row.text(0)});
  return nodes;
}

void for_each_edge(
    db::Transaction& tx,
    std::function<void(Node const& from, Node const& to, std::vector<access::Ground> const&)> const& visit) {
  for (auto const& row : tx.query("SELECT from_kind, from_key, to_kind, to_key, grounds FROM lineage_edge"))
    visit({row.text(0), row.text(1)}, {row.text(2), row.text(3)}, read_grounds(row.text(4)));
}

json::Object to_json(Walk const& walk) {
  json::Array steps;
  for (Step const& step : walk.steps) {
    auto const node = [](Node const& n) { return json::Object{{"kind", n.kind}, {"key", n.key}}; };
    steps.push_back(json::Object{{"depth", step.depth},
                                 {"from", node(step.edge.from)},
                                 {"to", node(step.edge.to)},
                                 {"kind", step.edge.kind},
                                 {"by", step.edge.by_name},
                                 {"at", to_string(step.edge.at)},
                                 {"grounds", grounds_json(step.edge.grounds)},
                                 {"hidden", step.hidden}});
  }
  return {{"steps", std::move(steps)}, {"truncated", walk.truncated}};
}

}  // namespace lepton::lineage
