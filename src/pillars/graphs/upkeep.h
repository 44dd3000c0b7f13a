#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "access/assets.h"
#include "base/fields.h"
#include "base/time.h"
#include "db/database.h"

namespace lepton::graphs {

/// What becomes of a commit that does not conform to the graph's shapes.
enum class OnCommit : std::uint8_t { off, report, reject };

/// What is kept with every commit of a graph, from one commit on: rules that derive, and shapes that must hold.
struct Upkeep {
  std::int64_t from_commit = 0;
  std::vector<std::string> rules;   ///< "risk/exposure-rules@1"
  std::string regime = "none";      ///< what follows besides, whatever the rule sets ask for
  std::vector<std::string> closed;  ///< IRIs of the parts, ascending: rules see nothing of them
  std::vector<std::string> shapes;  ///< "risk/customer-shapes@1"
  OnCommit on_commit = OnCommit::off;
  std::string set_by;
  Timestamp set_at;

  [[nodiscard]] bool reasons() const { return !rules.empty() || regime != "none"; }
  [[nodiscard]] bool validates() const { return on_commit != OnCommit::off && !shapes.empty(); }
  /// Whether both derive the same facts of the same statements.
  [[nodiscard]] bool derives_like(Upkeep const& other) const;
  /// The same for what must hold.
  [[nodiscard]] bool validates_like(Upkeep const& other) const;
};

// The rows, inside a transaction of the caller. They are a history: what a commit was kept by is what was set last
// before it, so a store's commit and its upkeep become current at once.

[[nodiscard]] Upkeep find_upkeep(db::Transaction& tx, access::AssetId const& graph, std::int64_t commit);
void put_upkeep(db::Transaction& tx, access::AssetId const& graph, Upkeep const& upkeep);
/// The commit that it began with did not come to be.
void undo_upkeep(db::Transaction& tx, access::AssetId const& graph, std::int64_t commit);
void remove_upkeep(db::Transaction& tx, access::AssetId const& graph);

}  // namespace lepton::graphs

template <>
struct lepton::EnumNames<lepton::graphs::OnCommit> {
  using O = lepton::graphs::OnCommit;
  static constexpr std::array<std::pair<O, std::string_view>, 3> values{
      {{O::off, "off"}, {O::report, "report"}, {O::reject, "reject"}}};
};
