#include "reason/retraction.h"

#include "reason/changed_matches.h"

namespace lepton::reason {

Retraction::Retraction(Call const& call, FactBase& facts, Terms& terms, Program const& program, int component)
    : call_(call),
      facts_(facts),
      terms_(terms),
      program_(program),
      prover_(call, facts, terms, program, component, Prover::Search::depth_first) {}

void Retraction::doubt(FactRef fact) {
  if (fact.row == no_row) return;
  auto const& table = facts_.table(fact.table);
  if (!table.holds(fact.row) || table.is_stated(fact.row)) return;
  if (known_.emplace(fact, true).second) doubted_.push_back(fact);
}

Join::Found Retraction::doubt_heads() {
  return [this](Join const& match) {
    doubt(facts_.find(match.head()));
    return true;
  };
}

void Retraction::doubt_conclusions(std::vector<std::size_t> const& rules) {
  ChangedMatches const changed(call_, facts_, terms_, program_);
  for (auto const rule : rules) changed.for_each_lost(program_.rules()[rule], doubt_heads());
}

void Retraction::run(std::vector<std::size_t> const& rules) {
  while (next_ < doubted_.size()) {
    FactRef const fact = doubted_[next_++];
    if (!facts_.table(fact.table).holds(fact.row) || prover_.prove(fact)) continue;
    auto const disproved = prover_.disproved();
    for (FactRef const one : disproved) facts_.table(one.table).end(one.row);
    for (FactRef const one : disproved) doubt_after(one, rules);
  }
}

/// What used a fact that has just ended, in the state before the update.
void Retraction::doubt_after(FactRef ended, std::vector<std::size_t> const& rules) {
  auto const& table = facts_.table(ended.table);
  if (ended.row >= table.update_begin()) return;  // nothing was derived from it before
  for (auto const index : rules) {
    auto const& rule = program_.rules()[index];
    for (std::size_t atom = 0; atom < rule.body.atoms.size(); ++atom) {
      if (!program_.may_match(program_.signature(rule.body.atoms[atom]), table)) continue;
      Join join(call_, facts_, terms_, rule, rule.by_atom[atom], {View::old});
      (void)join.run_rows(ended.table, std::span(&ended.row, 1), doubt_heads());
    }
  }
}

}  // namespace lepton::reason
