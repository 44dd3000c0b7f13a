#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "reason/fact_base.h"
#include "reason/rule.h"
#include "reason/terms.h"

namespace lepton::reason {

/// A statement of a schema: its parts, and the pattern that asks whether it still holds.
struct SchemaPair {
  Node subject;
  Node object;
  Atom atom;
};

/// Reads schemas out of facts of the default graph. Names are "rdfs:domain", "owl:inverseOf" and so on. Lives while the
/// facts do not change.
class Schema {
 public:
  Schema(FactBase const& facts, Terms const& terms) : facts_(facts), terms_(terms) {}

  [[nodiscard]] std::vector<SchemaPair> pairs(std::string_view property) const;
  [[nodiscard]] std::vector<SchemaPair> pairs_of(Node const& subject, std::string_view property) const;
  /// Of a transitive property, without those that follow from others: nothing stands between their parts.
  [[nodiscard]] std::vector<SchemaPair> direct_pairs(std::string_view property) const;
  /// Instances of a class, each with the statement that it is one.
  [[nodiscard]] std::vector<std::pair<Atom, Node>> instances(std::string_view of_class) const;
  /// Members of an rdf:List, each with the statement rdf:first; empty for what is no list.
  [[nodiscard]] std::vector<SchemaPair> list(Node const& head) const;
  /// Every two members of the lists that `property` of `subject` leads to.
  [[nodiscard]] std::vector<std::pair<SchemaPair, SchemaPair>> member_pairs(Node const& subject,
                                                                            std::string_view property) const;
  /// rdf:_1, rdf:_2 … as far as a fact mentions them.
  [[nodiscard]] std::vector<rdf::Term> container_properties() const;

 private:
  [[nodiscard]] TermKey key(std::string_view name) const;
  [[nodiscard]] Table const* table(std::string_view property) const;
  [[nodiscard]] SchemaPair pair(Fact const& fact) const;
  [[nodiscard]] std::vector<Fact> facts_with(TermKey subject, std::string_view property) const;

  FactBase const& facts_;
  Terms const& terms_;
};

}  // namespace lepton::reason
