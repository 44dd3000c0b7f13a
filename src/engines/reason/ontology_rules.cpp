#include "reason/ontology_rules.h"

#include <unordered_set>

#include "reason/ontology_maker.h"
#include "reason/value.h"
#include "reason/vocabulary.h"

namespace lepton::reason {

namespace {

/// Makes the rules of one schema, table by table of OWL 2 Profiles §4.3.
class Maker : public OntologyMaker {
 public:
  using OntologyMaker::OntologyMaker;

  Rules run(Regime regime) {
    bool const owl = is_owl(regime);
    if (regime != Regime::rdf) hierarchies(owl);
    if (regime == Regime::rdf || regime == Regime::rdfs_full) containers(regime);
    if (owl) {
      kinds_of_properties();
      pairs_of_properties();
      chains_and_keys();
      negative_assertions();
      boolean_classes();
      restrictions();
      cardinalities();
      disjointness();
    }
    return std::move(rules_);
  }

 private:
  static Atom same(Node const& a, Node const& b) { return holds(a, owl("sameAs"), b); }

  /// prp-dom, prp-rng, prp-spo1, cax-sco; RDFS' rdfs2, rdfs3, rdfs7, rdfs9.
  void hierarchies(bool owl) {
    for (auto const& one : schema_.pairs("rdfs:domain")) {
      add(owl ? "prp-dom" : "rdfs2", {is_a(x, one.object)}, {one.atom, holds(x, one.subject, y)});
    }
    for (auto const& one : schema_.pairs("rdfs:range")) {
      add(owl ? "prp-rng" : "rdfs3", {is_a(y, one.object)}, {one.atom, holds(x, one.subject, y)});
    }
    for (auto const& one : schema_.direct_pairs("rdfs:subPropertyOf")) {
      add(owl ? "prp-spo1" : "rdfs7", {holds(x, one.object, y)}, {one.atom, holds(x, one.subject, y)});
    }
    for (auto const& one : schema_.direct_pairs("rdfs:subClassOf")) {
      add(owl ? "cax-sco" : "rdfs9", {is_a(x, one.object)}, {one.atom, is_a(x, one.subject)});
    }
  }

  /// RDF 1.1 Semantics §8, §9: rdf:_1, rdf:_2 … as far as they occur.
  void containers(Regime regime) {
    for (auto const& property : schema_.container_properties()) {
      Node const of = term_node(property);
      std::vector<Atom> head{is_a(of, term_node(rdf::iri(std::string(rdf::rdf_namespace) + "Property")))};
      if (regime == Regime::rdfs_full) {
        head = {head.front(), is_a(of, rdfs("ContainerMembershipProperty")),
                holds(of, rdfs("domain"), rdfs("Resource")), holds(of, rdfs("range"), rdfs("Resource"))};
      }
      add(regime == Regime::rdf ? "rdf axiom" : "rdfs axiom", head, {});
    }
  }

  void kinds_of_properties() {
    for (auto const& [given, p] : schema_.instances("owl:FunctionalProperty")) {
      add("prp-fp", {same(y, z)}, {given, holds(x, p, y), holds(x, p, z)}, true);
    }
    for (auto const& [given, p] : schema_.instances("owl:InverseFunctionalProperty")) {
      add("prp-ifp", {same(y, z)}, {given, holds(y, p, x), holds(z, p, x)}, true);
    }
    for (auto const& [given, p] : schema_.instances("owl:IrreflexiveProperty")) {
      add("prp-irp", {}, {given, holds(x, p, x)});
    }
    for (auto const& [given, p] : schema_.instances("owl:SymmetricProperty")) {
      add("prp-symp", {holds(y, p, x)}, {given, holds(x, p, y)});
    }
    for (auto const& [given, p] : schema_.instances("owl:AsymmetricProperty")) {
      add("prp-asyp", {}, {given, holds(x, p, y), holds(y, p, x)});
    }
    for (auto const& [given, p] : schema_.instances("owl:TransitiveProperty")) {
      add("prp-trp", {holds(x, p, z)}, {given, holds(x, p, y), holds(y, p, z)});
    }
  }

  void pairs_of_properties() {
    for (auto const& one : schema_.pairs("owl:equivalentProperty")) {
      if (one.subject == one.object) continue;
      add("prp-eqp1", {holds(x, one.object, y)}, {one.atom, holds(x, one.subject, y)});
      add("prp-eqp2", {holds(x, one.subject, y)}, {one.atom, holds(x, one.object, y)});
    }
    for (auto const& one : schema_.pairs("owl:inverseOf")) {
      add("prp-inv1", {holds(y, one.object, x)}, {one.atom, holds(x, one.subject, y)});
      add("prp-inv2", {holds(y, one.subject, x)}, {one.atom, holds(x, one.object, y)});
    }
    for (auto const& one : schema_.pairs("owl:propertyDisjointWith")) {
      add("prp-pdw", {}, {one.atom, holds(x, one.subject, y), holds(x, one.object, y)});
    }
    for (auto const& [given, all] : schema_.instances("owl:AllDisjointProperties")) {
      for (auto const& [a, b] : schema_.member_pairs(all, "owl:members")) {
        add("prp-adp", {}, {given, a.atom, b.atom, holds(x, a.object, y), holds(x, b.object, y)});
      }
    }
  }

  void chains_and_keys() {
    auto const place = [](std::size_t i) { return variable_node(fmt::format("u{}", i)); };
    for (auto const& one : schema_.pairs("owl:propertyChainAxiom")) {
      auto const members = schema_.list(one.object);
      Given body{one.atom};
      for (std::size_t i = 0; i < members.size(); ++i) {
        body.push_back(members[i].atom);
        body.push_back(holds(place(i), members[i].object, place(i + 1)));
      }
      if (!members.empty()) add("prp-spo2", {holds(place(0), one.subject, place(members.size()))}, body);
    }
    for (auto const& one : schema_.pairs("owl:hasKey")) {
      auto const members = schema_.list(one.object);
      Given body{one.atom, is_a(y, one.subject), is_a(z, one.subject)};
      for (std::size_t i = 0; i < members.size(); ++i) {
        body.push_back(members[i].atom);
        body.push_back(holds(y, members[i].object, place(i)));
        body.push_back(holds(z, members[i].object, place(i)));
      }
      if (!members.empty()) add("prp-key", {same(y, z)}, body, true);
    }
  }

  void negative_assertions() {
    for (auto const& source : schema_.pairs("owl:sourceIndividual")) {
      for (auto const& property : schema_.pairs_of(source.subject, "owl:assertionProperty")) {
        for (auto const& target : schema_.pairs_of(source.subject, "owl:targetIndividual")) {
          add("prp-npa1", {},
              {source.atom, property.atom, target.atom, holds(source.object, property.object, target.object)});
        }
        for (auto const& target : schema_.pairs_of(source.subject, "owl:targetValue")) {
          add("prp-npa2", {},
              {source.atom, property.atom, target.atom, holds(source.object, property.object, target.object)});
        }
      }
    }
  }

  void boolean_classes() {
    Node const sub_class = rdfs("subClassOf");
    for (auto const& one : schema_.pairs("owl:intersectionOf")) {
      auto const members = schema_.list(one.object);
      Given body{one.atom};
      for (auto const& member : members) {
        body.push_back(member.atom);
        body.push_back(is_a(x, member.object));
        add("cls-int2", {is_a(x, member.object)}, {one.atom, member.atom, is_a(x, one.subject)});
        add("scm-int", {holds(one.subject, sub_class, member.object)}, {one.atom, member.atom});
      }
      if (!members.empty()) add("cls-int1", {is_a(x, one.subject)}, body);
    }
    for (auto const& one : schema_.pairs("owl:unionOf")) {
      for (auto const& member : schema_.list(one.object)) {
        add("cls-uni", {is_a(x, one.subject)}, {one.atom, member.atom, is_a(x, member.object)});
        add("scm-uni", {holds(member.object, sub_class, one.subject)}, {one.atom, member.atom});
      }
    }
    for (auto const& one : schema_.pairs("owl:complementOf")) {
      add("cls-com", {}, {one.atom, is_a(x, one.subject), is_a(x, one.object)});
    }
    for (auto const& one : schema_.pairs("owl:oneOf")) {
      for (auto const& member : schema_.list(one.object)) {
        add("cls-oo", {is_a(member.object, one.subject)}, {one.atom, member.atom});
      }
    }
    for (auto const& one : schema_.pairs("owl:equivalentClass")) {
      if (one.subject == one.object) continue;
      add("cax-eqc1", {is_a(x, one.object)}, {one.atom, is_a(x, one.subject)});
      add("cax-eqc2", {is_a(x, one.subject)}, {one.atom, is_a(x, one.object)});
    }
  }

  void restrictions() {
    for (auto const& on : schema_.pairs("owl:onProperty")) {
      Node const& c = on.subject;
      Node const& p = on.object;
      for (auto const& one : schema_.pairs_of(c, "owl:someValuesFrom")) {
        if (one.object == owl("Thing")) {
          add("cls-svf2", {is_a(x, c)}, {on.atom, one.atom, holds(x, p, y)});
        } else {
          add("cls-svf1", {is_a(x, c)}, {on.atom, one.atom, holds(x, p, y), is_a(y, one.object)});
        }
      }
      for (auto const& one : schema_.pairs_of(c, "owl:allValuesFrom")) {
        add("cls-avf", {is_a(y, one.object)}, {on.atom, one.atom, is_a(x, c), holds(x, p, y)});
      }
      for (auto const& one : schema_.pairs_of(c, "owl:hasValue")) {
        add("cls-hv1", {holds(x, p, one.object)}, {on.atom, one.atom, is_a(x, c)});
        add("cls-hv2", {is_a(x, c)}, {on.atom, one.atom, holds(x, p, one.object)});
      }
    }
  }

  void cardinalities() {
    for (auto const& on : schema_.pairs("owl:onProperty")) {
      Node const& c = on.subject;
      Node const& p = on.object;
      for (auto const& one : schema_.pairs_of(c, "owl:maxCardinality")) {
        auto const most = value_of(one.object.term);
        if (most.kind != Value::Kind::integer) continue;
        Given const body{on.atom, one.atom, is_a(x, c), holds(x, p, y)};
        if (most.integer == 0) add("cls-maxc1", {}, body);
        if (most.integer == 1) add("cls-maxc2", {same(y, z)}, joined(body, {holds(x, p, z)}), true);
      }
      for (auto const& one : schema_.pairs_of(c, "owl:maxQualifiedCardinality")) {
        auto const most = value_of(one.object.term);
        for (auto const& of : schema_.pairs_of(c, "owl:onClass")) qualified(on, one, of, most);
      }
    }
  }

  void qualified(SchemaPair const& on, SchemaPair const& one, SchemaPair const& of, Value const& most) {
    if (most.kind != Value::Kind::integer) return;
    bool const anything = of.object == owl("Thing");
    Given body{on.atom, one.atom, of.atom, is_a(x, on.subject), holds(x, on.object, y)};
    if (!anything) body.push_back(is_a(y, of.object));
    if (most.integer == 0) add(anything ? "cls-maxqc2" : "cls-maxqc1", {}, body);
    if (most.integer != 1) return;
    body.push_back(holds(x, on.object, z));
    if (!anything) body.push_back(is_a(z, of.object));
    add(anything ? "cls-maxqc4" : "cls-maxqc3", {same(y, z)}, body, true);
  }

  void disjointness() {
    for (auto const& one : schema_.pairs("owl:disjointWith")) {
      add("cax-dw", {}, {one.atom, is_a(x, one.subject), is_a(x, one.object)});
    }
    for (auto const& [given, all] : schema_.instances("owl:AllDisjointClasses")) {
      for (auto const& [a, b] : schema_.member_pairs(all, "owl:members")) {
        add("cax-adc", {}, {given, a.atom, b.atom, is_a(x, a.object), is_a(x, b.object)});
      }
    }
    for (auto const& [given, all] : schema_.instances("owl:AllDifferent")) {
      for (auto const& [a, b] : schema_.member_pairs(all, "owl:members")) {
        add("eq-diff2", {holds(a.object, owl("differentFrom"), b.object)}, {given, a.atom, b.atom});
      }
      for (auto const& [a, b] : schema_.member_pairs(all, "owl:distinctMembers")) {
        add("eq-diff3", {holds(a.object, owl("differentFrom"), b.object)}, {given, a.atom, b.atom});
      }
    }
  }
};

}  // namespace

Rules rules_of_schema(Regime regime, FactBase const& facts, Terms const& terms, std::set<std::string>& known) {
  if (regime == Regime::none) return {};
  auto rules = Maker(facts, terms, known).run(regime);
  if (regime == Regime::owl2_more) {
    auto more = OntologyMoreMaker(facts, terms, known).run();
    std::move(more.begin(), more.end(), std::back_inserter(rules));
  }
  return rules;
}

bool is_schema(Regime regime, Fact const& fact, Terms const& terms) {
  if (regime == Regime::none || fact.graph != no_term) return false;
  auto const in_vocabulary = [&](TermKey key) {
    auto const term = terms.term(key);
    return term.value.starts_with(owl_namespace) || term.value.starts_with(rdfs_namespace);
  };
  auto const predicate = terms.term(fact.predicate);
  if (predicate.value == rdf::rdf_type) return in_vocabulary(fact.object);
  return in_vocabulary(fact.predicate) || predicate.value.starts_with(rdf::rdf_namespace);
}

}  // namespace lepton::reason
