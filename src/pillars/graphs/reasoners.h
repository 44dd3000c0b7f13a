#pragma once

#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "access/assets.h"
#include "base/call.h"
#include "base/guarded.h"
#include "rdf/store/store.h"
#include "reason/store_reasoner.h"

namespace lepton::graphs {

/// A reasoner in step with one commit of a graph.
struct HeldReasoner {
  std::shared_ptr<rdf::Store> store;  // shared: outlives the reasoner, which has ids of its dictionary
  std::unique_ptr<reason::StoreReasoner> reasoner;
  std::string program;  ///< what it derives by
  std::int64_t commit = 0;
};

/// The reasoners of graphs between commits. Who holds a store's transaction waits for its turn, takes the reasoner out,
/// and gives it back in step with what was committed; what is not given back is made again from the store when it is
/// next needed. Only the latest used few are kept, since each holds its graph's facts in memory. Any thread may call.
class Reasoners {
 public:
  /// One graph's: only who has it takes the reasoner and gives it back. A store lets the next writer begin before the
  /// last commit is durable, so holding its transaction is not enough.
  struct EndTurn {
    std::string graph{};
    void operator()(Reasoners* reasoners) const { reasoners->end_turn(graph); }
  };
  using Turn = std::unique_ptr<Reasoners, EndTurn>;
  /// Waits as long as the call may wait; ends before these reasoners do.
  [[nodiscard]] Turn wait_for_turn(Call const& call, access::AssetId const& graph);

  /// In step with that commit, and deriving by that program; else nothing, and what there was is gone.
  [[nodiscard]] std::optional<HeldReasoner> take(access::AssetId const& graph, std::string const& program,
                                                 std::int64_t commit);
  void give_back(access::AssetId const& graph, HeldReasoner reasoner);
  void forget(access::AssetId const& graph);

 private:
  static constexpr std::size_t most = 8;
  using Kept = std::list<std::pair<access::AssetId, HeldReasoner>>;  // latest used first

  void end_turn(std::string const& graph);

  Guarded<Kept> kept_;
  Guarded<std::set<std::string>> taken_;  ///< graphs whose turn somebody has
  std::condition_variable_any ended_;
};

}  // namespace lepton::graphs
