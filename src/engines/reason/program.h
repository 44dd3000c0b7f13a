#pragma once

#include <unordered_map>
#include <vector>

#include "reason/compiled_rule.h"

namespace lepton::reason {

/// Rules that have to be evaluated together, because each depends on the others.
struct Component {
  std::vector<std::size_t> rules;  ///< places in Program::rules
};

/// What a pattern says about the tables it may match; `no_term` in place of a predicate or class: any.
struct Signature {
  bool any_graph = false;
  TermKey graph = no_term;
  TermKey predicate = no_term;
  TermKey type_class = no_term;  ///< of rdf:type alone

  [[nodiscard]] bool is_exact(TermKey type) const {
    return !any_graph && predicate != no_term && (predicate != type || type_class != no_term);
  }
  friend auto operator<=>(Signature const&, Signature const&) = default;
};

/// Compiled rules in components, each after those it depends on. Immutable; shared by threads.
class Program {
 public:
  /// Throws Error{invalid}: reason "unsafe_rule" as `compile` says; "unstratifiable" when something depends on its own
  /// absence, or on an aggregate over itself, with a message that walks round the cycle rule by rule.
  Program(Rules rules, Terms& terms, Equality const* equality = nullptr);

  [[nodiscard]] Rules const& source() const { return source_; }
  [[nodiscard]] std::vector<CompiledRule> const& rules() const { return rules_; }
  [[nodiscard]] Rule const& source_of(CompiledRule const& rule) const { return source_[rule.source]; }
  [[nodiscard]] std::vector<Component> const& components() const { return components_; }
  /// Rules without a head, to be asked when all is derived.
  [[nodiscard]] std::vector<std::size_t> const& constraints() const { return constraints_; }

  /// Rules whose head may be a fact of this table, in the order of the text. They are all of one component.
  [[nodiscard]] std::vector<std::size_t> rules_for(Table const& table) const;
  /// The component that derives facts of this table; -1 when no rule does.
  [[nodiscard]] int component_of(Table const& table) const;

  [[nodiscard]] Signature signature(Pattern const& pattern) const;
  [[nodiscard]] bool may_match(Signature const& signature, Table const& table) const;
  [[nodiscard]] TermKey type() const { return type_; }
  /// Whether owl:sameAs may be derived from such a fact, or is one.
  [[nodiscard]] bool leads_to_equality(TermKey graph, TermKey predicate, TermKey object) const;

 private:
  struct SignatureHash {
    std::size_t operator()(Signature const& s) const {
      return FactHash()({s.graph, s.predicate, s.type_class, s.any_graph ? 1U : 0U});
    }
  };

  Rules source_;
  TermKey type_;
  std::vector<CompiledRule> rules_;
  std::vector<Component> components_;
  std::vector<std::size_t> constraints_;
  std::unordered_map<Signature, std::vector<std::size_t>, SignatureHash> by_exact_head_;
  std::vector<std::size_t> open_heads_;  ///< rules that may derive facts of several tables
  std::vector<int> component_of_rule_;
  std::vector<Signature> equality_sources_;  ///< what owl:sameAs is derived from, through any number of rules
};

}  // namespace lepton::reason
