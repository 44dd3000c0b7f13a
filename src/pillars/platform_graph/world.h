#pragma once

#include <memory>
#include <vector>

#include "access/snapshots.h"
#include "platform_graph/edition.h"
#include "platform_graph/rules.h"
#include "reason/materialisation.h"
#include "reason/store_reasoner.h"

namespace lepton::platform_graph {

/// Keeps the latest edition of the graph and makes the next one from it: only sources whose tables have changed are
/// read again, and only what their change implies is derived anew. One thread at a time. After an exception it is to be
/// made again.
class World {
 public:
  /// `call` may not be one that its caller ends.
  explicit World(Call const& call);

  /// The edition of the state that the transaction sees. `now` decides which grants are in force.
  [[nodiscard]] std::shared_ptr<Edition const> edition(Call const& call, db::Transaction& tx,
                                                       access::Snapshots const& snapshots, Timestamp now);
  /// Terms that nothing names any more stay in the dictionary: true when they are most of it, and starting afresh pays.
  [[nodiscard]] bool is_stale() const;

 private:
  /// How statements changed, and in which layer.
  struct Step {
    rdf::IdQuad quad;
    rdf::Layer layer = rdf::Layer::stated;
    bool added = false;
  };
  using Steps = std::vector<Step>;

  [[nodiscard]] Steps read_sources(db::Transaction& tx, Edition const& next, Edition const* last, Timestamp now);
  void replace(std::size_t source, std::vector<rdf::IdQuad> fresh, Steps& steps);
  [[nodiscard]] bool another_says(std::size_t source, rdf::IdQuad const& quad) const;
  void derive(Call const& call, Steps& steps);
  [[nodiscard]] std::shared_ptr<rdf::MemoryRun const> apply(Steps steps) const;

  Names names_;
  reason::StoreTerms terms_;
  RelevantFacts relevant_;
  reason::Materialisation rules_;
  std::vector<std::vector<rdf::IdQuad>> said_;  ///< by source, ascending
  std::shared_ptr<Edition const> latest_;       // shared with the queries that run on it
  std::size_t first_terms_ = 0;                 ///< size of the dictionary after the first edition
};

}  // namespace lepton::platform_graph
