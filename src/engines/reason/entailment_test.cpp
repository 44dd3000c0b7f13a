#include "reason/entailment.h"

#include <gtest/gtest.h>

#include "reason/reason_testing.h"

namespace lepton::reason {
namespace {

std::vector<rdf::Quad> quads(std::string const& turtle) {
  std::string const text =
      "@prefix : <e:> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: "
      "<http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix "
      "xsd: <http://www.w3.org/2001/XMLSchema#> .\n" +
      turtle;
  rdf::StringSource source(text);
  rdf::QuadCollector collected;
  rdf::parse(test_call(), rdf::Syntax::turtle, source, collected);
  return std::move(collected.quads);
}

bool follows(Regime regime, std::string const& premises, std::string const& conclusion) {
  EntailmentOptions options;
  options.regime = regime;
  return entails(test_call(), quads(premises), quads(conclusion), options).has_value();
}

TEST(Entailment, ReadsBlankNodesAsSomething) {
  EXPECT_TRUE(follows(Regime::none, ":a :p :b . :b :q :c .", ":a :p _:x . _:x :q _:y ."));
  EXPECT_FALSE(follows(Regime::none, ":a :p :b . :d :q :c .", ":a :p _:x . _:x :q _:y ."));
  EXPECT_FALSE(follows(Regime::none, ":a :p _:x .", ":a :p :b ."));
  EXPECT_TRUE(follows(Regime::none, "", ""));
}

TEST(Entailment, ComesWithProofs) {
  EntailmentOptions options;
  auto const found = entails(test_call(), quads(":a a :C . :C rdfs:subClassOf :D ."), quads(":a a :D ."), options);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->because.rule, Entailment::conclusion_rule);
  ASSERT_EQ(found->because.facts.size(), 1U);
  EXPECT_EQ(found->because.facts[0].back().rule, "rdfs9");
}

TEST(Entailment, ComparesLiteralsByValue) {
  EXPECT_TRUE(follows(Regime::rdf, ":a :p \"010\"^^xsd:byte .", ":a :p 10.0 . "));
  EXPECT_TRUE(follows(Regime::rdf, ":a :p 42 .", ":a :p _:x . _:x a xsd:int ."));
  EXPECT_FALSE(follows(Regime::rdf, ":a :p 300 .", ":a :p _:x . _:x a xsd:byte ."));
  EntailmentOptions none;
  none.regime = Regime::rdf;
  none.datatypes = Datatypes(std::set<std::string>{});
  EXPECT_FALSE(entails(test_call(), quads(":a :p \"010\"^^xsd:byte ."), quads(":a :p 10 ."), none).has_value());
}

TEST(Entailment, FindsWhatContradictsDatatypes) {
  auto const broken = [](std::string const& premises) {
    auto const found = find_contradiction(test_call(), quads(premises));
    return found ? found->rule : "";
  };
  EXPECT_EQ(broken(":a :p \" 1\"^^xsd:int ."), "dt-not-type");
  EXPECT_EQ(broken(":a :p 1 . :p rdfs:range xsd:string ."), "dt-not-type");
  EXPECT_EQ(broken(":a :p _:x . :p rdfs:range xsd:string , xsd:integer ."), "dt-not-type");
  EXPECT_EQ(broken(":a :p \"<b>\"^^rdf:XMLLiteral ."), "dt-not-type");
  EXPECT_EQ(broken(":a :p \"<b/>\"^^rdf:XMLLiteral , 1 . :p rdfs:range rdfs:Literal . :q rdfs:range xsd:decimal ."),
            "");
}

TEST(Entailment, AssumesTheContraryInOwl) {
  std::string const disjoint = ":C owl:disjointWith :D . :a a :C . :D a owl:Class . ";
  EXPECT_TRUE(follows(Regime::owl2_more, disjoint, ":a a [ a owl:Class ; owl:complementOf :D ] ."));
  EXPECT_FALSE(follows(Regime::owl2_rl, disjoint, ":a a [ a owl:Class ; owl:complementOf :D ] ."));
  EXPECT_FALSE(follows(Regime::owl2_more, ":a a :C . :D a owl:Class . ", ":a a [ owl:complementOf :D ] ."));
  EXPECT_TRUE(
      follows(Regime::owl2_more, ":p owl:propertyDisjointWith :q . :a :p :b ; :q :c .", ":b owl:differentFrom :c ."));
  EXPECT_TRUE(follows(Regime::owl2_more, disjoint + ":b a :D .", "[] a owl:AllDifferent ; owl:members ( :a :b ) ."));
}

TEST(Entailment, TriesInstancesInOwl) {
  EXPECT_TRUE(follows(Regime::owl2_more, ":p owl:propertyChainAxiom ( :p :p ) .", ":p a owl:TransitiveProperty ."));
  EXPECT_FALSE(follows(Regime::owl2_more, ":p owl:propertyChainAxiom ( :p :q ) .", ":p a owl:TransitiveProperty ."));
  EXPECT_TRUE(
      follows(Regime::owl2_more, ":p rdfs:range xsd:short , xsd:unsignedInt .", ":p rdfs:range xsd:unsignedShort ."));
  EXPECT_FALSE(follows(Regime::owl2_more, ":p rdfs:range xsd:short .", ":p rdfs:range xsd:unsignedShort ."));
}

TEST(Entailment, DescribedClassesExistWhenTheirPartsDo) {
  EXPECT_TRUE(follows(Regime::owl2_more, ":C a owl:Class .", "[] a owl:Class ; owl:unionOf ( :C ) ."));
  EXPECT_FALSE(follows(Regime::owl2_more, ":C :p :d .", "[] a owl:Class ; owl:unionOf ( :C ) ."));
}

TEST(Entailment, KeepsBlankNodesOfBothGraphsApart) {
  EXPECT_FALSE(follows(Regime::owl2_more, "_:x a owl:Class ; owl:complementOf :D . :D a owl:Class . :a a :C .",
                       ":a a _:x . _:x a owl:Class ; owl:complementOf :D ."));
}

}  // namespace
}  // namespace lepton::reason
