#include "graphs/rule_sets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "reason/program.h"
#include "reason/rule_parser.h"

namespace lepton::graphs {
namespace {

using reason::Regime;

constexpr std::array<std::pair<std::string_view, Regime>, 3> kRegimes{
    {{"none", Regime::none}, {"rdfs", Regime::rdfs}, {"owl2-rl", Regime::owl2_rl}}};

/// Errors of the rule language, put to the field that holds the text.
template <class Action>
auto about_the_text(Action const& action) {
  try {
    return action();
  } catch (Error const& error) {
    if (error.code() != Code::invalid) throw;
    throw invalid(error.what(), {{"/text", error.what()}}).with_reason(std::string(error.reason()));
  }
}

void check(Call const& call, TextContent const& content) {
  auto const regime = regime_of(content.regime);
  about_the_text([&] {
    auto rules = reason::parse_rules(call, content.text);
    if (rules.empty() && regime == Regime::none)
      throw invalid("there is no rule in it, and no regime: nothing would follow").with_reason("no_rules");
    auto const more = reason::schema_rules(call, regime);
    rules.insert(rules.end(), more.begin(), more.end());
    reason::MemoryTerms terms;
    reason::Program const compiled(std::move(rules), terms);
    return compiled.rules().size();
  });
}

std::string_view skip_space(std::string_view text) {
  auto const at = text.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? std::string_view() : text.substr(at);
}

}  // namespace

Regime regime_of(std::string const& name, std::string const& pointer) {
  if (name.empty()) return Regime::none;
  for (auto const& [known, regime] : kRegimes)
    if (name == known) return regime;
  throw invalid(fmt::format("'{}' is no entailment regime: take none, rdfs or owl2-rl", name),
                {{pointer, "expected none, rdfs or owl2-rl"}});
}

std::string name_of(Regime regime) {
  for (auto const& [name, known] : kRegimes)
    if (regime == known) return std::string(name);
  return "none";
}

TextKind rule_set_kind() {
  return {"rules", check};
}

reason::Rules rules_of(Call const& call, std::span<TextVersion const> rule_sets) {
  reason::Rules all;
  for (auto const& one : rule_sets) {
    auto rules = reason::parse_rules(call, one.text);
    for (auto& rule : rules) {
      rule.label = fmt::format("{}, {}", rule.label, one.address);
      all.push_back(std::move(rule));
    }
  }
  return all;
}

Regime strongest(std::span<TextVersion const> rule_sets, Regime least) {
  for (auto const& one : rule_sets) least = std::max(least, regime_of(one.regime));
  return least;
}

std::map<std::string, std::string> prefixes_of(std::string_view text) {
  std::map<std::string, std::string> prefixes;
  for (auto at = text.find("@prefix"); at != std::string_view::npos; at = text.find("@prefix", at + 1)) {
    auto const rest = skip_space(text.substr(at + 7));
    auto const colon = rest.find(':');
    if (colon == std::string_view::npos) break;
    auto const iri = skip_space(rest.substr(colon + 1));
    auto const end = iri.find('>');
    if (!iri.starts_with('<') || end == std::string_view::npos) continue;
    prefixes.emplace(rest.substr(0, colon), iri.substr(1, end - 1));
  }
  return prefixes;
}

}  // namespace lepton::graphs
