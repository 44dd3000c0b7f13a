#pragma once

#include <deque>
#include <optional>
#include <shared_mutex>
#include <unordered_map>

#include "rdf/term.h"
#include "reason/fact.h"

namespace lepton::reason {

/// Gives terms dense ids for as long as it lives; a term keeps its id. Owned by who reasons, outlives the facts that
/// use its ids; any thread may call it.
class Terms {
 public:
  virtual ~Terms() = default;
  /// The term's id; it gets one when it has none.
  [[nodiscard]] virtual TermKey key(rdf::TermView const& term) = 0;
  [[nodiscard]] virtual std::optional<TermKey> find(rdf::TermView const& term) const = 0;
  /// `key` was given out by this object.
  [[nodiscard]] virtual rdf::Term term(TermKey key) const = 0;
};

/// Keeps the terms themselves, in memory.
class MemoryTerms : public Terms {
 public:
  [[nodiscard]] TermKey key(rdf::TermView const& term) override;
  [[nodiscard]] std::optional<TermKey> find(rdf::TermView const& term) const override;
  [[nodiscard]] rdf::Term term(TermKey key) const override;

 private:
  struct Equal {
    using is_transparent = void;
    bool operator()(rdf::TermView const& a, rdf::TermView const& b) const { return a == b; }
  };
  mutable std::shared_mutex mutex_;
  std::deque<rdf::Term> terms_;  ///< never moves its elements: the map's keys are views into them
  std::unordered_map<rdf::TermView, TermKey, rdf::TermHash, Equal> keys_;
};

}  // namespace lepton::reason
