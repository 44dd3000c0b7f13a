#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/call.h"
#include "rdf/quad.h"
#include "rdf/store/snapshot.h"

namespace lepton::rdf {

class StoreState;

/// What a transaction did to one layer against the snapshot that it began from: net and ascending, without quads that
/// were there already, or that came and went.
struct Changes {
  std::vector<IdQuad> added;
  std::vector<IdQuad> removed;
};

/// The one writer of a store: between begin and commit nobody else writes, so what it reads stays true; readers go on
/// and see nothing of it. Owned by who began it, one thread at a time; it must not outlive its Store. Destruction
/// without commit leaves no trace but interned terms. After an exception from commit() the outcome is known by
/// reopening alone and the store refuses further writes; after any other exception it can only be destroyed.
class Transaction {
 public:
  Transaction(std::shared_ptr<StoreState> store, Call const& call);
  ~Transaction();
  Transaction(Transaction&&) noexcept;
  Transaction& operator=(Transaction&&) = delete;

  /// Adding what is there and removing what is not there changes nothing. A quad of both layers stays in the other.
  void insert(IdQuad const& quad, Layer layer = Layer::stated);
  void insert(QuadView const& quad, Layer layer = Layer::stated);
  void remove(IdQuad const& quad, Layer layer = Layer::stated);
  void remove(QuadView const& quad, Layer layer = Layer::stated);
  /// Removes from one layer all that matches.
  void clear(QuadPattern const& pattern, Layer layer = Layer::stated);

  /// Also for terms that are only computed with: an id may stay unused.
  [[nodiscard]] Dictionary& dictionary();
  /// What it began from.
  [[nodiscard]] Snapshot base() const;
  /// What it would leave: the base with its changes so far. Later changes do not alter it.
  [[nodiscard]] Snapshot view();
  /// Its changes so far, in one layer.
  [[nodiscard]] Changes changes(Layer layer);

  /// All of it or nothing, durable before it returns: the version that shows it. Without changes: the version it began
  /// from, once that is durable; many changes wait for a running merge. Throws Error{exhausted}, Error{unavailable}.
  std::uint64_t commit();

 private:
  struct Pending;
  std::shared_ptr<StoreState> store_;  // shared with the store, whose closing waits for nobody
  std::unique_ptr<Pending> pending_;
};

}  // namespace lepton::rdf
