#pragma once

#include <mutex>
#include <optional>

#include "access/snapshots.h"
#include "graphs/built_in.h"
#include "platform_graph/sight.h"
#include "platform_graph/world.h"

namespace lepton::platform_graph {

/// lepton/platform: the platform as a graph (design.md §8). A view of the rows of all modules, made in one transaction
/// whenever something has changed, so that it shows every commit that ended before the question; each caller sees of it
/// what they may discover. Any thread may call; owned by the composition root, outlives the Graphs that serve it.
class PlatformGraph : public graphs::BuiltInGraph {
 public:
  PlatformGraph(db::Database& database, access::Snapshots const& snapshots, Clock const& clock)
      : database_(database), snapshots_(snapshots), clock_(clock) {}

  [[nodiscard]] access::Address const& address() const override { return address_; }
  [[nodiscard]] graphs::Graph about(Call const& call) override;
  /// Throws Error{denied} for a credential whose scopes leave this graph out.
  [[nodiscard]] graphs::View open(Call const& call) override;

 private:
  [[nodiscard]] std::shared_ptr<Edition const> edition(Call const& call, Timestamp now);

  db::Database& database_;
  access::Snapshots const& snapshots_;
  Clock const& clock_;
  access::Address address_{"lepton", "platform", std::nullopt};
  std::mutex making_;           ///< one makes the next edition on behalf of all, who wait before they take a connection
  std::optional<World> world_;  ///< under making_
  Sights sights_;
};

}  // namespace lepton::platform_graph
