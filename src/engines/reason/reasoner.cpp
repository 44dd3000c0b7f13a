#include "reason/reasoner.h"

#include <algorithm>

#include "reason/value.h"

namespace lepton::reason {

namespace {

Rules all_rules(Call const& call, Rules rules, Regime regime) {
  auto const more = schema_rules(call, regime);
  rules.insert(rules.end(), more.begin(), more.end());
  return rules;
}

}  // namespace

Reasoner::Reasoner(Call const& call, Rules rules, Regime regime, Terms& terms, DerivationLimits const& limits)
    : regime_(regime),
      materialisation_(all_rules(call, std::move(rules), regime), terms, {limits, regime == Regime::owl2_rl}) {}

InferredChange Reasoner::update(Call const& call, std::span<Fact const> insert, std::span<Fact const> remove) {
  auto change = materialisation_.update(call, insert, remove);
  bool changed = touches_schema(insert) || touches_schema(remove) || touches_schema(change.added) ||
                 touches_schema(change.removed);
  while (changed) {
    auto const rules = rules_of_schema(regime_, materialisation_.facts(), materialisation_.terms(), known_);
    if (rules.empty()) break;
    auto const next = materialisation_.extend(call, rules);
    changed = touches_schema(next.added) || touches_schema(next.removed);
    change.append(next);
  }
  return change;
}

bool Reasoner::touches_schema(std::span<Fact const> facts) const {
  if (regime_ == Regime::rdfs_full) return !facts.empty();  // any may mention a container's property
  std::unordered_map<std::uint64_t, bool> known;            // by predicate, and for rdf:type by class
  TermKey const type = materialisation_.program().type();
  return std::any_of(facts.begin(), facts.end(), [&](Fact const& fact) {
    auto const key = (std::uint64_t{fact.predicate} << 32) | (fact.predicate == type ? fact.object : no_term);
    auto const [place, added] = known.emplace(key, false);
    if (added) place->second = is_schema(regime_, fact, materialisation_.terms());
    return place->second;
  });
}

std::vector<Contradiction> Reasoner::contradictions(Call const& call, std::size_t limit) const {
  auto found = reason::contradictions(call, materialisation_, limit);
  if (regime_ != Regime::none) add_ill_typed(call, limit, found);
  for (auto const& fact : materialisation_.conflicts()) {
    if (found.size() < limit) found.push_back({"dt-diff", {why(call, materialisation_, fact)}});
  }
  return found;
}

void Reasoner::add_ill_typed(Call const& call, std::size_t limit, std::vector<Contradiction>& found) const {
  auto const& facts = materialisation_.facts();
  std::unordered_map<TermKey, bool> well_formed;
  for (TableIndex index = 0; index < facts.tables(); ++index) {
    auto const& table = facts.table(index);
    if (table.is_unary()) continue;
    call.proceed();
    for (Row row = 0; row < table.size() && found.size() < limit; ++row) {
      if (!table.holds(row)) continue;
      auto const [place, added] = well_formed.emplace(table.object(row), true);
      if (!added) continue;
      auto const term = materialisation_.terms().term(table.object(row));
      place->second = term.kind != rdf::TermKind::literal || is_well_formed(term.view());
      if (!place->second) found.push_back({"dt-not-type", {why(call, materialisation_, table.fact(row))}});
    }
  }
}

}  // namespace lepton::reason
