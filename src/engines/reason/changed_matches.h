#pragma once

#include <functional>
#include <set>
#include <vector>

#include "base/call.h"
#include "reason/join.h"
#include "reason/program.h"

namespace lepton::reason {

/// Finds the matches of a rule's body that the present update may have ended or brought, without looking at the others:
/// begins with changed rows, and of aggregates evaluates the groups that have changed alone. Owned by one update; one
/// thread. A match may be found more than once.
class ChangedMatches {
 public:
  /// All outlive it.
  ChangedMatches(Call const& call, FactBase const& facts, Terms& terms, Program const& program)
      : call_(call), facts_(facts), terms_(terms), program_(program) {}

  /// Matches in the state before the update, through facts that have ended, the absence of facts that now hold, and
  /// changed groups.
  void for_each_lost(CompiledRule const& rule, Join::Found const& found) const;
  /// Matches in the present state, through the absence of facts that have ended and changed groups. Those through new
  /// facts are Derivation's.
  void for_each_unblocked(CompiledRule const& rule, Join::Found const& found) const;

 private:
  using Key = std::vector<TermKey>;

  void lost_with_rows(CompiledRule const& rule, Join::Found const& found) const;
  void lost_by_absence(CompiledRule const& rule, Join::Found const& found) const;
  void found_with_rows(CompiledRule const& rule, Join::Found const& found) const;
  void found_by_absence(CompiledRule const& rule, Join::Found const& found) const;
  void in_changed_groups(CompiledRule const& rule, View view, Join::Found const& found) const;
  [[nodiscard]] std::set<Key> changed_keys(CompiledGroups const& groups) const;

  Call const& call_;
  FactBase const& facts_;
  Terms& terms_;
  Program const& program_;
};

/// Calls `visit` for each table that the signature may match.
void for_each_table(FactBase const& facts, Program const& program, Signature const& signature,
                    std::function<void(TableIndex)> const& visit);

/// Whether a table that the body reads, at any depth, has changed in this update.
[[nodiscard]] bool has_changed(FactBase const& facts, Program const& program, CompiledBody const& body);

/// Rows that held before this update and do not now.
[[nodiscard]] std::vector<Row> ended_rows(Table const& table);

}  // namespace lepton::reason
