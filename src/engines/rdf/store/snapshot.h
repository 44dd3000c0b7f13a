#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "rdf/store/dictionary.h"
#include "rdf/store/id_quad.h"
#include "rdf/store/scan.h"

namespace lepton::rdf {

class Version;

/// What the planner knows of a predicate, over all graphs and both layers. `triples` is exact; the others are exact
/// when nothing was written since the last merge, and else bounds from above.
struct PredicateStatistics {
  TermId predicate;
  std::uint64_t triples = 0;
  std::uint64_t subjects = 0;
  std::uint64_t objects = 0;
};

/// The store as it was after one commit: it never changes, and holds whole transactions only. A cheap value that shares
/// what it reads with other snapshots and keeps it alive; any thread may call, nothing waits for writers. It must not
/// outlive its Store.
class Snapshot {
 public:
  Snapshot(std::shared_ptr<Version const> version, Dictionary const& dictionary);

  /// Of the commit that it shows; 0 for an empty store. Grows with every commit that changes something.
  [[nodiscard]] std::uint64_t version() const;
  [[nodiscard]] Dictionary const& dictionary() const { return *dictionary_; }

  /// Every order works with every pattern: what the pattern binds at the head of the order is looked up, what it binds
  /// elsewhere is filtered.
  [[nodiscard]] Scan scan(QuadPattern const& pattern, Order order, ScanOptions options = {}) const;
  /// The order in which the pattern's bound parts stand first, so that a scan reads little more than it gives.
  [[nodiscard]] static Order order_for(QuadPattern const& pattern);

  /// Exact. Fast (logarithmic) for patterns without a graph, and for graphs alone or with s, sp, spo; other patterns
  /// with a graph are counted by a scan, unless the store has but one graph.
  [[nodiscard]] std::uint64_t count(QuadPattern const& pattern, Layers layers = Layers::both) const;
  [[nodiscard]] bool contains(IdQuad const& quad, Layers layers = Layers::both) const;

  /// By predicate, ascending.
  [[nodiscard]] std::vector<PredicateStatistics> predicates() const;
  /// Of one predicate; zeros when no quad has it.
  [[nodiscard]] PredicateStatistics predicate(TermId predicate) const;
  /// Named graphs that hold a quad of the layers, ascending. The default graph is not among them.
  [[nodiscard]] std::vector<TermId> named_graphs(Layers layers = Layers::both) const;

 private:
  std::shared_ptr<Version const> version_;  // shared with other snapshots and with the store
  Dictionary const* dictionary_;
};

}  // namespace lepton::rdf
