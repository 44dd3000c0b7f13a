#pragma once

#include <optional>
#include <span>
#include <vector>

#include "db/database.h"
#include "serving/decision.h"

namespace lepton::serving {

/// Writes decisions and gives each its id. Those of one deployment, caller, purpose and route that began within a
/// moment of each other become one row, a pack, which holds what they share once: a busy deployment pays for a row
/// and its index entries per commit, not per answer. Ids ascend in time, and a pack's name is the beginning of theirs.
void insert(db::Transaction& tx, std::span<NewDecision* const> decisions);

[[nodiscard]] std::optional<Decision> find_decision(db::Transaction& tx, DecisionId const& id);

struct DecisionQuery {
  std::optional<access::AssetId> deployment;
  std::optional<PrincipalId> principal;
  Timestamp from{};
  Timestamp to = Timestamp::max();
  int limit = 100;
  /// Continue after this one: its moment and id.
  std::optional<std::pair<Timestamp, DecisionId>> before;
};
/// Newest first.
[[nodiscard]] std::vector<Decision> list_decisions(db::Transaction& tx, DecisionQuery const& query);

}  // namespace lepton::serving
