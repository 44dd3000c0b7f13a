#pragma once

#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/call.h"
#include "reason/derivation.h"
#include "reason/equality.h"
#include "reason/program.h"

namespace lepton::reason {

/// What one update changed of the facts that follow without being stated.
struct InferredChange {
  std::vector<Fact> added;
  std::vector<Fact> removed;

  /// This change and then another.
  void append(InferredChange const& next);
};

struct MaterialisationOptions {
  DerivationLimits limits;
  bool merge_equal = false;  ///< owl:sameAs in the default graph makes terms one
};

/// Stated facts and everything that rules derive from them, kept complete under insertion and deletion. Owned by who
/// keeps a graph; one thread updates it while none reads, any number read in between. After a failed or cancelled
/// update it is not to be used any more: build it again from the stated facts.
class Materialisation {
 public:
  /// `terms` outlives it. Throws what Program throws.
  Materialisation(Rules rules, Terms& terms, MaterialisationOptions const& options = {});
  ~Materialisation();

  /// Takes statements back and adds others (a statement in both is stated), and derives what follows, or no longer
  /// does.
  InferredChange update(Call const& call, std::span<Fact const> insert, std::span<Fact const> remove);
  /// Adds rules, and derives what follows from them.
  InferredChange extend(Call const& call, Rules const& rules);

  /// With representatives in place of equal terms.
  [[nodiscard]] FactBase const& facts() const { return *facts_; }
  [[nodiscard]] Equality const& equality() const { return equality_; }
  [[nodiscard]] Program const& program() const { return *program_; }
  [[nodiscard]] Terms& terms() const { return terms_; }
  [[nodiscard]] bool holds(Fact const& fact) const { return facts_->holds(equality_.normal(fact)); }
  [[nodiscard]] bool is_stated(Fact const& fact) const;
  /// What holds without being stated, in no order, equal terms written out.
  void for_each_inferred(std::function<void(Fact const&)> const& visit) const;
  /// Stated facts that this one, in normal terms, stands for besides itself.
  [[nodiscard]] std::vector<Fact> aliases(Fact const& normal) const;
  /// Facts owl:sameAs of literals with different values (OWL 2 RL, dt-diff).
  [[nodiscard]] std::vector<Fact> const& conflicts() const { return conflicts_; }

 private:
  class Before;

  InferredChange change_in_place(Call const& call, std::span<Fact const> insert, std::span<Fact const> remove);
  InferredChange rebuild(Call const& call, std::span<Fact const> insert, std::span<Fact const> remove,
                         Equality equality);
  [[nodiscard]] std::optional<Equality> newly_equal();
  [[nodiscard]] bool equality_rests_on(std::span<Fact const> facts) const;
  [[nodiscard]] std::unordered_set<Fact, FactHash> statements() const;
  [[nodiscard]] std::vector<Fact> inferred() const;
  void start_again(Call const& call, std::unordered_set<Fact, FactHash> const& stated);

  void take_back(std::span<Fact const> remove, std::vector<std::vector<FactRef>>& doubted);
  void state(std::span<Fact const> insert);
  void end_unsupported(std::vector<FactRef> const& doubted);
  void update_components(Call const& call, std::vector<std::vector<FactRef>> const& doubted);
  void update_component(Call const& call, int component, std::vector<FactRef> const& doubted);
  [[nodiscard]] bool is_touched(Component const& component) const;

  Terms& terms_;
  MaterialisationOptions options_;
  TermKey same_as_;
  std::unique_ptr<Program> program_;
  std::unique_ptr<FactBase> facts_;
  Equality equality_;
  std::unordered_map<Fact, std::unordered_set<Fact, FactHash>, FactHash> aliases_;  ///< normal fact → stated ones
  std::vector<Fact> conflicts_;
  std::size_t evaluated_rules_ = 0;  ///< rules before this place have been evaluated
  bool initial_ = true;              ///< everything is new
  bool failed_ = false;
};

}  // namespace lepton::reason
