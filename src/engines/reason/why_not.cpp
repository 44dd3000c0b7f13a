// What rules lack to derive a fact: each rule is tried without one of its conditions, and when that is not enough, as
// far as it goes.
#include <algorithm>

#include "base/error.h"
#include "rdf/nquads_text.h"
#include "reason/explanation.h"
#include "reason/join.h"

namespace lepton::reason {

namespace {

/// Shows a pattern with what is known of its variables.
std::string shown(Materialisation const& from, CompiledRule const& rule, Pattern const& pattern,
                  std::span<TermKey const> slots) {
  auto const part = [&](PatternPart const& one) {
    TermKey const key = one.is_slot ? slots[one.value] : one.value;
    if (key == no_term) return "?" + rule.variables[one.value];
    std::string text;
    rdf::append_term(text, from.terms().term(key).view());
    return text;
  };
  std::string text =
      fmt::format("[{}, {}, {}]", part(pattern.subject()), part(pattern.predicate()), part(pattern.object()));
  if (pattern.graph().is_slot || pattern.graph().value != no_term) text += " " + part(pattern.graph());
  return text;
}

/// One rule, tried for one fact.
class Attempt {
 public:
  Attempt(Call const& call, Materialisation const& from, CompiledRule const& rule, Fact const& fact)
      : call_(call), from_(from), rule_(rule), fact_(fact) {}

  [[nodiscard]] bool applies() const {
    Join join(call_, from_.facts(), from_.terms(), rule_, rule_.by_head, {});
    return join.bind(*rule_.head, fact_);
  }

  [[nodiscard]] NearMiss run() {
    if (auto one = without_one_atom()) return *one;
    if (auto one = without_one_test()) return *one;
    return as_far_as_it_goes();
  }

 private:
  /// The rule as its body would be, with its plan from the head.
  struct Variant {
    CompiledRule rule;
    Plan plan;
  };

  [[nodiscard]] std::optional<Variant> variant(CompiledBody body) const {
    Variant result{rule_, {}};
    result.rule.body = std::move(body);
    std::vector<bool> bound(rule_.variables.size(), false);
    for (auto const& part : rule_.head->parts) {
      if (part.is_slot) bound[part.value] = true;
    }
    auto plan = plan_body(result.rule.body, bound, -1, from_.program().type());
    if (!plan) return std::nullopt;
    result.plan = std::move(*plan);
    return result;
  }

  /// The first match of the variant, with its slots.
  [[nodiscard]] std::optional<std::vector<TermKey>> match(Variant const& variant) const {
    Join join(call_, from_.facts(), from_.terms(), variant.rule, variant.plan, {});
    std::optional<std::vector<TermKey>> slots;
    if (!join.bind(*rule_.head, fact_)) return slots;
    (void)join.run([&](Join const& found) {
      slots.emplace(found.slots().begin(), found.slots().end());
      return false;
    });
    return slots;
  }

  [[nodiscard]] NearMiss miss() const {
    NearMiss result;
    result.rule = from_.program().source_of(rule_).label;
    return result;
  }

  [[nodiscard]] std::optional<NearMiss> without_one_atom() const {
    for (std::size_t i = 0; i < rule_.body.atoms.size(); ++i) {
      CompiledBody body = rule_.body;
      body.atoms.erase(body.atoms.begin() + static_cast<std::ptrdiff_t>(i));
      auto const without = variant(std::move(body));
      auto const slots = without ? match(*without) : std::nullopt;
      if (!slots) continue;
      NearMiss result = miss();
      for (std::size_t j = 0; j < rule_.body.atoms.size(); ++j) {
        (j == i ? result.missing : result.found).push_back(shown(from_, rule_, rule_.body.atoms[j], *slots));
      }
      return result;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<NearMiss> without_one_test() const {
    auto const& source = from_.program().source_of(rule_);
    std::size_t filter = 0, absent = 0;
    for (auto const& literal : source.body) {
      CompiledBody body = rule_.body;
      if (std::holds_alternative<Filter>(literal.what)) {
        body.filters.erase(body.filters.begin() + static_cast<std::ptrdiff_t>(filter++));
      } else if (std::holds_alternative<std::unique_ptr<Negation>>(literal.what)) {
        body.absent.erase(body.absent.begin() + static_cast<std::ptrdiff_t>(absent++));
      } else {
        continue;
      }
      auto const without = variant(std::move(body));
      auto const slots = without ? match(*without) : std::nullopt;
      if (!slots) continue;
      NearMiss result = miss();
      result.missing.push_back(to_string(literal));
      for (auto const& atom : rule_.body.atoms) result.found.push_back(shown(from_, rule_, atom, *slots));
      return result;
    }
    return std::nullopt;
  }

  /// The atoms in the order of their plan, as many as can be matched together.
  [[nodiscard]] NearMiss as_far_as_it_goes() const {
    std::vector<std::size_t> order;
    for (auto const& step : rule_.by_head) {
      if (step.kind == Step::Kind::match) order.push_back(step.index);
    }
    for (std::size_t kept = order.size(); kept-- > 0;) {
      CompiledBody body;
      for (std::size_t i = 0; i < kept; ++i) body.atoms.push_back(rule_.body.atoms[order[i]]);
      auto const slots = match(*variant(std::move(body)));
      if (!slots && kept > 0) continue;
      NearMiss result = miss();
      std::vector<TermKey> const known = slots.value_or(std::vector<TermKey>(rule_.variables.size(), no_term));
      for (std::size_t i = 0; i < order.size(); ++i) {
        (i < kept ? result.found : result.missing).push_back(shown(from_, rule_, rule_.body.atoms[order[i]], known));
      }
      return result;
    }
    return miss();
  }

  Call const& call_;
  Materialisation const& from_;
  CompiledRule const& rule_;
  Fact const& fact_;
};

}  // namespace

std::vector<NearMiss> why_not(Call const& call, Materialisation const& from, Fact const& fact) {
  if (from.holds(fact)) throw conflict(fmt::format("{} holds; ask why", to_string(from.terms(), fact)));
  std::vector<NearMiss> misses;
  for (auto const& rule : from.program().rules()) {
    if (!rule.head) continue;
    Attempt attempt(call, from, rule, fact);
    if (attempt.applies()) misses.push_back(attempt.run());
  }
  std::stable_sort(misses.begin(), misses.end(),
                   [](auto const& a, auto const& b) { return a.missing.size() < b.missing.size(); });
  return misses;
}

}  // namespace lepton::reason
