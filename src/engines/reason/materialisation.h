#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/call.h"
#include "reason/derivation.h"
#include "reason/program.h"

namespace lepton::reason {

/// What one update changed of the facts that follow without being stated.
struct InferredChange {
  std::vector<Fact> added;
  std::vector<Fact> removed;
};

/// Stated facts and everything that rules derive from them, kept complete under insertion and deletion. Owned by who
/// keeps a graph; one thread updates it while none reads, any number read in between. After a failed or cancelled
/// update it is not to be used any more: build it again from the stated facts.
class Materialisation {
 public:
  /// `terms` outlives it. Throws what Program throws.
  Materialisation(Rules rules, Terms& terms, DerivationLimits const& limits = {});
  ~Materialisation();

  /// Takes statements back and adds others (a statement in both is stated), and derives what follows, or no longer
  /// does.
  InferredChange update(Call const& call, std::span<Fact const> insert, std::span<Fact const> remove);

  [[nodiscard]] FactBase const& facts() const { return facts_; }
  [[nodiscard]] Program const& program() const { return program_; }
  [[nodiscard]] Terms& terms() const { return terms_; }
  [[nodiscard]] bool holds(Fact const& fact) const { return facts_.holds(fact); }
  [[nodiscard]] bool is_stated(Fact const& fact) const;

 private:
  class Before;

  [[nodiscard]] std::vector<std::vector<FactRef>> take_back(std::span<Fact const> remove);
  void state(std::span<Fact const> insert);
  void end_unsupported(std::vector<FactRef> const& doubted);
  void update_component(Call const& call, int component, std::vector<FactRef> const& doubted);
  [[nodiscard]] bool is_touched(Component const& component) const;
  [[nodiscard]] std::vector<Fact> now_unblocked(Call const& call, std::size_t rule) const;

  Terms& terms_;
  Program program_;
  DerivationLimits limits_;
  FactBase facts_;
  bool evaluated_ = false;  ///< rules without atoms have had their turn
  bool failed_ = false;
};

}  // namespace lepton::reason
