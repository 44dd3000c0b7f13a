#pragma once

#include <string>
#include <vector>

#include "base/call.h"
#include "reason/materialisation.h"

namespace lepton::reason {

/// One line of a proof.
struct ProofStep {
  Fact fact;
  bool stated = false;
  std::vector<Fact> stated_as;          ///< the statements it stands for, when equal terms are one
  std::string rule;                     ///< label of the rule that derives it; empty when stated
  std::vector<std::size_t> from;        ///< earlier steps: the facts in the rule's body
  std::vector<std::string> conditions;  ///< what else the rule asked for: absences, groups, filters
};

/// Steps of which each uses earlier ones only; the last is what was asked for. Facts that several others use stand
/// once.
using Proof = std::vector<ProofStep>;

/// Why `fact` holds, down to stated facts, found breadth first, so that short proofs come first. Throws
/// Error{not_found} when it does not hold.
[[nodiscard]] Proof why(Call const& call, Materialisation const& from, Fact const& fact);

/// What a rule lacks to derive a fact.
struct NearMiss {
  std::string rule;
  std::vector<std::string> missing;  ///< atoms that nothing matches, filters that fail, absences that something fills
  std::vector<std::string> found;    ///< atoms as they were matched meanwhile
};

/// Why `fact` does not hold: of each rule that could derive it, how near it comes; those that lack least come first.
/// Empty when no rule derives such facts, so that only a statement could make it hold. Throws Error{conflict} when it
/// does hold.
[[nodiscard]] std::vector<NearMiss> why_not(Call const& call, Materialisation const& from, Fact const& fact);

/// A contradiction: a rule without a head, and the facts its body was matched with, each with its proof.
struct Contradiction {
  std::string rule;
  std::vector<Proof> facts;
};

/// At most `limit` ways to contradict the rules.
[[nodiscard]] std::vector<Contradiction> contradictions(Call const& call, Materialisation const& from,
                                                        std::size_t limit);

/// A fact as the rule language writes it, and a proof as indented lines for people.
[[nodiscard]] std::string to_string(Terms const& terms, Fact const& fact);
[[nodiscard]] std::string to_string(Terms const& terms, Proof const& proof);

}  // namespace lepton::reason
