#pragma once

#include <map>
#include <span>
#include <string>

#include "base/call.h"
#include "graphs/texts.h"
#include "reason/ontology_rules.h"

namespace lepton::graphs {

/// "none", "rdfs" or "owl2-rl"; "" is none. Throws Error{invalid} that names the field at `pointer`.
[[nodiscard]] reason::Regime regime_of(std::string const& name, std::string const& pointer = "/regime");
[[nodiscard]] std::string name_of(reason::Regime regime);

/// Rule sets: text in the rule language (docs/decisions/0010-rule-language.md) and an entailment regime. What is saved
/// has been read, and is safe and stratified.
[[nodiscard]] TextKind rule_set_kind();

/// The rules of several rule sets, each labelled "its name, department/rules@version", which is how proofs name it.
[[nodiscard]] reason::Rules rules_of(Call const& call, std::span<TextVersion const> rule_sets);
/// What the rule sets ask for, and at least `least`: each regime holds the one before it.
[[nodiscard]] reason::Regime strongest(std::span<TextVersion const> rule_sets, reason::Regime least);

/// Prefixes that a text declares, by name, as rules and Turtle write them: for showing its terms to people.
[[nodiscard]] std::map<std::string, std::string> prefixes_of(std::string_view text);

}  // namespace lepton::graphs
