#include "reason/ontology_maker.h"

#include "reason/value.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

void OntologyMaker::add(std::string label, std::vector<Atom> head, std::vector<Atom> const& body, bool different_yz) {
  Rule rule;
  rule.label = std::move(label);
  rule.head = std::move(head);
  for (auto const& atom : body) rule.body.emplace_back(atom, rdf::Position{});
  if (different_yz) {
    Expression same{Operation::call, {}, "SAMETERM", {{Operation::leaf, y, {}, {}}, {Operation::leaf, z, {}, {}}}};
    rule.body.emplace_back(Filter{{Operation::logical_not, {}, {}, {std::move(same)}}}, rdf::Position{});
  }
  if (known_.insert(rule.label + " " + to_string(rule)).second) rules_.push_back(std::move(rule));
}

Atom OntologyMaker::is_a(Node const& subject, Node const& type) {
  return holds(subject, term_node(rdf::iri(rdf::rdf_type)), type);
}

Node OntologyMaker::owl(std::string_view name) {
  return term_node(rdf::iri(std::string(owl_namespace).append(name)));
}

Node OntologyMaker::rdfs(std::string_view name) {
  return term_node(rdf::iri(std::string(rdfs_namespace).append(name)));
}

OntologyMaker::Given OntologyMaker::joined(Given body, Given const& more) {
  body.insert(body.end(), more.begin(), more.end());
  return body;
}

namespace {

bool is_number(Node const& node, std::int64_t number) {
  auto const value = value_of(node.term);
  return value.kind == Value::Kind::integer && value.integer == number;
}

}  // namespace

Rules OntologyMoreMaker::run() {
  reflexive_properties();
  for (auto const& on : schema_.pairs("owl:onProperty")) of_restrictions(on);
  return std::move(rules_);
}

void OntologyMoreMaker::reflexive_properties() {
  for (auto const& [given, p] : schema_.instances("owl:ReflexiveProperty")) {
    add("prp-refl", {holds(x, p, x)}, {given, is_a(x, owl("NamedIndividual"))});
  }
}

void OntologyMoreMaker::of_restrictions(SchemaPair const& on) {
  least(on);
  all_of_functional(on);
  at_most_one(on);
  for (auto const& one : schema_.pairs_of(on.subject, "owl:cardinality")) exactly_one(on, one, {});
  auto const classes = schema_.pairs_of(on.subject, "owl:onClass");
  for (auto const& one : schema_.pairs_of(on.subject, "owl:qualifiedCardinality")) exactly_one(on, one, classes);
}

/// Who has a value has at least one.
void OntologyMoreMaker::least(SchemaPair const& on) {
  for (auto const& one : schema_.pairs_of(on.subject, "owl:minCardinality")) {
    if (is_number(one.object, 1)) add("cls-minc", {is_a(x, on.subject)}, {on.atom, one.atom, holds(x, on.object, y)});
  }
  for (auto const& one : schema_.pairs_of(on.subject, "owl:minQualifiedCardinality")) {
    if (!is_number(one.object, 1)) continue;
    for (auto const& of : schema_.pairs_of(on.subject, "owl:onClass")) {
      add("cls-minqc", {is_a(x, on.subject)}, {on.atom, one.atom, of.atom, holds(x, on.object, y), is_a(y, of.object)});
    }
  }
}

/// The one value that a functional property has is all its values.
void OntologyMoreMaker::all_of_functional(SchemaPair const& on) {
  for (auto const& one : schema_.pairs_of(on.subject, "owl:allValuesFrom")) {
    for (auto const& given : functional(on.object)) {
      add("cls-avf-fp", {is_a(x, on.subject)},
          joined(given, {on.atom, one.atom, holds(x, on.object, y), is_a(y, one.object)}));
    }
  }
}

/// Whose values are all one individual has at most one of them.
void OntologyMoreMaker::at_most_one(SchemaPair const& on) {
  for (auto const* const name : {"owl:maxCardinality", "owl:maxQualifiedCardinality"}) {
    for (auto const& one : schema_.pairs_of(on.subject, name)) {
      if (!is_number(one.object, 1)) continue;
      for (auto const& all : singletons(on.object)) {
        add("scm-maxc", {holds(all.of, rdfs("subClassOf"), on.subject)}, joined(all.given, {on.atom, one.atom}));
      }
    }
  }
}

/// At least one, and at most one.
void OntologyMoreMaker::exactly_one(SchemaPair const& on, SchemaPair const& one,
                                    std::vector<SchemaPair> const& classes) {
  if (!is_number(one.object, 1)) return;
  Given body{on.atom, one.atom, holds(x, on.object, y)};
  for (auto const& of : classes) body = joined(std::move(body), {of.atom, is_a(y, of.object)});
  for (auto const& all : singletons(on.object)) {
    add("cls-exc", {is_a(x, on.subject)}, joined(joined(body, all.given), {is_a(x, all.of)}));
  }
  for (auto const& given : functional(on.object)) add("cls-exc", {is_a(x, on.subject)}, joined(body, given));
}

std::vector<OntologyMoreMaker::All> OntologyMoreMaker::singletons(Node const& property) const {
  std::vector<All> found;
  for (auto const& one : schema_.pairs("owl:allValuesFrom")) {
    for (auto const& on : schema_.pairs_of(one.subject, "owl:onProperty")) {
      if (on.object != property) continue;
      for (auto const& individuals : schema_.pairs_of(one.object, "owl:oneOf")) {
        auto const members = schema_.list(individuals.object);
        if (members.size() != 1) continue;
        Atom const end =
            holds(individuals.object, term_node(rdf::iri(rdf::rdf_rest)), term_node(rdf::iri(rdf::rdf_nil)));
        found.push_back({one.subject, {one.atom, on.atom, individuals.atom, members.front().atom, end}});
      }
    }
  }
  return found;
}

std::vector<OntologyMaker::Given> OntologyMoreMaker::functional(Node const& property) const {
  std::vector<Given> found;
  for (auto const& [given, p] : schema_.instances("owl:FunctionalProperty")) {
    if (p == property) found.push_back({given});
  }
  return found;
}

}  // namespace lepton::reason
