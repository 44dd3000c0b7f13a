#pragma once

#include <set>
#include <string>

#include "reason/datatypes.h"
#include "reason/explanation.h"
#include "reason/materialisation.h"
#include "reason/ontology_rules.h"

namespace lepton::reason {

/// People's rules and an entailment regime over one body of facts: a Materialisation whose program follows the schema.
/// Regimes speak about the default graph. Ownership, threads and failures as of Materialisation.
class Reasoner {
 public:
  /// `terms` outlives it. Throws what Program throws.
  Reasoner(Call const& call, Rules rules, Regime regime, Terms& terms, DerivationLimits const& limits = {},
           Datatypes datatypes = {});

  InferredChange update(Call const& call, std::span<Fact const> insert, std::span<Fact const> remove);

  [[nodiscard]] Materialisation const& materialisation() const { return materialisation_; }
  [[nodiscard]] Regime regime() const { return regime_; }
  /// Ways in which the facts contradict the rules and the regime, at most `limit`: also what contradicts the datatypes
  /// (dt-not-type), and equality of different values (dt-diff).
  [[nodiscard]] std::vector<Contradiction> contradictions(Call const& call, std::size_t limit) const;

 private:
  [[nodiscard]] bool touches_schema(std::span<Fact const> facts) const;

  Regime regime_;
  Datatypes datatypes_;
  std::set<std::string> known_;  ///< rules of schemas so far
  Materialisation materialisation_;
};

}  // namespace lepton::reason
