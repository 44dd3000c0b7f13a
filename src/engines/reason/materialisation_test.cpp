#include "reason/materialisation.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "reason/reason_testing.h"

namespace lepton::reason {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A materialisation whose changes are texts.
struct Reasoner {
  explicit Reasoner(std::string const& rules, DerivationLimits const& limits = {})
      : materialisation(rules_of(rules), terms, {limits, true}) {}

  InferredChange update(std::string const& insert, std::string const& remove = "") {
    return materialisation.update(test_call(), facts_of(terms, insert), facts_of(terms, remove));
  }
  std::vector<std::string> added(std::string const& insert) { return texts_of(terms, update(insert).added); }
  std::vector<std::string> removed(std::string const& remove) { return texts_of(terms, update("", remove).removed); }
  std::vector<std::string> inferred() { return texts_of(terms, all_facts(materialisation.facts(), false)); }

  MemoryTerms terms;
  Materialisation materialisation;
};

std::string complaint(std::string const& rules) {
  try {
    Reasoner const reasoner(rules);
  } catch (Error const& error) {
    return fmt::format("{}: {}", error.reason(), error.what());
  }
  return "";
}

TEST(Materialisation, JoinsAndRecursion) {
  Reasoner reasoner(
      ":uncle[?x, ?y] :- :parent[?x, ?z], :brother[?z, ?y] . :older[?x,?y] :- :parent[?x,?y] . "
      ":older[?x,?z] :- :older[?x,?y], :older[?y,?z] .");
  EXPECT_THAT(reasoner.added(":a :parent :b . :b :brother :c . :b :parent :d ."),
              ElementsAre("a older b", "a older d", "a uncle c", "b older d"));
  EXPECT_THAT(reasoner.added(":d :parent :e ."), ElementsAre("a older e", "b older e", "d older e"));
}

TEST(Materialisation, WhatIsStatedIsNotInferred) {
  Reasoner reasoner(":q[?x,?y] :- :p[?x,?y] .");
  EXPECT_THAT(reasoner.added(":a :p :b . :a :q :b ."), IsEmpty());
  EXPECT_THAT(texts_of(reasoner.terms, reasoner.update("", ":a :q :b .").added), ElementsAre("a q b"));
  EXPECT_THAT(texts_of(reasoner.terms, reasoner.update(":a :q :b .").removed), ElementsAre("a q b"));
  EXPECT_THAT(reasoner.removed(":a :p :b ."), IsEmpty());
  EXPECT_THAT(reasoner.removed(":a :q :b ."), IsEmpty());
  EXPECT_EQ(reasoner.materialisation.facts().count(), 0U);
}

TEST(Materialisation, ClassesVariablePropertiesAndGraphs) {
  Reasoner reasoner(
      ":C[?x] :- :D[?x] . [?y, ?q, ?x] :- [?x, ?p, ?y], [?p, :inverse, ?q] . [?x, :in, ?g] :- [?x, a, :D] ?g . "
      "[?x, :seen, ?y] :g :- [?x, :p, ?y] .");
  EXPECT_THAT(reasoner.added(":a a :D . :p :inverse :q . :a :p :b . :h { :c a :D . }"),
              ElementsAre("a seen b g", "a type C", "b q a", "c in h"));
}

TEST(Materialisation, NegationSeesWhatIsDerivedBelow) {
  Reasoner reasoner(
      ":linked[?x] :- :p[?x,?y] . :lonely[?x] :- :node[?x], NOT :linked[?x] . "
      ":end[?x] :- :node[?x], NOT EXISTS ?y IN (:p[?x,?y], FILTER(?y != :skip)) .");
  EXPECT_THAT(reasoner.added(":a a :node . :b a :node . :a :p :b ."),
              ElementsAre("a type linked", "b type end", "b type lonely"));
  auto const change = reasoner.update(":b :p :skip .", ":a :p :b .");
  EXPECT_THAT(texts_of(reasoner.terms, change.added), ElementsAre("a type end", "a type lonely", "b type linked"));
  EXPECT_THAT(texts_of(reasoner.terms, change.removed), ElementsAre("a type linked", "b type lonely"));
}

TEST(Materialisation, FiltersBindingsAndAggregates) {
  Reasoner reasoner(
      ":big[?x] :- :size[?x,?n], FILTER(?n >= 10) . :next[?x,?m] :- :size[?x,?n], BIND(?n + 1 AS ?m) . "
      "[?x, :total, ?s], [?x, :parts, ?c] :- AGGREGATE(:has[?x,?y], :size[?y,?n] ON ?x BIND SUM(?n) AS ?s BIND "
      "COUNT(?y) AS ?c) .");
  EXPECT_THAT(reasoner.added(":a :has :b, :c . :b :size 9 . :c :size 10.5 ."),
              ElementsAre("a parts 2", "a total 19.5", "b next 10", "c next 11.5", "c type big"));
  auto const change = reasoner.update(":d :size 1 . :a :has :d .", ":b :size 9 .");
  EXPECT_THAT(texts_of(reasoner.terms, change.added), ElementsAre("a total 11.5", "d next 2"));
  EXPECT_THAT(texts_of(reasoner.terms, change.removed), ElementsAre("a total 19.5", "b next 10"));
}

TEST(Materialisation, ANegationInAnAggregateKnowsWhatTheAggregateBinds) {
  Reasoner reasoner("[?x, :free, ?n] :- AGGREGATE(:has[?x,?y], NOT :lent[?x,?y] ON ?x BIND COUNT(?y) AS ?n) .");
  EXPECT_THAT(reasoner.added(":a :has :b, :c . :a :lent :b . :d :has :b ."), ElementsAre("a free 1", "d free 1"));
  EXPECT_THAT(texts_of(reasoner.terms, reasoner.update(":d :lent :b .", ":a :lent :b .").added),
              ElementsAre("a free 2"));
}

class CountedTerms : public MemoryTerms {
 public:
  TermKey key(rdf::TermView const& term) override {
    ++asked;
    return MemoryTerms::key(term);
  }
  std::size_t asked = 0;
};

TEST(Materialisation, OnlyChangedGroupsAreEvaluatedAgain) {
  CountedTerms terms;
  std::string trig;
  for (int i = 0; i < 1000; ++i) trig += fmt::format(":g{} :has :a, :b . ", i);
  Materialisation kept(rules_of("[?x, :parts, ?n] :- AGGREGATE(:has[?x,?y] ON ?x BIND COUNT(?y) AS ?n) ."), terms);
  (void)kept.update(test_call(), facts_of(terms, trig), {});
  auto const insert = facts_of(terms, ":g5 :has :c .");
  auto const remove = facts_of(terms, ":g7 :has :a .");
  terms.asked = 0;
  auto const change = kept.update(test_call(), insert, remove);
  EXPECT_THAT(texts_of(terms, change.added), ElementsAre("g5 parts 3", "g7 parts 1"));
  EXPECT_THAT(texts_of(terms, change.removed), ElementsAre("g5 parts 2", "g7 parts 2"));
  EXPECT_LT(terms.asked, 20U);  // one for each group that is counted
}

TEST(Materialisation, DeletionKeepsWhatHasAnotherProof) {
  Reasoner reasoner(":reach[?x,?y] :- :edge[?x,?y] . :reach[?x,?z] :- :reach[?x,?y], :edge[?y,?z] .");
  (void)reasoner.update(":a :edge :b . :b :edge :c . :a :edge :c . :c :edge :a .");
  EXPECT_THAT(reasoner.removed(":b :edge :c ."), ElementsAre("b reach a", "b reach b", "b reach c"));
  // The cycle a → c → a must not hold itself up.
  EXPECT_THAT(reasoner.removed(":a :edge :c ."), ElementsAre("a reach a", "a reach c", "c reach c"));
  EXPECT_THAT(reasoner.inferred(), ElementsAre("a reach b", "c reach a", "c reach b"));
}

TEST(Materialisation, FactsAndRulesWithoutAtoms) {
  Reasoner reasoner(":p[:a, :b] . :q[:c, :d] :- NOT :r[:e, :f] .");
  EXPECT_THAT(reasoner.added(""), ElementsAre("a p b", "c q d"));
  EXPECT_THAT(texts_of(reasoner.terms, reasoner.update(":e :r :f .").removed), ElementsAre("c q d"));
  EXPECT_THAT(texts_of(reasoner.terms, reasoner.update("", ":e :r :f .").added), ElementsAre("c q d"));
}

TEST(Materialisation, ThreadsDoNotChangeTheResult) {
  std::string const rules = ":r[?x,?y] :- :e[?x,?y] . :r[?x,?z] :- :r[?x,?y], :r[?y,?z] .";
  MemoryTerms terms;
  auto const e = terms.key(rdf::iri_view("e:e"));
  std::vector<Fact> edges;
  for (int i = 0; i < 300; ++i) {
    auto const node = [&](int n) { return terms.key(rdf::iri_view("e:n" + std::to_string(n))); };
    edges.push_back({no_term, node(i), e, node(i + 1)});
  }
  Materialisation one(rules_of(rules), terms, {{1}, false});
  Materialisation four(rules_of(rules), terms, {{4}, false});
  auto const expected = one.update(test_call(), edges, {}).added;
  EXPECT_EQ(expected.size(), 300U * 301 / 2);
  EXPECT_EQ(four.update(test_call(), edges, {}).added, expected);
}

TEST(Materialisation, EqualTermsAreOneAndShownAsMany) {
  Reasoner reasoner(":q[?y,?x] :- :p[?x,?y] . owl:sameAs[?x,?y] :- :id[?x,?n], :id[?y,?n], FILTER(!SAMETERM(?x,?y)) .");
  EXPECT_THAT(reasoner.added(":a :p :b ."), ElementsAre("b q a"));
  EXPECT_THAT(reasoner.added(":b owl:sameAs :c ."),
              ElementsAre("a p c", "b sameAs b", "c q a", "c sameAs b", "c sameAs c"));
  EXPECT_TRUE(reasoner.materialisation.holds(facts_of(reasoner.terms, ":c :q :a .").front()));
  EXPECT_THAT(reasoner.removed(":b owl:sameAs :c ."),
              ElementsAre("a p c", "b sameAs b", "c q a", "c sameAs b", "c sameAs c"));
  EXPECT_THAT(
      reasoner.added(":a :id 1 . :d :id 1 . :x :p :d ."),
      ElementsAre("a q x", "a sameAs a", "a sameAs d", "b q d", "d p b", "d q x", "d sameAs a", "d sameAs d", "x p a"));
  EXPECT_THAT(reasoner.removed(":d :id 1 ."),
              ElementsAre("a q x", "a sameAs a", "a sameAs d", "b q d", "d p b", "d sameAs a", "d sameAs d", "x p a"));
  EXPECT_THAT(reasoner.inferred(), ElementsAre("b q a", "d q x"));
}

TEST(Materialisation, PropertiesAndConstantsOfRulesMayBeEqualToo) {
  Reasoner reasoner(":r[?x,?y] :- :p[?x,?y] . :hit[?x] :- :p[?x,:k] .");
  EXPECT_THAT(reasoner.added(":p owl:sameAs :q . :k owl:sameAs :l . :a :q :l ."),
              testing::IsSupersetOf({"a p k", "a p l", "a q k", "a r k", "a r l", "a type hit"}));
}

TEST(Materialisation, DifferentValuesAreNeverMerged) {
  Reasoner reasoner(":q[?x,?y] :- :p[?x,?y] .");
  (void)reasoner.update(":a owl:sameAs 1 . :a owl:sameAs 2 . :a owl:sameAs 1.0 .");
  ASSERT_EQ(reasoner.materialisation.conflicts().size(), 1U);
  EXPECT_EQ(reasoner.materialisation.equality().classes().size(), 1U);
}

TEST(Materialisation, RulesMayBeAdded) {
  Reasoner reasoner(":q[?x,?y] :- :p[?x,?y] . :lonely[?x] :- :node[?x], NOT :linked[?x] .");
  (void)reasoner.update(":a :p :b . :a a :node .");
  auto const change =
      reasoner.materialisation.extend(test_call(), rules_of(":r[?x,?y] :- :q[?x,?y] . :linked[?x] :- :p[?x,?y] ."));
  EXPECT_THAT(texts_of(reasoner.terms, change.added), ElementsAre("a r b", "a type linked"));
  EXPECT_THAT(texts_of(reasoner.terms, change.removed), ElementsAre("a type lonely"));
  EXPECT_THAT(reasoner.removed(":a :p :b ."), ElementsAre("a q b", "a r b", "a type linked"));
}

TEST(Materialisation, EndlessRulesEndAtTheLimit) {
  Reasoner reasoner(":n[?x,?m] :- :n[?x,?k], BIND(?k + 1 AS ?m) .", {1, 1000});
  try {
    (void)reasoner.update(":a :n 1 .");
    FAIL() << "has no end";
  } catch (Error const& error) {
    EXPECT_EQ(error.reason(), "too_many_facts");
  }
}

TEST(Program, RefusesUnsafeRules) {
  EXPECT_EQ(complaint(":p[?x,?z] :- :q[?x,?y] ."),
            "unsafe_rule: line 2, column 1: the rule is unsafe: nothing in its body binds ?z, which its head has");
  EXPECT_EQ(complaint(":p[?x,?x] :- :q[?x,?y], FILTER(?z > 1) ."),
            "unsafe_rule: line 2, column 1: the rule is unsafe: nothing in its body binds ?z, which a filter, BIND, "
            "negation or "
            "aggregate needs");
  EXPECT_EQ(complaint(":p[?x,?x] :- NOT :q[?x,?y] ."),
            "unsafe_rule: line 2, column 1: the rule is unsafe: nothing in its body binds ?x, which a filter, BIND, "
            "negation or "
            "aggregate needs");
  EXPECT_THAT(complaint(":p[?x,?x] :- :q[?x,?y], FILTER(NOSUCH(?y)) ."), HasSubstr("there is no function NOSUCH"));
  EXPECT_THAT(complaint(":p[?x,?n] :- :q[?x,?y], AGGREGATE(:r[?x,?y] ON ?x BIND COUNT(?y) AS ?n) ."),
              HasSubstr("?y is local to the aggregate"));
  EXPECT_EQ(
      complaint(":p[?x,?n] :- AGGREGATE(:r[?y,?z] ON ?x BIND COUNT(?y) AS ?n) ."),
      "unsafe_rule: line 2, column 1: the rule is unsafe: nothing in its body binds ?x, which an aggregate groups "
      "by");
}

TEST(Program, RefusesCyclesThroughNegationAndNamesThem) {
  EXPECT_EQ(
      complaint(":win[?x] :- :move[?x,?y], NOT :win[?y] ."),
      "unstratifiable: line 2, column 1: the rules cannot be stratified: [?x, "
      "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>, <e:win>] :- [?x, <e:move>, ?y], NOT EXISTS IN ([?y, "
      "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>, <e:win>]) . needs all of something that depends on its own "
      "result: the rule feeds itself");
  EXPECT_THAT(
      complaint(":p[?x,?y] :- :b[?x,?y], NOT :q[?x,?y] .\n:r[?x,?y] :- :p[?x,?y] .\n:q[?x,?y] :- :r[?y,?x] ."),
      HasSubstr(
          "depends on its own result: which leads on by the rule of line 3: [?x, <e:r>, ?y] :- [?x, <e:p>, ?y] .; "
          "which leads on by the rule of line 4"));
  EXPECT_THAT(complaint("[?x,?p,?y] :- [?x,:b,?y], [?x,:via,?p], NOT :q[?x,?y] ."), HasSubstr("cannot be stratified"));
}

// All of it would be 400 million pairs, 6 GiB, in one task.
TEST(Materialisation, ACrossProductEndsByTheLimitBeforeItFillsTheMemory) {
  Reasoner reasoner(":pair[?x, ?y] :- :p[?x, ?a], :p[?y, ?b] .", {1, 100'000});
  std::vector<Fact> facts;
  auto const p = reasoner.terms.key(rdf::iri_view("e:p"));
  for (int i = 0; i < 20'000; ++i)
    facts.push_back({no_term, reasoner.terms.key(rdf::iri_view(fmt::format("e:{}", i))), p, p});
  try {
    (void)reasoner.materialisation.update(test_call(), facts, {});
    FAIL() << "more facts than are allowed";
  } catch (Error const& error) {
    EXPECT_EQ(error.reason(), "too_many_facts");
  }
}

TEST(Materialisation, ACrossProductEndsWithItsCall) {
  Reasoner reasoner(":never[?x, ?y] :- :p[?x, ?a], :p[?y, ?b], FILTER(?a != ?b) .");
  std::vector<Fact> facts;
  auto const p = reasoner.terms.key(rdf::iri_view("e:p"));
  for (int i = 0; i < 16'000; ++i)
    facts.push_back({no_term, reasoner.terms.key(rdf::iri_view(fmt::format("e:{}", i))), p, p});
  Call call = test_call();
  call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
  try {
    (void)reasoner.materialisation.update(call, facts, {});
    FAIL() << "256 million pairs";
  } catch (Error const& error) {
    EXPECT_EQ(error.reason(), "deadline_exceeded");
  }
}

}  // namespace
}  // namespace lepton::reason
