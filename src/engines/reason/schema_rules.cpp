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

/// RDF 1.1 Semantics §8.
constexpr std::string_view rdf_text = R"(
@rule "rdfD2" rdf:Property[?p] :- [?x, ?p, ?y] .
@rule "rdf axiom"
rdf:Property[rdf:type], rdf:Property[rdf:subject], rdf:Property[rdf:predicate], rdf:Property[rdf:object], rdf:Property[rdf:first],
rdf:Property[rdf:rest], rdf:Property[rdf:value], rdf:List[rdf:nil] .
)";

/// RDF 1.1 Semantics §9: what holds of everything, and the axiomatic triples.
constexpr std::string_view rdfs_full_text = R"(
@rule "rdfs4a" rdfs:Resource[?x] :- [?x, ?p, ?y] .
@rule "rdfs4b" rdfs:Resource[?y] :- [?x, ?p, ?y] .
@rule "rdfs axiom"
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

/// OWL 2 Profiles §4.3, table 8: dt-type1, the datatypes of §4.2 that are known.
constexpr std::string_view owl_datatypes_text = R"(
@rule "dt-type1"
rdfs:Datatype[rdf:langString], rdfs:Datatype[rdf:XMLLiteral], rdfs:Datatype[xsd:decimal], rdfs:Datatype[xsd:integer],
rdfs:Datatype[xsd:nonNegativeInteger], rdfs:Datatype[xsd:nonPositiveInteger], rdfs:Datatype[xsd:positiveInteger],
rdfs:Datatype[xsd:negativeInteger], rdfs:Datatype[xsd:long], rdfs:Datatype[xsd:int], rdfs:Datatype[xsd:short], rdfs:Datatype[xsd:byte],
rdfs:Datatype[xsd:unsignedLong], rdfs:Datatype[xsd:unsignedInt], rdfs:Datatype[xsd:unsignedShort], rdfs:Datatype[xsd:unsignedByte],
rdfs:Datatype[xsd:float], rdfs:Datatype[xsd:double], rdfs:Datatype[xsd:string], rdfs:Datatype[xsd:normalizedString],
rdfs:Datatype[xsd:token], rdfs:Datatype[xsd:boolean], rdfs:Datatype[xsd:date], rdfs:Datatype[xsd:dateTime],
rdfs:Datatype[xsd:dateTimeStamp], rdfs:Datatype[rdfs:Literal] .
)";

/// Not of the profile, and true in OWL 2.
constexpr std::string_view owl_more_text = R"(
@rule "eq-ref" owl:sameAs[?x, ?x] :- owl:NamedIndividual[?x] .
@rule "eq-diff-sym" owl:differentFrom[?y, ?x] :- owl:differentFrom[?x, ?y] .
@rule "scm-op-thing" rdfs:domain[?p, owl:Thing], rdfs:range[?p, owl:Thing] :- owl:ObjectProperty[?p] .
@rule "scm-inv1" rdfs:range[?q, ?c] :- owl:inverseOf[?p, ?q], rdfs:domain[?p, ?c] .
@rule "scm-inv2" rdfs:range[?p, ?c] :- owl:inverseOf[?p, ?q], rdfs:domain[?q, ?c] .
@rule "scm-inv3" rdfs:domain[?q, ?c] :- owl:inverseOf[?p, ?q], rdfs:range[?p, ?c] .
@rule "scm-inv4" rdfs:domain[?p, ?c] :- owl:inverseOf[?p, ?q], rdfs:range[?q, ?c] .
@rule "scm-dw1" rdfs:subClassOf[?c, ?n] :- owl:disjointWith[?c, ?d], owl:complementOf[?n, ?d] .
@rule "scm-dw2" rdfs:subClassOf[?d, ?n] :- owl:disjointWith[?c, ?d], owl:complementOf[?n, ?c] .
@rule "scm-minc" rdfs:subClassOf[?c, ?d], rdfs:subClassOf[?d, ?c] :- owl:someValuesFrom[?c, owl:Thing], owl:onProperty[?c, ?p],
  owl:onProperty[?d, ?p], owl:minCardinality[?d, ?n], FILTER(?n = 1) .
@rule "scm-minqc" rdfs:subClassOf[?c, ?d], rdfs:subClassOf[?d, ?c] :- owl:someValuesFrom[?c, ?f], owl:onProperty[?c, ?p],
  owl:onProperty[?d, ?p], owl:onClass[?d, ?f], owl:minQualifiedCardinality[?d, ?n], FILTER(?n = 1) .
@rule "datatype axiom"
rdfs:subClassOf[xsd:integer, xsd:decimal], rdfs:subClassOf[xsd:long, xsd:integer], rdfs:subClassOf[xsd:int, xsd:long],
rdfs:subClassOf[xsd:short, xsd:int], rdfs:subClassOf[xsd:byte, xsd:short], rdfs:subClassOf[xsd:nonNegativeInteger, xsd:integer],
rdfs:subClassOf[xsd:positiveInteger, xsd:nonNegativeInteger], rdfs:subClassOf[xsd:nonPositiveInteger, xsd:integer],
rdfs:subClassOf[xsd:negativeInteger, xsd:nonPositiveInteger], rdfs:subClassOf[xsd:unsignedLong, xsd:nonNegativeInteger],
rdfs:subClassOf[xsd:unsignedInt, xsd:unsignedLong], rdfs:subClassOf[xsd:unsignedShort, xsd:unsignedInt],
rdfs:subClassOf[xsd:unsignedByte, xsd:unsignedShort], rdfs:subClassOf[xsd:unsignedInt, xsd:long],
rdfs:subClassOf[xsd:unsignedShort, xsd:int], rdfs:subClassOf[xsd:unsignedByte, xsd:short],
rdfs:subClassOf[xsd:token, xsd:normalizedString], rdfs:subClassOf[xsd:normalizedString, xsd:string],
rdfs:subClassOf[xsd:dateTimeStamp, xsd:dateTime] .
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

std::vector<std::string_view> texts_of(Regime regime) {
  switch (regime) {
    case Regime::none:
      return {};
    case Regime::rdf:
      return {rdf_text};
    case Regime::rdfs:
      return {rdfs_text};
    case Regime::rdfs_full:
      return {rdfs_text, rdf_text, rdfs_full_text};
    case Regime::owl2_rl:
      return {owl_text, owl_datatypes_text};
    case Regime::owl2_more:
      return {owl_text, owl_datatypes_text, owl_more_text};
  }
  return {};
}

}  // namespace

Rules schema_rules(Call const& call, Regime regime) {
  Rules rules;
  for (auto const text : texts_of(regime)) {
    auto more = parse_rules(call, text);
    std::move(more.begin(), more.end(), std::back_inserter(rules));
  }
  return rules;
}

}  // namespace lepton::reason
