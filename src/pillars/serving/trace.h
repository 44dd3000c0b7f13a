#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "access/assets.h"
#include "access/authority.h"
#include "base/call.h"
#include "base/json.h"
#include "db/database.h"
#include "lineage/lineage.h"
#include "serving/decision_log.h"
#include "serving/deployment_records.h"

namespace lepton::serving {

/// One stage of the way back from a decision, with what allowed it.
struct TraceStep {
  std::string kind;      ///< "request", "deployment", "lookup", "facts", "model_version", "run", "dataset_version", …
  std::string name;      ///< address or id; empty when hidden
  std::string relation;  ///< how the thing after it came from it: "deployed", "produced", "read"
  int depth = 0;         ///< from the request
  int parent = -1;       ///< place in the trace of what was made from it; -1 for the request
  std::string by;
  std::optional<Timestamp> at;
  std::vector<access::Ground> allowed_by;
  json::Object facts;
  bool hidden = false;  ///< there is something that the caller may not know of
};

struct Trace {
  DecisionId decision;
  std::vector<TraceStep> steps;  ///< the request first, then further and further back
  bool truncated = false;
};

/// Something that depends on the address asked about.
struct Dependent {
  std::string kind;
  std::string name;  ///< empty when hidden
  std::string relation;
  int depth = 1;
  bool live = false;  ///< a deployment that serves it at this moment
  bool hidden = false;
  /// Grants on the way from the address to it, and whether each is still in force.
  struct Standing {
    access::Ground ground;
    bool in_force = true;
    std::string since;  ///< "revoked by ana at …: reason", "expired at …"
  };
  std::vector<Standing> stands_on;
  [[nodiscard]] bool still_allowed() const;
};

struct Impact {
  std::string address;
  std::vector<Dependent> dependents;  ///< nearest first
  bool truncated = false;
};

[[nodiscard]] json::Object to_json(Trace const& trace);
[[nodiscard]] json::Object to_json(Impact const& impact);

/// Walks the lineage graph for people: back from a decision to the rows, and forward from a dataset to what serves it.
/// Any thread may call; owned by the composition root.
class Traces {
 public:
  /// What the pillar that owns a kind of node tells about it.
  struct NodeKind {
    std::function<json::Object(db::Transaction&, Call const&, std::string const& key)> describe;
    /// The asset that decides who may know of the node; by default the one whose address the key is.
    std::function<std::optional<access::Asset>(db::Transaction&, std::string const& key)> asset;
  };
  struct Parts {
    db::Database& database;
    access::Authority const& authority;
    access::Assets& assets;
    lineage::Lineage& lineage;
    DecisionLog const& decisions;
    std::map<std::string, NodeKind> kinds;  ///< "run", "model_version", "dataset_version", …
  };
  explicit Traces(Parts parts) : parts_(std::move(parts)) {}

  /// Throws Error{not_found} where the caller may not see the decision. Everything behind it is told as far as the
  /// caller may discover it, the rest is counted as hidden.
  [[nodiscard]] Trace why(Call const& call, DecisionId const& id) const;
  /// `address` may name a version. Needs `discover`. A steward of the owner is told the names of all that depends on
  /// it, because it stands on what the owner gave; others only of what they may discover.
  [[nodiscard]] Impact impact(Call const& call, access::Address const& address) const;

 private:
  [[nodiscard]] bool may_see(db::Transaction& tx, Call const& call, lineage::Node const& node) const;
  [[nodiscard]] json::Object describe(db::Transaction& tx, Call const& call, lineage::Node const& node) const;
  void add_lookups(db::Transaction& tx, Call const& call, Decision const& decision, Trace& trace) const;
  [[nodiscard]] std::vector<std::string> known_sources(db::Transaction& tx, Call const& call,
                                                       FactReference const& facts) const;
  [[nodiscard]] TraceStep deployment_step(db::Transaction& tx, Call const& call, Decision const& decision) const;
  [[nodiscard]] std::vector<lineage::Node> starts_of(db::Transaction& tx, access::Asset const& asset,
                                                     access::Address const& address) const;
  [[nodiscard]] bool is_live(db::Transaction& tx, lineage::Node const& node) const;
  [[nodiscard]] static Dependent::Standing standing(db::Transaction& tx, Call const& call,
                                                    access::Ground const& ground);

  Parts parts_;
  DeploymentRecords records_;
};

}  // namespace lepton::serving
