#pragma once

#include <vector>

#include "base/call.h"
#include "reason/prover.h"

namespace lepton::reason {

/// Ends what no longer follows within one component: finds the facts whose derivations lost a member, asks the Prover
/// for each whether another derivation is left, and goes on from those that have none (the Backward/Forward algorithm).
/// Lives for one component of one update; one thread.
class Retraction {
 public:
  /// All outlive it.
  Retraction(Call const& call, FactBase& facts, Terms& terms, Program const& program, int component);

  /// Facts to doubt first: they lost their statement.
  void doubt(FactRef fact);
  /// Doubts what these rules derived from facts that have ended, from the absence of facts that now hold, and from
  /// groups that have changed.
  void doubt_conclusions(std::vector<std::size_t> const& rules);
  /// Ends what has no proof left, and what followed from it alone.
  void run(std::vector<std::size_t> const& rules);
  /// Whether anything was doubted at all, proved or not.
  [[nodiscard]] std::vector<FactRef> const& doubted() const { return doubted_; }

 private:
  void doubt_after(FactRef ended, std::vector<std::size_t> const& rules);
  [[nodiscard]] Join::Found doubt_heads();

  Call const& call_;
  FactBase& facts_;
  Terms& terms_;
  Program const& program_;
  Prover prover_;
  std::vector<FactRef> doubted_;
  std::size_t next_ = 0;
  std::unordered_map<FactRef, bool, FactRefHash> known_;
};

}  // namespace lepton::reason
