// Rules over the schema itself, as the tables of the specifications have them. Those that need lists, and those over
// instances, are made for each schema by ontology_rules.cpp.
#include "reason/ontology_rules.h"
#include "reason/rule_parser.h"

namespace lepton::reason {

namespace {

/// RDF 1.1 Semantics §9.2.1.
constexpr std::string_view rdfs_text = R"(
@rule "rdfs5" rdfs:subPropertyOf[?x, ?z] :- rdfs:subPropertyOf[?x, ?y], rdfs:subPropertyOf[?y, ?z] .
@rule "rdfs6" rdfs:subPropertyOf[?x, ?x] :- rdf:Property[?x] .
@rule "rdfs8" rdfs:subClassOf[?x, rdfs:Resource] :- rdfs:Class[?x] .
@rule "rdfs10" rdfs:subClassOf[?x, ?x] :- rdfs:Class[?x] .
@rule "rdfs11" rdfs:subClassOf[?x, ?z] :- rdfs:subClassOf[?x, ?y], rdfs:subClassOf[?y, ?z] .
@rule "rdfs12" rdfs:subPropertyOf[?x, rdfs:member] :- rdfs:ContainerMembershipProperty[?x] .
@rule "rdfs13" rdfs:subClassOf[?x, rdfs:Literal] :- rdfs:Datatype[?x] .
)";

/// RDF 1.1 Semantics §8 and §9: what holds of everything, and the axiomatic triples.
constexpr std::string_view rdfs_full_text = R"(
@rule "rdfD2" rdf:Property[?p] :- [?x, ?p, ?y] .
@rule "rdfs4a" rdfs:Resource[?x] :- [?x, ?p, ?y] .
@rule "rdfs4b" rdfs:Resource[?y] :- [?x, ?p, ?y] .
@rule "rdfs axiom"
rdf:Property[rdf:type], rdf:Property[rdf:subject], rdf:Property[rdf:predicate], rdf:Property[rdf:object], rdf:Property[rdf:first],
rdf:Property[rdf:rest], rdf:Property[rdf:value], rdf:List[rdf:nil],
rdfs:domain[rdf:type, rdfs:Resource], rdfs:domain[rdfs:domain, rdf:Property], rdfs:domain[rdfs:range, rdf:Property],
rdfs:domain[rdfs:subPropertyOf, rdf:Property], rdfs:domain[rdfs:subClassOf, rdfs:Class], rdfs:domain[rdf:subject, rdf:Statement],
rdfs:domain[rdf:predicate, rdf:Statement], rdfs:domain[rdf:object, rdf:Statement], rdfs:domain[rdfs:member, rdfs:Resource],
rdfs:domain[rdf:first, rdf:List], rdfs:domain[rdf:rest, rdf:List], rdfs:domain[rdfs:seeAlso, rdfs:Resource],
rdfs:domain[rdfs:isDefinedBy, rdfs:Resource], rdfs:domain[rdfs:comment, rdfs:Resource], rdfs:domain[rdfs:label, rdfs:Resource],
rdfs:domain[rdf:value, rdfs:Resource],
rdfs:range[rdf:type, rdfs:Class], rdfs:range[rdfs:domain, rdfs:Class], rdfs:range[rdfs:range, rdfs:Class],
rdfs:range[rdfs:subPropertyOf, rdf:Property], rdfs:range[rdfs:subClassOf, rdfs:Class], rdfs:range[rdf:subject, rdfs:Resource],
rdfs:range[rdf:predicate, rdfs:Resource], rdfs:range[rdf:object, rdfs:Resource], rdfs:range[rdfs:member, rdfs:Resource],
rdfs:range[rdf:first, rdfs:Resource], rdfs:range[rdf:rest, rdf:List], rdfs:range[rdfs:seeAlso, rdfs:Resource],
rdfs:range[rdfs:isDefinedBy, rdfs:Resource], rdfs:range[rdfs:comment, rdfs:Literal], rdfs:range[rdfs:label, rdfs:Literal],
rdfs:range[rdf:value, rdfs:Resource],
rdfs:subClassOf[rdf:Alt, rdfs:Container], rdfs:subClassOf[rdf:Bag, rdfs:Container], rdfs:subClassOf[rdf:Seq, rdfs:Container],
rdfs:subClassOf[rdfs:ContainerMembershipProperty, rdf:Property], rdfs:subPropertyOf[rdfs:isDefinedBy, rdfs:seeAlso],
rdfs:subClassOf[rdfs:Datatype, rdfs:Class], rdfs:Datatype[rdf:langString], rdfs:Datatype[xsd:string] .
)";

/// OWL 2 Profiles §4.3, tables 4, 5, 6 and 9.
constexpr std::string_view owl_text = R"(
@rule "eq-diff1" :- owl:differentFrom[?x, ?x] .
@rule "cls-thing" owl:Class[owl:Thing] .
@rule "cls-nothing1" owl:Class[owl:Nothing] .
@rule "cls-nothing2" :- owl:Nothing[?x] .
@rule "prp-ap" owl:AnnotationProperty[rdfs:label], owl:AnnotationProperty[rdfs:comment], owl:AnnotationProperty[rdfs:seeAlso],
  owl:AnnotationProperty[rdfs:isDefinedBy], owl:AnnotationProperty[owl:deprecated], owl:AnnotationProperty[owl:versionInfo],
  owl:AnnotationProperty[owl:priorVersion], owl:AnnotationProperty[owl:backwardCompatibleWith],
  owl:AnnotationProperty[owl:incompatibleWith] .
@rule "scm-cls" rdfs:subClassOf[?c, ?c], owl:equivalentClass[?c, ?c], rdfs:subClassOf[?c, owl:Thing],
  rdfs:subClassOf[owl:Nothing, ?c] :- owl:Class[?c] .
@rule "scm-sco" rdfs:subClassOf[?a, ?c] :- rdfs:subClassOf[?a, ?b], rdfs:subClassOf[?b, ?c] .
@rule "scm-eqc1" rdfs:subClassOf[?a, ?b], rdfs:subClassOf[?b, ?a] :- owl:equivalentClass[?a, ?b] .
@rule "scm-eqc2" owl:equivalentClass[?a, ?b] :- rdfs:subClassOf[?a, ?b], rdfs:subClassOf[?b, ?a] .
@rule "scm-op" rdfs:subPropertyOf[?p, ?p], owl:equivalentProperty[?p, ?p] :- owl:ObjectProperty[?p] .
@rule "scm-dp" rdfs:subPropertyOf[?p, ?p], owl:equivalentProperty[?p, ?p] :- owl:DatatypeProperty[?p] .
@rule "scm-spo" rdfs:subPropertyOf[?a, ?c] :- rdfs:subPropertyOf[?a, ?b], rdfs:subPropertyOf[?b, ?c] .
@rule "scm-eqp1" rdfs:subPropertyOf[?a, ?b], rdfs:subPropertyOf[?b, ?a] :- owl:equivalentProperty[?a, ?b] .
@rule "scm-eqp2" owl:equivalentProperty[?a, ?b] :- rdfs:subPropertyOf[?a, ?b], rdfs:subPropertyOf[?b, ?a] .
@rule "scm-dom1" rdfs:domain[?p, ?d] :- rdfs:domain[?p, ?c], rdfs:subClassOf[?c, ?d] .
@rule "scm-dom2" rdfs:domain[?p, ?c] :- rdfs:domain[?q, ?c], rdfs:subPropertyOf[?p, ?q] .
@rule "scm-rng1" rdfs:range[?p, ?d] :- rdfs:range[?p, ?c], rdfs:subClassOf[?c, ?d] .
@rule "scm-rng2" rdfs:range[?p, ?c] :- rdfs:range[?q, ?c], rdfs:subPropertyOf[?p, ?q] .
@rule "scm-hv" rdfs:subClassOf[?c, ?d] :- owl:hasValue[?c, ?i], owl:onProperty[?c, ?p], owl:hasValue[?d, ?i], owl:onProperty[?d, ?q],
  rdfs:subPropertyOf[?p, ?q] .
@rule "scm-svf1" rdfs:subClassOf[?c, ?d] :- owl:someValuesFrom[?c, ?y], owl:onProperty[?c, ?p], owl:someValuesFrom[?d, ?z],
  owl:onProperty[?d, ?p], rdfs:subClassOf[?y, ?z] .
@rule "scm-svf2" rdfs:subClassOf[?c, ?d] :- owl:someValuesFrom[?c, ?y], owl:onProperty[?c, ?p], owl:someValuesFrom[?d, ?y],
  owl:onProperty[?d, ?q], rdfs:subPropertyOf[?p, ?q] .
@rule "scm-avf1" rdfs:subClassOf[?c, ?d] :- owl:allValuesFrom[?c, ?y], owl:onProperty[?c, ?p], owl:allValuesFrom[?d, ?z],
  owl:onProperty[?d, ?p], rdfs:subClassOf[?y, ?z] .
@rule "scm-avf2" rdfs:subClassOf[?d, ?c] :- owl:allValuesFrom[?c, ?y], owl:onProperty[?c, ?p], owl:allValuesFrom[?d, ?y],
  owl:onProperty[?d, ?q], rdfs:subPropertyOf[?p, ?q] .
)";

}  // namespace

Rules schema_rules(Call const& call, Regime regime) {
  switch (regime) {
    case Regime::none:
      return {};
    case Regime::rdfs:
      return parse_rules(call, rdfs_text);
    case Regime::rdfs_full: {
      auto rules = parse_rules(call, rdfs_text);
      auto const more = parse_rules(call, rdfs_full_text);
      rules.insert(rules.end(), more.begin(), more.end());
      return rules;
    }
    case Regime::owl2_rl:
      return parse_rules(call, owl_text);
  }
  return {};
}

}  // namespace lepton::reason
