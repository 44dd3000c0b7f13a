#pragma once

#include <array>
#include <vector>

#include "reason/equality.h"
#include "reason/expression.h"
#include "reason/fact_base.h"

/// Rules over ids, and the orders in which their bodies are joined.
namespace lepton::reason {

/// Part of a pattern: a term, or a variable's slot.
struct PatternPart {
  bool is_slot = false;
  std::uint32_t value = no_term;

  friend bool operator==(PatternPart const&, PatternPart const&) = default;
};

/// Graph, subject, predicate, object.
struct Pattern {
  std::array<PatternPart, 4> parts;

  [[nodiscard]] PatternPart const& graph() const { return parts[0]; }
  [[nodiscard]] PatternPart const& subject() const { return parts[1]; }
  [[nodiscard]] PatternPart const& predicate() const { return parts[2]; }
  [[nodiscard]] PatternPart const& object() const { return parts[3]; }
};

struct CompiledBind {
  CompiledExpression value;
  std::uint32_t slot = 0;
};
struct CompiledAggregate;

/// A conjunction; `outer` are the slots that an enclosing body binds.
struct CompiledBody {
  std::vector<Pattern> atoms;
  std::vector<CompiledExpression> filters;
  std::vector<CompiledBind> binds;
  std::vector<CompiledBody> absent;
  std::vector<CompiledAggregate> aggregates;
  std::vector<std::uint32_t> outer;
};

struct CompiledResult {
  AggregateFunction function = AggregateFunction::count;
  bool distinct = false;
  std::optional<CompiledExpression> argument;
  std::uint32_t slot = 0;
};
struct CompiledAggregate {
  CompiledBody body;
  std::vector<std::uint32_t> group;
  std::vector<CompiledResult> results;
};

/// One step of a plan: matches an atom, or tests or computes with what is bound by then.
struct Step {
  enum class Kind : std::uint8_t { match, filter, bind, absent, aggregate };
  /// What a part of the atom is when the step begins.
  enum class Use : std::uint8_t { constant, bound, fresh, repeated };

  Kind kind = Kind::match;
  std::size_t index = 0;  ///< among the body's atoms, filters, …
  std::array<Use, 4> uses{};
  bool result_bound = false;         ///< bind: the variable has a value already, which must be equal
  std::vector<std::uint32_t> fresh;  ///< aggregate: slots that it binds
  std::vector<Step> inner;           ///< absent, aggregate: the plan of their body
};

using Plan = std::vector<Step>;

struct CompiledGroups;

/// One rule with one head atom. Immutable once planned; shared by the threads that evaluate it.
struct CompiledRule {
  std::size_t source = 0;       ///< of the rule in the program's text
  std::optional<Pattern> head;  ///< nothing: a contradiction
  CompiledBody body;
  std::vector<std::string> variables;  ///< by slot

  Plan full;                                       ///< nothing bound
  std::vector<Plan> by_atom;                       ///< begins with that atom's changed rows
  Plan by_head;                                    ///< the head's variables are bound
  std::vector<std::vector<Plan>> by_absent;        ///< begins with a changed row of an atom of that negation
  std::vector<std::vector<Pattern>> absent_atoms;  ///< those atoms
  std::vector<CompiledGroups> groups;              ///< of the body's aggregates
};

/// How the groups of one aggregate that a change touches are found, and evaluated again.
struct CompiledGroups {
  CompiledRule matches;            ///< the aggregate's body as a rule without a head
  std::vector<std::uint32_t> key;  ///< the group's slots that this body binds; none: any change touches all groups
  Plan rule;                       ///< the rule around the aggregate, the key's slots bound
};

/// Compiles `rule`, one compiled rule per head atom. Throws Error{invalid} with reason "unsafe_rule" when a variable
/// that the head, a filter, BIND or a negation needs is bound by nothing, and for functions that do not exist; messages
/// name place and variable.
/// Terms that equal others are compiled as their representatives.
[[nodiscard]] std::vector<CompiledRule> compile(Rule const& rule, std::size_t source, Terms& terms,
                                                Equality const* equality = nullptr);

/// An order to evaluate `body` in when `bound` slots have values; `first` is the atom to begin with, or -1. Nothing
/// when some part can never be evaluated, for want of a variable, which `missing` then names.
[[nodiscard]] std::optional<Plan> plan_body(CompiledBody const& body, std::vector<bool> bound, int first, TermKey type,
                                            std::uint32_t* missing = nullptr);

}  // namespace lepton::reason
