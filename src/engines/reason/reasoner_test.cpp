#include "reason/reasoner.h"

#include <gmock/gmock.h>

#include <random>

#include "reason/reason_testing.h"

namespace lepton::reason {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

struct Graph {
  explicit Graph(Regime regime, std::string const& rules = "")
      : reasoner(test_call(), rules_of(rules), regime, terms) {}
  InferredChange update(std::string const& insert, std::string const& remove = "") {
    return reasoner.update(test_call(), facts_of(terms, insert), facts_of(terms, remove));
  }
  std::vector<std::string> inferred() {
    std::vector<Fact> facts;
    reasoner.materialisation().for_each_inferred([&](Fact const& fact) { facts.push_back(fact); });
    return texts_of(terms, facts);
  }
  std::vector<std::string> broken() {
    std::vector<std::string> rules;
    for (auto const& one : reasoner.contradictions(test_call(), 20)) rules.push_back(one.rule);
    return rules;
  }

  MemoryTerms terms;
  Reasoner reasoner;
};

TEST(Rdfs, DrawsWhatTheSchemaSays) {
  Graph graph(Regime::rdfs);
  (void)graph.update(
      ":p rdfs:domain :C ; rdfs:range :D ; rdfs:subPropertyOf :q . :C rdfs:subClassOf :B . :B rdfs:subClassOf :A . "
      ":x :p :y .");
  EXPECT_THAT(graph.inferred(), ElementsAre("C subClassOf A", "x q y", "x type A", "x type B", "x type C", "y type D"));
  (void)graph.update("", ":B rdfs:subClassOf :A .");
  EXPECT_THAT(graph.inferred(), ElementsAre("x q y", "x type B", "x type C", "y type D"));
}

TEST(Rdfs, KeepsWhatAShortcutSaysWhenTheLongWayEnds) {
  Graph graph(Regime::rdfs);
  (void)graph.update(":C rdfs:subClassOf :B , :A . :B rdfs:subClassOf :A . :x a :C .");
  (void)graph.update("", ":B rdfs:subClassOf :A .");
  EXPECT_THAT(graph.inferred(), ElementsAre("x type A", "x type B"));
}

TEST(Rdfs, SchemaMayBeDerived) {
  Graph graph(Regime::rdfs, "rdfs:subClassOf[?x,?y] :- :under[?x,?y] .");
  (void)graph.update(":C :under :B . :x a :C .");
  EXPECT_THAT(graph.inferred(), ElementsAre("C subClassOf B", "x type B"));
}

struct Entailment {
  char const* rule;
  char const* given;
  char const* follows;
};
void PrintTo(Entailment const& one, std::ostream* to) {
  *to << one.rule;
}

/// With the premises one by one the same follows; without the first premise it does not.
void expect_entailed(Regime regime, Entailment const& one) {
  Graph graph(regime);
  (void)graph.update(one.given);
  EXPECT_THAT(graph.inferred(), Contains(one.follows));
  Graph slowly(regime);
  auto facts = facts_of(slowly.terms, one.given);
  for (auto const& fact : facts) (void)slowly.reasoner.update(test_call(), std::vector{fact}, {});
  EXPECT_EQ(slowly.inferred(), graph.inferred());
  (void)slowly.reasoner.update(test_call(), {}, std::vector{facts.front()});
  EXPECT_THAT(slowly.inferred(), Not(Contains(one.follows)));
  (void)slowly.reasoner.update(test_call(), std::vector{facts.front()}, {});
  EXPECT_EQ(slowly.inferred(), graph.inferred());
}

class Owl : public testing::TestWithParam<Entailment> {};
TEST_P(Owl, Entails) {
  expect_entailed(Regime::owl2_rl, GetParam());
}

class OwlMore : public testing::TestWithParam<Entailment> {};
TEST_P(OwlMore, Entails) {
  expect_entailed(Regime::owl2_more, GetParam());
}
TEST_P(OwlMore, IsNotOfTheProfile) {
  Graph graph(Regime::owl2_rl);
  (void)graph.update(GetParam().given);
  EXPECT_THAT(graph.inferred(), Not(Contains(GetParam().follows)));
}

INSTANTIATE_TEST_SUITE_P(
    Rules, Owl,
    testing::Values(
        Entailment{"eq-sym", ":a owl:sameAs :b .", "b sameAs a"},
        Entailment{"eq-trans", ":a owl:sameAs :b . :b owl:sameAs :c .", "a sameAs c"},
        Entailment{"eq-rep-s", ":a owl:sameAs :b . :a :p :c .", "b p c"},
        Entailment{"eq-rep-p", ":p owl:sameAs :q . :a :p :c .", "a q c"},
        Entailment{"eq-rep-o", ":b owl:sameAs :c . :a :p :b .", "a p c"},
        Entailment{"prp-dom", ":p rdfs:domain :C . :x :p :y .", "x type C"},
        Entailment{"prp-rng", ":p rdfs:range :C . :x :p :y .", "y type C"},
        Entailment{"prp-fp", ":p a owl:FunctionalProperty . :x :p :a , :b .", "a sameAs b"},
        Entailment{"prp-ifp", ":p a owl:InverseFunctionalProperty . :a :p :x . :b :p :x .", "a sameAs b"},
        Entailment{"prp-symp", ":p a owl:SymmetricProperty . :x :p :y .", "y p x"},
        Entailment{"prp-trp", ":p a owl:TransitiveProperty . :x :p :y . :y :p :z .", "x p z"},
        Entailment{"prp-spo1", ":p rdfs:subPropertyOf :q . :x :p :y .", "x q y"},
        Entailment{"prp-spo2", ":p owl:propertyChainAxiom ( :q :r ) . :x :q :y . :y :r :z .", "x p z"},
        Entailment{"prp-eqp1", ":p owl:equivalentProperty :q . :x :p :y .", "x q y"},
        Entailment{"prp-eqp2", ":p owl:equivalentProperty :q . :x :q :y .", "x p y"},
        Entailment{"prp-inv1", ":p owl:inverseOf :q . :x :p :y .", "y q x"},
        Entailment{"prp-inv2", ":p owl:inverseOf :q . :x :q :y .", "y p x"},
        Entailment{"prp-key", ":C owl:hasKey ( :p :q ) . :a a :C ; :p 1 ; :q 2 . :b a :C ; :p 1 ; :q 2 .",
                   "a sameAs b"},
        Entailment{"cls-int1", ":C owl:intersectionOf ( :D :E ) . :x a :D , :E .", "x type C"},
        Entailment{"cls-int2", ":C owl:intersectionOf ( :D :E ) . :x a :C .", "x type E"},
        Entailment{"cls-uni", ":C owl:unionOf ( :D :E ) . :x a :E .", "x type C"},
        Entailment{"cls-svf1", ":C owl:someValuesFrom :D ; owl:onProperty :p . :x :p :y . :y a :D .", "x type C"},
        Entailment{"cls-svf2", ":C owl:someValuesFrom owl:Thing ; owl:onProperty :p . :x :p :y .", "x type C"},
        Entailment{"cls-avf", ":C owl:allValuesFrom :D ; owl:onProperty :p . :x a :C ; :p :y .", "y type D"},
        Entailment{"cls-hv1", ":C owl:hasValue :v ; owl:onProperty :p . :x a :C .", "x p v"},
        Entailment{"cls-hv2", ":C owl:hasValue :v ; owl:onProperty :p . :x :p :v .", "x type C"},
        Entailment{"cls-maxc2", ":C owl:maxCardinality 1 ; owl:onProperty :p . :x a :C ; :p :a , :b .", "a sameAs b"},
        Entailment{
            "cls-maxqc3",
            ":C owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass :D . :x a :C ; :p :a , :b . :a a :D . "
            ":b a :D .",
            "a sameAs b"},
        Entailment{
            "cls-maxqc4",
            ":C owl:maxQualifiedCardinality 1 ; owl:onProperty :p ; owl:onClass owl:Thing . :x a :C ; :p :a , :b .",
            "a sameAs b"},
        Entailment{"cls-oo", ":C owl:oneOf ( :a :b ) .", "b type C"},
        Entailment{"cax-sco", ":C rdfs:subClassOf :D . :x a :C .", "x type D"},
        Entailment{"cax-eqc1", ":C owl:equivalentClass :D . :x a :C .", "x type D"},
        Entailment{"cax-eqc2", ":C owl:equivalentClass :D . :x a :D .", "x type C"},
        Entailment{"eq-diff2", "_:d a owl:AllDifferent ; owl:members ( :a :b ) .", "a differentFrom b"}));

INSTANTIATE_TEST_SUITE_P(
    SchemaRules, Owl,
    testing::Values(
        Entailment{"scm-cls", ":C a owl:Class .", "C subClassOf Thing"},
        Entailment{"scm-sco", ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E .", "C subClassOf E"},
        Entailment{"scm-eqc1", ":C owl:equivalentClass :D .", "D subClassOf C"},
        Entailment{"scm-eqc2", ":C rdfs:subClassOf :D . :D rdfs:subClassOf :C .", "C equivalentClass D"},
        Entailment{"scm-op", ":p a owl:ObjectProperty .", "p equivalentProperty p"},
        Entailment{"scm-dp", ":p a owl:DatatypeProperty .", "p subPropertyOf p"},
        Entailment{"scm-spo", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", "p subPropertyOf r"},
        Entailment{"scm-eqp1", ":p owl:equivalentProperty :q .", "q subPropertyOf p"},
        Entailment{"scm-eqp2", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .", "p equivalentProperty q"},
        Entailment{"scm-dom1", ":p rdfs:domain :C . :C rdfs:subClassOf :D .", "p domain D"},
        Entailment{"scm-dom2", ":q rdfs:domain :C . :p rdfs:subPropertyOf :q .", "p domain C"},
        Entailment{"scm-rng1", ":p rdfs:range :C . :C rdfs:subClassOf :D .", "p range D"},
        Entailment{"scm-rng2", ":q rdfs:range :C . :p rdfs:subPropertyOf :q .", "p range C"},
        Entailment{"scm-hv",
                   ":C owl:hasValue :i ; owl:onProperty :p . :D owl:hasValue :i ; owl:onProperty :q . :p "
                   "rdfs:subPropertyOf :q .",
                   "C subClassOf D"},
        Entailment{"scm-svf1",
                   ":C owl:someValuesFrom :Y ; owl:onProperty :p . :D owl:someValuesFrom :Z ; owl:onProperty :p . :Y "
                   "rdfs:subClassOf :Z .",
                   "C subClassOf D"},
        Entailment{"scm-svf2",
                   ":C owl:someValuesFrom :Y ; owl:onProperty :p . :D owl:someValuesFrom :Y ; owl:onProperty :q . :p "
                   "rdfs:subPropertyOf :q .",
                   "C subClassOf D"},
        Entailment{"scm-avf1",
                   ":C owl:allValuesFrom :Y ; owl:onProperty :p . :D owl:allValuesFrom :Z ; owl:onProperty :p . :Y "
                   "rdfs:subClassOf :Z .",
                   "C subClassOf D"},
        Entailment{"scm-avf2",
                   ":C owl:allValuesFrom :Y ; owl:onProperty :p . :D owl:allValuesFrom :Y ; owl:onProperty :q . :p "
                   "rdfs:subPropertyOf :q .",
                   "D subClassOf C"},
        Entailment{"scm-int", ":C owl:intersectionOf ( :D :E ) .", "C subClassOf E"},
        Entailment{"scm-uni", ":C owl:unionOf ( :D :E ) .", "E subClassOf C"}));

INSTANTIATE_TEST_SUITE_P(
    Rules, OwlMore,
    testing::Values(
        Entailment{"eq-ref", ":a a owl:NamedIndividual .", "a sameAs a"},
        Entailment{"eq-diff-sym", ":a owl:differentFrom :b .", "b differentFrom a"},
        Entailment{"prp-refl", ":p a owl:ReflexiveProperty . :a a owl:NamedIndividual .", "a p a"},
        Entailment{"scm-op-thing", ":p a owl:ObjectProperty .", "p range Thing"},
        Entailment{"scm-inv1", ":p owl:inverseOf :q ; rdfs:domain :C .", "q range C"},
        Entailment{"scm-inv2", ":p owl:inverseOf :q . :q rdfs:domain :C .", "p range C"},
        Entailment{"scm-inv3", ":p owl:inverseOf :q ; rdfs:range :C .", "q domain C"},
        Entailment{"scm-inv4", ":p owl:inverseOf :q . :q rdfs:range :C .", "p domain C"},
        Entailment{"scm-dw1", ":C owl:disjointWith :D . :N owl:complementOf :D .", "C subClassOf N"},
        Entailment{"scm-dw2", ":D owl:disjointWith :C . :N owl:complementOf :D .", "C subClassOf N"},
        Entailment{
            "scm-minc",
            ":C owl:someValuesFrom owl:Thing ; owl:onProperty :p . :D owl:minCardinality 1 ; owl:onProperty :p .",
            "C subClassOf D"},
        Entailment{"scm-minqc",
                   ":C owl:someValuesFrom :F ; owl:onProperty :p . :D owl:minQualifiedCardinality 1 ; owl:onClass :F ; "
                   "owl:onProperty :p .",
                   "D subClassOf C"},
        Entailment{"cls-minc", ":C owl:minCardinality 1 ; owl:onProperty :p . :x :p :y .", "x type C"},
        Entailment{"cls-minqc",
                   ":C owl:minQualifiedCardinality 1 ; owl:onClass :D ; owl:onProperty :p . :x :p :y . :y a :D .",
                   "x type C"},
        Entailment{"cls-avf-fp",
                   ":p a owl:FunctionalProperty . :C owl:allValuesFrom :D ; owl:onProperty :p . :x :p :y . :y a :D .",
                   "x type C"},
        Entailment{"scm-maxc",
                   ":C owl:allValuesFrom :O ; owl:onProperty :p . :O owl:oneOf ( :o ) . :D owl:maxCardinality 1 ; "
                   "owl:onProperty :p .",
                   "C subClassOf D"},
        Entailment{
            "cls-exc",
            ":C owl:allValuesFrom :O ; owl:onProperty :p . :O owl:oneOf ( :o ) . :D owl:qualifiedCardinality 1 ; "
            "owl:onClass :E ; owl:onProperty :p . :x a :C ; :p :o . :o a :E .",
            "x type D"},
        Entailment{"datatype axiom", ":p rdfs:range xsd:byte .", "p range short"}));

class OwlContradiction : public testing::TestWithParam<Entailment> {};

TEST_P(OwlContradiction, IsReportedByItsRule) {
  Graph graph(Regime::owl2_rl);
  (void)graph.update(GetParam().given);
  EXPECT_THAT(graph.broken(), Contains(GetParam().follows));
  (void)graph.update("", GetParam().given);
  EXPECT_THAT(graph.broken(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Rules, OwlContradiction,
    testing::Values(
        Entailment{"eq-diff1", ":a owl:sameAs :b ; owl:differentFrom :b .", "eq-diff1"},
        Entailment{"eq-diff3", "_:d a owl:AllDifferent ; owl:distinctMembers ( :a :b ) . :a owl:sameAs :b .",
                   "eq-diff1"},
        Entailment{"prp-irp", ":p a owl:IrreflexiveProperty . :x :p :x .", "prp-irp"},
        Entailment{"prp-asyp", ":p a owl:AsymmetricProperty . :x :p :y . :y :p :x .", "prp-asyp"},
        Entailment{"prp-pdw", ":p owl:propertyDisjointWith :q . :x :p :y ; :q :y .", "prp-pdw"},
        Entailment{"prp-adp", "_:d a owl:AllDisjointProperties ; owl:members ( :p :q ) . :x :p :y ; :q :y .",
                   "prp-adp"},
        Entailment{"prp-npa1",
                   "_:n owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b . :a :p :b .",
                   "prp-npa1"},
        Entailment{"prp-npa2", "_:n owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 1 . :a :p 1 .",
                   "prp-npa2"},
        Entailment{"cls-nothing2", ":a a owl:Nothing .", "cls-nothing2"},
        Entailment{"cls-com", ":C owl:complementOf :D . :a a :C , :D .", "cls-com"},
        Entailment{"cls-maxc1", ":C owl:maxCardinality 0 ; owl:onProperty :p . :x a :C ; :p :y .", "cls-maxc1"},
        Entailment{
            "cls-maxqc1",
            ":C owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass :D . :x a :C ; :p :y . :y a :D .",
            "cls-maxqc1"},
        Entailment{"cls-maxqc2",
                   ":C owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass owl:Thing . :x a :C ; :p :y .",
                   "cls-maxqc2"},
        Entailment{"cax-dw", ":C owl:disjointWith :D . :a a :C , :D .", "cax-dw"},
        Entailment{"cax-adc", "_:d a owl:AllDisjointClasses ; owl:members ( :C :D ) . :a a :C , :D .", "cax-adc"},
        Entailment{"dt-not-type", ":a :p \"x\"^^xsd:integer .", "dt-not-type"},
        Entailment{"dt-not-type", ":p rdfs:range xsd:byte . :a :p 300 .", "dt-not-type"},
        Entailment{"dt-not-type", ":a a xsd:byte , xsd:string .", "dt-not-type"},
        Entailment{"dt-diff", ":p a owl:FunctionalProperty . :a :p 1 , 2 .", "dt-diff"}));

TEST(OwlContradictions, ComeWithAProof) {
  Graph graph(Regime::owl2_rl);
  (void)graph.update(":Dog owl:disjointWith :Cat . :Poodle rdfs:subClassOf :Dog . :rex a :Poodle , :Cat .");
  auto const found = graph.reasoner.contradictions(test_call(), 10);
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].facts.size(), 3U);
  EXPECT_EQ(to_string(graph.terms, found[0].facts[1]),
            "[<e:rex>, <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>, <e:Dog>]  (by cax-sco)\n"
            "  [<e:Poodle>, <http://www.w3.org/2000/01/rdf-schema#subClassOf>, <e:Dog>]  (stated)\n"
            "  [<e:rex>, <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>, <e:Poodle>]  (stated)\n");
}

/// Random ontologies and data, changed step by step, against the same from scratch.
TEST(Owl, KeptIsFromScratch) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    auto const below = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
    auto const axiom = [&] {
      auto const c = [&] { return fmt::format(":C{}", below(4)); };
      auto const p = [&] { return fmt::format(":p{}", below(4)); };
      auto const n = [&] { return fmt::format(":n{}", below(6)); };
      switch (below(14)) {
        case 0:
          return c() + " rdfs:subClassOf " + c() + " .";
        case 1:
          return p() + " rdfs:subPropertyOf " + p() + " .";
        case 2:
          return p() + " rdfs:domain " + c() + " .";
        case 3:
          return p() + " a owl:TransitiveProperty .";
        case 4:
          return p() + " a owl:FunctionalProperty .";
        case 5:
          return p() + " owl:inverseOf " + p() + " .";
        case 6:
          return n() + " owl:sameAs " + n() + " .";
        case 7:
          return c() + " owl:someValuesFrom " + c() + " ; owl:onProperty " + p() + " .";
        case 8:
          return n() + " a " + c() + " .";
        default:
          return n() + " " + p() + " " + n() + " .";
      }
    };
    Graph kept(Regime::owl2_rl);
    std::set<Fact> stated;
    for (int step = 0; step < 6; ++step) {
      std::vector<Fact> insert;
      for (int count = step == 0 ? 15 : 3; count > 0; --count) {
        for (auto const& fact : facts_of(kept.terms, axiom())) insert.push_back(fact);
      }
      std::vector<Fact> remove;
      for (auto const& fact : stated) {
        if (below(8) == 0) remove.push_back(fact);
      }
      (void)kept.reasoner.update(test_call(), insert, remove);
      for (auto const& fact : remove) stated.erase(fact);
      stated.insert(insert.begin(), insert.end());
      Reasoner scratch(test_call(), {}, Regime::owl2_rl, kept.terms);
      (void)scratch.update(test_call(), std::vector<Fact>(stated.begin(), stated.end()), {});
      std::vector<Fact> expected;
      scratch.materialisation().for_each_inferred([&](Fact const& fact) { expected.push_back(fact); });
      ASSERT_EQ(kept.inferred(), texts_of(kept.terms, expected)) << "seed " << seed << " step " << step;
    }
  }
}

}  // namespace
}  // namespace lepton::reason
