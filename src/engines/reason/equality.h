#pragma once

#include <functional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "reason/fact.h"
#include "reason/terms.h"

namespace lepton::reason {

/// Which terms are equal (owl:sameAs), as classes with one representative each, so that rules see one term in place of
/// many (Motik, Nenov, Piro, Horrocks, AAAI 2015, "Handling owl:sameAs via Rewriting"). Owned by a Materialisation.
class Equality {
 public:
  /// The representative; the term itself when it equals no other.
  [[nodiscard]] TermKey normal(TermKey term) const {
    if (classes_.empty()) return term;
    auto const found = representative_.find(term);
    return found == representative_.end() ? term : found->second;
  }
  [[nodiscard]] Fact normal(Fact const& fact) const {
    if (classes_.empty()) return fact;
    return {normal(fact.graph), normal(fact.subject), normal(fact.predicate), normal(fact.object)};
  }
  [[nodiscard]] bool has_merges() const { return !classes_.empty(); }

  enum class Merged : std::uint8_t { same_already, merged, conflict };
  /// Makes two terms equal; an IRI becomes the representative when there is one. `conflict`: they stand for different
  /// values.
  Merged merge(TermKey a, TermKey b, Terms const& terms);

  /// Calls `visit` with every fact that a normal one stands for.
  void expand(Fact const& fact, std::function<void(Fact const&)> const& visit) const;
  /// Members by representative, of classes with more than one.
  [[nodiscard]] std::unordered_map<TermKey, std::vector<TermKey>> const& classes() const { return classes_; }

 private:
  [[nodiscard]] std::vector<TermKey> members(TermKey normal) const;

  std::unordered_map<TermKey, TermKey> representative_;
  std::unordered_map<TermKey, std::vector<TermKey>> classes_;
};

}  // namespace lepton::reason
