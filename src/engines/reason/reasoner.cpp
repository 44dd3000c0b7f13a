#include "reason/reasoner.h"

#include <algorithm>

namespace lepton::reason {

namespace {

Rules all_rules(Call const& call, Rules rules, Regime regime) {
  auto const more = schema_rules(call, regime);
  rules.insert(rules.end(), more.begin(), more.end());
  return rules;
}

}  // namespace

Reasoner::Reasoner(Call const& call, Rules rules, Regime regime, Terms& terms, DerivationLimits const& limits,
                   Datatypes datatypes)
    : regime_(regime),
      datatypes_(std::move(datatypes)),
      materialisation_(all_rules(call, std::move(rules), regime), terms, {limits, is_owl(regime)}) {}

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
  bool const has_axioms = regime_ == Regime::rdf || regime_ == Regime::rdfs_full;
  if (has_axioms) return !facts.empty();          // any may mention a container's property
  std::unordered_map<std::uint64_t, bool> known;  // by predicate, and for rdf:type by class
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
  if (regime_ != Regime::none && found.size() < limit) {
    auto more = datatype_conflicts(call, materialisation_, datatypes_, limit - found.size());
    std::move(more.begin(), more.end(), std::back_inserter(found));
  }
  for (auto const& fact : materialisation_.conflicts()) {
    if (found.size() < limit) found.push_back({"dt-diff", {why(call, materialisation_, fact)}});
  }
  return found;
}

}  // namespace lepton::reason
