#pragma once

#include <compare>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/authority.h"
#include "base/call.h"
#include "base/json.h"
#include "db/database.h"

namespace lepton::lineage {

/// A thing that was read or made: {"dataset_version", "banking/customers@1"}, {"run", id}, {"model_version",
/// "risk/default@1"}, {"deployment", "risk/score@3"}, {"decision", id}. Nodes are not stored apart from their edges.
struct Node {
  std::string kind;
  std::string key;

  friend auto operator<=>(Node const&, Node const&) = default;
};

/// "`to` was made from, or by, `from`." Data flows along the arrow; the grounds say who allowed it.
struct Edge {
  Node from;
  Node to;
  std::string kind;  ///< a verb in the past: "read", "produced", "registered", "deployed", "answered"
  PrincipalId by;
  std::string by_name;
  Timestamp at;
  std::vector<access::Ground> grounds;
};

/// How far a walk goes. It never visits an edge twice, so that cycles end.
struct Limits {
  int depth = 64;                 ///< edges between the start and the farthest node
  std::size_t edges = 10'000;     ///< most edges listed
  std::set<std::string> without;  ///< kinds of nodes that are neither listed nor passed, such as "decision"
};

struct Step {
  Edge edge;
  int depth = 1;        ///< 1 for an edge at the start
  bool hidden = false;  ///< the caller may not know of one of its nodes: that key, people and grounds are blank
};

/// Edges nearest first, each once, and in a stable order.
struct Walk {
  std::vector<Step> steps;
  bool truncated = false;  ///< a limit ended it before the end
};

/// Whether the caller may know of a node. The pillars that own the kinds decide that, lineage does not.
using MaySee = std::function<bool(Node const&)>;

/// Which versions were made from which, and who allowed it (design.md §2.3). Stateless: any thread may call, inside a
/// transaction that the caller holds, so that what was done and its edges are durable together.
class Lineage {
 public:
  /// Recording an edge again changes nothing: the first record stays.
  void record(db::Transaction& tx, Edge const& edge) const;
  void record(db::Transaction& tx, Call const& call, Node const& from, Node const& to, std::string const& kind,
              std::vector<access::Ground> grounds = {}) const;

  /// What the nodes were made from.
  [[nodiscard]] Walk upstream(db::Transaction& tx, std::span<Node const> start, Limits const& limits = {},
                              MaySee const& may_see = nullptr) const;
  [[nodiscard]] Walk upstream(db::Transaction& tx, Node const& start, Limits const& limits = {},
                              MaySee const& may_see = nullptr) const {
    return upstream(tx, std::span(&start, 1), limits, may_see);
  }
  /// What depends on the nodes.
  [[nodiscard]] Walk downstream(db::Transaction& tx, std::span<Node const> start, Limits const& limits = {},
                                MaySee const& may_see = nullptr) const;
  [[nodiscard]] Walk downstream(db::Transaction& tx, Node const& start, Limits const& limits = {},
                                MaySee const& may_see = nullptr) const {
    return downstream(tx, std::span(&start, 1), limits, may_see);
  }

  /// The nodes of a kind whose key is `address` with any version: where the impact of a whole asset starts.
  [[nodiscard]] std::vector<Node> versions(db::Transaction& tx, std::string const& kind,
                                           std::string const& address) const;
};

[[nodiscard]] json::Object to_json(Walk const& walk);

}  // namespace lepton::lineage
