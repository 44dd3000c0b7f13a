#pragma once

#include <memory>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "rdf/store/store.h"
#include "reason/reasoner.h"

namespace lepton::reason {

/// Dense ids for the terms of a store's dictionary. The dictionary outlives it; any thread may call.
class StoreTerms : public Terms {
 public:
  explicit StoreTerms(rdf::Dictionary& dictionary) : dictionary_(dictionary) {}

  [[nodiscard]] TermKey key(rdf::TermView const& term) override { return key_of(dictionary_.intern(term)); }
  [[nodiscard]] std::optional<TermKey> find(rdf::TermView const& term) const override;
  [[nodiscard]] rdf::Term term(TermKey key) const override { return dictionary_.term(id_of(key)); }

  [[nodiscard]] TermKey key_of(rdf::TermId id);
  [[nodiscard]] rdf::TermId id_of(TermKey key) const;
  [[nodiscard]] Fact fact_of(rdf::IdQuad const& quad);
  [[nodiscard]] rdf::IdQuad quad_of(Fact const& fact) const;

 private:
  rdf::Dictionary& dictionary_;
  mutable std::shared_mutex mutex_;
  std::vector<rdf::TermId> ids_;
  std::unordered_map<std::uint64_t, TermKey> keys_;
};

/// What a reasoner took in from a transaction, and what came of it.
struct Followed {
  std::vector<Fact> inserted;
  std::vector<Fact> removed;
  InferredChange inferred;
};

/// Keeps the inferred layer of a store what the rules derive from the stated one. Owned by who owns the store, which
/// outlives it; called by the thread that holds the store's transaction. When a call fails, it is not in step with
/// the store any more and must be made again.
class StoreReasoner {
 public:
  /// Derives everything from what the snapshot states, but for the closed graphs: rules neither see what stands in them
  /// nor derive anything into them. Throws what Program throws.
  StoreReasoner(Call const& call, rdf::Store& store, rdf::Snapshot const& snapshot, Rules rules, Regime regime,
                DerivationLimits const& limits = {}, std::vector<rdf::TermId> closed_graphs = {});

  /// Makes the whole inferred layer of the transaction what the rules derive: after the rules have changed.
  void replace_inferred(Call const& call, rdf::Transaction& transaction) const;
  /// Derives from what the transaction changed in the stated layer, and changes the inferred one with it. To be called
  /// once, just before commit.
  Followed follow(Call const& call, rdf::Transaction& transaction);
  /// Undoes the last follow(): its transaction is not going to be committed.
  void take_back(Call const& call, Followed const& followed);

  [[nodiscard]] Reasoner const& reasoner() const { return *reasoner_; }
  [[nodiscard]] StoreTerms const& terms() const { return terms_; }
  /// The fact of a statement, as the explanations want it.
  [[nodiscard]] Fact fact(rdf::QuadView const& quad);

 private:
  [[nodiscard]] bool can_be_shown(Fact const& fact) const;
  [[nodiscard]] bool is_closed(rdf::TermId graph) const;

  std::vector<rdf::TermId> closed_graphs_;  ///< ascending
  StoreTerms terms_;
  std::unique_ptr<Reasoner> reasoner_;
};

}  // namespace lepton::reason
