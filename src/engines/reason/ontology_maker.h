#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reason/rule.h"
#include "reason/schema.h"

namespace lepton::reason {

/// What makers of rules for a schema share: they add rules over the variables ?x, ?y and ?z, each once. Lives while the
/// facts do not change.
class OntologyMaker {
 public:
  /// `known`, which outlives it, holds rules given out before, which do not come again.
  OntologyMaker(FactBase const& facts, Terms const& terms, std::set<std::string>& known)
      : schema_(facts, terms), known_(known) {}

 protected:
  using Given = std::vector<Atom>;

  void add(std::string label, std::vector<Atom> head, std::vector<Atom> const& body, bool different_yz = false);
  [[nodiscard]] static Atom holds(Node const& subject, Node const& property, Node const& object) {
    return {subject, property, object, std::nullopt, {}};
  }
  [[nodiscard]] static Atom is_a(Node const& subject, Node const& type);
  [[nodiscard]] static Node owl(std::string_view name);
  [[nodiscard]] static Node rdfs(std::string_view name);
  [[nodiscard]] static Given joined(Given body, Given const& more);

  Node const x = variable_node("x"), y = variable_node("y"), z = variable_node("z");
  Schema schema_;
  Rules rules_;

 private:
  std::set<std::string>& known_;
};

/// What Regime::owl2_more adds to the rules of a schema.
class OntologyMoreMaker : public OntologyMaker {
 public:
  using OntologyMaker::OntologyMaker;
  Rules run();

 private:
  /// A restriction to values of one class: C owl:allValuesFrom D ; owl:onProperty p.
  struct All {
    Node of;
    Given given;
  };

  void reflexive_properties();
  void of_restrictions(SchemaPair const& on);
  void least(SchemaPair const& on);
  void all_of_functional(SchemaPair const& on);
  void at_most_one(SchemaPair const& on);
  void exactly_one(SchemaPair const& on, SchemaPair const& one, std::vector<SchemaPair> const& classes);
  /// Restrictions on the same property to one individual's class.
  [[nodiscard]] std::vector<All> singletons(Node const& property) const;
  [[nodiscard]] std::vector<Given> functional(Node const& property) const;
};

}  // namespace lepton::reason
