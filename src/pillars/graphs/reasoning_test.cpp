#include "graphs/reasoning.h"

#include <gmock/gmock.h>

#include <atomic>
#include <random>
#include <thread>

#include "access/company_test.h"
#include "base/error.h"
#include "base/file.h"
#include "graphs/reasoning_testing.h"
#include "graphs/schema.h"
#include "graphs/shape_sets.h"
#include "lineage/schema.h"
#include "rdf/nquads_text.h"

namespace lepton::graphs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr char kRelated[] =
    "@prefix b: <http://b/> .\n"
    "@rule \"direct\" b:related[?x, ?y] :- b:guarantees[?x, ?y] .\n"
    "@rule \"chain\" b:related[?x, ?z] :- b:related[?x, ?y], b:guarantees[?y, ?z] .\n"
    "@rule \"elsewhere\" b:related[?x, ?y] :- [?x, b:guarantees, ?y] ?g .\n"
    "@rule \"self\" :- b:guarantees[?x, ?x] .\n";
constexpr char kShapes[] =
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix b: <http://b/> . "
    "b:Owing sh:targetSubjectsOf b:owes ; sh:property [ sh:path b:owes ; sh:minInclusive 0 ; sh:message 'no less than "
    "nothing' ] , [ sh:path b:related ; sh:maxCount 2 ] .";

/// A graph of risk, a rule set and shapes.
class ReasoningTest : public access::CompanyTest {
 protected:
  void SetUp() override {
    CompanyTest::SetUp();
    if (IsSkipped()) return;
    database().migrate(lineage::migrations());
    database().migrate(migrations());
    Texts::Parts const parts{database(), access().authority, access().assets, access().audit, lineage_};
    rules_.emplace(parts, rule_set_kind());
    shapes_.emplace(parts, shape_set_kind());
    (void)rules_->create(as("ben"), access::parse_address("risk/rules"), "", {"restricted"}, {kRelated, "", ""});
    (void)shapes_->create(as("ben"), access::parse_address("risk/shapes"), "", {}, {kShapes, "", ""});
    start();
    graphs_->create(as("ben"), exposure, "who guarantees whom", {});
  }

  /// As a server does that comes back.
  void start() {
    reasoning_.reset();
    graphs_.reset();
    graphs_.emplace(Graphs::Parts{
        database(), access().authority, access().assets, access().audit, lineage_, directory_.path() / "graphs", {}});
    graphs_->recover(company_->system());
    reasoning_.emplace(
        Reasoning::Parts{*graphs_, *rules_, *shapes_, database(), access().authority, access().assets, lineage_});
  }

  Commit load(std::string const& turtle, Place const& place = Place::of_default(), bool validate_only = false) {
    auto const text = "@prefix b: <http://b/> .\n" + turtle;
    rdf::StringSource source(text);
    auto call = as("ben");
    call.validate_only = validate_only;
    return graphs_->load(call, exposure, place, {rdf::Syntax::turtle, "", source}, {});
  }
  Commit remove(std::string const& s, std::string const& p, std::string const& o) {
    return graphs_->change(as("ben"), exposure, "update", {}, [&](rdf::Transaction& transaction) {
      transaction.remove(
          {rdf::iri("http://b/" + s).view(), rdf::iri("http://b/" + p).view(), rdf::iri("http://b/" + o).view(), {}});
    });
  }

  /// "an related bo" of the inferred layer, as `who` sees it.
  std::vector<std::string> inferred(std::string const& who = "ben", std::string const& address = "risk/exposure",
                                    Inferred which = Inferred::only) {
    auto const view = graphs_->open(as(who), access::parse_address(address));
    rdf::QuadCollector collected;
    (void)graphs_->read(as(who), view, Place::whole(), collected, which);
    std::vector<std::string> lines;
    auto const local = [](rdf::Term const& term) { return term.value.substr(term.value.find_last_of('/') + 1); };
    for (auto const& quad : collected.quads)
      lines.push_back(local(quad.subject) + " " + local(quad.predicate) + " " + local(quad.object));
    std::ranges::sort(lines);
    return lines;
  }
  void use_rules(std::string const& regime = "") {
    (void)reasoning_->use_rules(as("ben"), exposure, {"risk/rules"}, regime);
  }
  void let_ana_read() {
    access().grants.create(as("cara"), {.subject = "user:ana",
                                        .actions = {access::Action::read},
                                        .path = "risk/exposure",
                                        .not_before = {},
                                        .expires_at = {}});
  }

  access::Address const exposure = access::parse_address("risk/exposure");
  TemporaryDirectory directory_;
  lineage::Lineage lineage_;
  std::optional<Texts> rules_, shapes_;
  std::optional<Graphs> graphs_;
  std::optional<Reasoning> reasoning_;
};

TEST_P(ReasoningTest, WhatFollowsIsCurrentWithEveryCommit) {
  load("b:an b:guarantees b:bo .");
  use_rules();
  EXPECT_THAT(inferred(), ElementsAre("an related bo"));
  auto const commit = load("b:bo b:guarantees b:cy .");
  EXPECT_EQ(commit.added, 1);
  EXPECT_EQ(commit.inferred_added, 2);
  EXPECT_THAT(inferred(), ElementsAre("an related bo", "an related cy", "bo related cy"));
  EXPECT_THAT(inferred("ben", "risk/exposure", Inferred::exclude), ElementsAre("an guarantees bo", "bo guarantees cy"));
  start();
  EXPECT_THAT(inferred(), ElementsAre("an related bo", "an related cy", "bo related cy")) << "it is in the store";
  EXPECT_EQ(remove("bo", "guarantees", "cy").inferred_removed, 2);
  EXPECT_THAT(inferred(), ElementsAre("an related bo"));
  EXPECT_EQ(graphs_->commits(as("ben"), exposure, 100, 1).front().inferred_removed, 2);
  (void)reasoning_->use_rules(as("ben"), exposure, {}, "");
  EXPECT_THAT(inferred(), IsEmpty());
  EXPECT_THAT(inferred("ben", "risk/exposure", Inferred::include), ElementsAre("an guarantees bo"));
}

TEST_P(ReasoningTest, ARegimeNeedsNoRuleSet) {
  load("b:an a b:Broker . b:Broker <http://www.w3.org/2000/01/rdf-schema#subClassOf> b:Person .");
  (void)reasoning_->use_rules(as("ben"), exposure, {}, "rdfs");
  EXPECT_THAT(inferred(), testing::Contains("an 22-rdf-syntax-ns#type Person"));
  EXPECT_EQ(access::code_of([&] { return reasoning_->use_rules(as("ben"), exposure, {}, "owl"); }), Code::invalid);
}

TEST_P(ReasoningTest, WhatIsNotCommittedLeavesNothingBehind) {
  use_rules();
  load("b:an b:guarantees b:bo .");
  EXPECT_EQ(load("b:bo b:guarantees b:cy .", Place::of_default(), true).inferred_added, 2) << "a rehearsal";
  EXPECT_THAT(inferred(), ElementsAre("an related bo"));
  EXPECT_EQ(load("b:cy b:guarantees b:dan .").inferred_added, 1) << "an is not related to dan";
}

TEST_P(ReasoningTest, RulesSeeNothingOfParts) {
  use_rules();
  load("b:an b:guarantees b:bo .");
  load("b:bo b:guarantees b:vip .", Place::named("http://b/vips"));
  EXPECT_THAT(inferred(), ElementsAre("an related bo", "bo related vip"));
  (void)graphs_->publish(as("ben"), exposure, "");
  let_ana_read();
  EXPECT_THAT(inferred("ana", "risk/exposure@1"), ElementsAre("an related bo", "bo related vip"));
  graphs_->share_part(as("cara"), exposure, "http://b/vips", access::parse_address("risk/vips"), "");
  EXPECT_THAT(inferred("ana"), ElementsAre("an related bo"));
  EXPECT_THAT(inferred("ben"), ElementsAre("an related bo")) << "for whoever may see the part as well";
  EXPECT_THAT(inferred("ana", "risk/exposure@1"), IsEmpty()) << "what was derived from it stays out of sight";
  load("b:cy b:guarantees b:vip .", Place::named("http://b/vips"));
  load("b:an b:guarantees b:dan .");
  EXPECT_THAT(inferred("ana"), ElementsAre("an related bo", "an related dan"));
  EXPECT_EQ(access::code_of([&] {
              return reasoning_->why(as("ana"), exposure, {"<http://b/bo> <http://b/related> <http://b/vip>", {}, {}});
            }),
            Code::not_found);
}

TEST_P(ReasoningTest, ProvesDownToWhatWasStated) {
  use_rules();
  load("b:an b:guarantees b:bo . b:bo b:guarantees b:cy .");
  auto const proof = reasoning_->why(as("ben"), exposure, {"b:an b:related b:cy", {}, {}});
  ASSERT_EQ(proof.steps.size(), 4U);
  EXPECT_EQ(proof.steps.back().fact, "b:an b:related b:cy");
  EXPECT_EQ(proof.steps.back().rule, "chain, risk/rules@1");
  EXPECT_EQ(proof.steps.back().from.size(), 2U);
  EXPECT_EQ(proof.steps.back().subject, "<http://b/an>");
  auto const stated =
      reasoning_->why(as("ben"), exposure, {"<http://b/an> <http://b/guarantees> <http://b/bo>", {}, {}});
  ASSERT_EQ(stated.steps.size(), 1U);
  EXPECT_TRUE(stated.steps.front().stated);
  EXPECT_EQ(access::code_of([&] {
              return reasoning_->why(as("ben"), exposure, {"b:cy b:related b:an", {}, {}});
            }),
            Code::not_found);
  EXPECT_EQ(access::code_of([&] {
              return reasoning_->why(as("ben"), exposure, {"b:cy b:related", {}, {}});
            }),
            Code::invalid);
  auto const misses = reasoning_->why_not(as("ben"), exposure, {"b:cy b:related b:an", {}, {}});
  ASSERT_FALSE(misses.rules.empty());
  EXPECT_THAT(misses.rules.front().missing, ElementsAre(HasSubstr("b:guarantees")));
  EXPECT_EQ(access::code_of([&] {
              return reasoning_->why_not(as("ben"), exposure, {"b:an b:related b:cy", {}, {}});
            }),
            Code::conflict);
  EXPECT_THAT(reasoning_->contradictions(as("ben"), exposure, 10), IsEmpty());
  load("b:eva b:guarantees b:eva .");
  auto const found = reasoning_->contradictions(as("ben"), exposure, 10);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().rule, "self, risk/rules@1");
  EXPECT_EQ(audit({.action = "graph.explain"}).size(), 6U);
}

TEST_P(ReasoningTest, RuleSetsAreNamedToThoseWhoMayKnowOfThem) {
  use_rules();
  load("b:an b:guarantees b:bo .");
  let_ana_read();
  auto const why = [&](std::string const& who) {
    return reasoning_->why(as(who), exposure, {"<http://b/an> <http://b/related> <http://b/bo>", {}, {}}).steps.back();
  };
  EXPECT_THAT(why("ana").rule, Not(HasSubstr("risk/rules")));
  EXPECT_THAT(reasoning_->get(as("ana"), exposure).rules, ElementsAre("(hidden)"));
  EXPECT_THAT(
      reasoning_->why_not(as("ana"), exposure, {"<http://b/bo> <http://b/related> <http://b/an>", {}, {}}).rules,
      IsEmpty());
  EXPECT_THAT(why("ben").rule, HasSubstr("risk/rules@1"));
  EXPECT_EQ(access::code_of([&] { return reasoning_->use_rules(as("ana"), exposure, {}, ""); }), Code::denied);
  EXPECT_EQ(access::code_of([&] { return reasoning_->use_rules(as("ben"), exposure, {"risk/none"}, ""); }),
            Code::not_found);
}

TEST_P(ReasoningTest, ACommitThatDoesNotConformIsRefusedWhole) {
  use_rules();
  load("b:an b:owes 5 .");
  EXPECT_EQ(
      access::code_of([&] { return reasoning_->use_shapes(as("ben"), exposure, {"risk/shapes"}, OnCommit::reject); }),
      Code::denied)
      << "what must hold is for stewards";
  (void)reasoning_->use_shapes(as("cara"), exposure, {"risk/shapes"}, OnCommit::reject);
  try {
    load("b:bo b:owes -1 . b:cy b:owes 2 .");
    FAIL() << "it does not conform";
  } catch (Error const& error) {
    EXPECT_EQ(error.reason(), "shapes_violated");
    EXPECT_EQ(error.details().at("/results/0"), "<http://b/bo> <http://b/owes>: no less than nothing (found -1)");
  }
  EXPECT_THAT(inferred("ben", "risk/exposure", Inferred::include), ElementsAre("an owes 5"));
  EXPECT_EQ(load("b:an b:guarantees b:bo . b:bo b:guarantees b:cy .").inferred_added, 3);
  EXPECT_EQ(access::code_of([&] { return load("b:cy b:guarantees b:dan ."); }), Code::invalid)
      << "by what follows: an would be related to three";
  EXPECT_EQ(load("b:dan b:guarantees b:cy .").inferred_added, 1) << "the refused commit left the reasoner as it was";
}

TEST_P(ReasoningTest, RejectingBeginsWithAGraphThatConforms) {
  load("b:an b:owes -5 .");
  auto const use = [&](OnCommit on_commit) {
    return reasoning_->use_shapes(as("cara"), exposure, {"risk/shapes@1"}, on_commit);
  };
  EXPECT_EQ(access::code_of([&] { return use(OnCommit::reject); }), Code::invalid);
  EXPECT_EQ(use(OnCommit::report).on_commit, OnCommit::report);
  EXPECT_EQ(load("b:bo b:owes -1 .").violations, 1) << "of what the commit touched";
  auto const found = graphs_->validate(as("ben"), exposure, {"risk/shapes@1"});
  EXPECT_FALSE(found.conforms);
  EXPECT_EQ(found.results.size(), 2U);
  EXPECT_EQ(reasoning_->use_shapes(as("cara"), exposure, {}, OnCommit::off).on_commit, OnCommit::off);
  EXPECT_EQ(load("b:cy b:owes -1 .").violations, std::nullopt);
}

TEST_P(ReasoningTest, VersionsSayWhatTheyStandOn) {
  use_rules();
  (void)reasoning_->use_shapes(as("cara"), exposure, {"risk/shapes"}, OnCommit::reject);
  load("b:an b:guarantees b:bo .");
  auto const version = graphs_->publish(as("ben"), exposure, "");
  EXPECT_THAT(version.rules, ElementsAre("risk/rules@1"));
  EXPECT_EQ(version.statements, 1) << "what follows is not counted";
  (void)reasoning_->use_rules(as("ben"), exposure, {}, "");
  EXPECT_THAT(graphs_->versions(as("ben"), exposure).front().shapes, ElementsAre("risk/shapes@1"));
  EXPECT_THAT(inferred("ben", "risk/exposure@1"), ElementsAre("an related bo"));
  auto const walk = database().read(company_->system(), [&](db::Transaction& tx) {
    return lineage_.upstream(tx, lineage::Node{"graph_version", "risk/exposure@1"});
  });
  std::vector<std::string> made_from;
  for (auto const& step : walk.steps) made_from.push_back(step.edge.from.kind);
  EXPECT_THAT(made_from, UnorderedElementsAre("graph_commit", "rules_version", "shapes_version"));
  EXPECT_TRUE(graphs_->get(as("ben"), exposure).tags.contains("restricted")) << "tags flow from the rules";
  access().directory.assign_role(company_->system(), "risk", "cara", "admin");
  EXPECT_EQ(access::code_of([&] {
              rules_->remove(as("cara"), access::parse_address("risk/rules"));
              return 0;
            }),
            Code::conflict);
}

TEST_P(ReasoningTest, WhatAServerLeftBegunDoesNotCount) {
  load("b:an b:guarantees b:bo .");
  auto const id =
      database().read(company_->system(), [&](db::Transaction& tx) { return access().assets.find(tx, exposure)->id; });
  database().write(company_->system(), [&](db::Transaction& tx) {
    begin_commit(tx, id, {.number = 2, .action = "reason", .made_by = "ben"});
    put_upkeep(tx, id, {.from_commit = 2, .rules = {"risk/rules@1"}});
  });
  EXPECT_THAT(reasoning_->get(as("ben"), exposure).rules, IsEmpty());
  start();
  EXPECT_EQ(load("b:bo b:guarantees b:cy .").inferred_added, std::nullopt) << "its rules went with it";
}

TEST_P(ReasoningTest, StaysWhatADerivationFromScratchGives) {
  std::string const rules =
      std::string(kRelated) +
      "@rule \"lonely\" b:lonely[?x, true] :- b:owes[?x, ?s], NOT EXISTS ?y IN (b:related[?x, ?y]) .\n"
      "@rule \"sum\" b:total[?x, ?n] :- AGGREGATE(b:owes[?x, ?s] ON ?x BIND SUM(?s) AS ?n) .\n"
      "@rule \"mark\" [?x, b:seen, true] b:g1 :- b:related[?x, ?y] .\n";
  (void)rules_->save(as("ben"), access::parse_address("risk/rules"), {rules, "owl2-rl", ""});
  use_rules();
  (void)reasoning_->use_shapes(as("cara"), exposure, {"risk/shapes"}, OnCommit::reject);
  TextVersion const text = rules_->version(as("ben"), access::parse_address("risk/rules@2"));
  std::mt19937 random(7);
  auto const pick = [&](int count) { return std::uniform_int_distribution<int>(0, count - 1)(random); };
  auto const node = [&] { return rdf::iri(fmt::format("http://b/n{}", pick(6))); };
  int refused = 0;
  for (int round = 0; round < 30; ++round) {
    auto const change = [&](rdf::Transaction& transaction) {
      for (int i = 0; i < 3; ++i) {
        rdf::Quad quad{node(), rdf::iri("http://b/guarantees"), node()};
        if (pick(3) == 0) {
          quad.predicate = rdf::iri("http://b/owes");
          quad.object = rdf::literal(std::to_string(pick(20) - 2), "http://www.w3.org/2001/XMLSchema#integer");
        } else if (pick(8) == 0) {
          quad.predicate = rdf::iri("http://www.w3.org/2002/07/owl#sameAs");
        }
        if (auto const graph = pick(4); graph < 2) quad.graph = rdf::iri(fmt::format("http://b/g{}", graph));
        if (pick(5) < 3) {
          transaction.insert(quad.view());
        } else {
          transaction.remove(quad.view());
        }
      }
    };
    try {
      (void)graphs_->change(as("ben"), exposure, "update", {}, change);
    } catch (Error const& error) {
      ASSERT_EQ(error.reason(), "shapes_violated") << error.what();
      ++refused;
    }
    if (round == 10) start();
    if (round == 15) graphs_->share_part(as("cara"), exposure, "http://b/g1", access::parse_address("risk/part"), "");
    auto const view = graphs_->open(as("cara"), exposure);
    std::vector<std::string> closed;
    if (round >= 15) closed.emplace_back("http://b/g1");
    ASSERT_EQ(kept_facts(view), derived_anew(as("cara"), view, {&text, 1}, closed)) << "round " << round;
  }
  EXPECT_GT(refused, 0) << "some of it";
  EXPECT_LT(refused, 30);
}

TEST_P(ReasoningTest, WritersTakeTurns) {
  use_rules();
  std::vector<std::thread> writers;
  std::atomic<int> failures = 0;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&, writer] {
      try {
        for (int i = 0; i < 8; ++i)
          load(fmt::format("b:n{}-{} b:guarantees b:n{}-{} , b:hub .", writer, i, writer, i + 1));
      } catch (std::exception const& error) {
        ++failures;
        ADD_FAILURE() << error.what();
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(failures, 0);
  auto const view = graphs_->open(as("ben"), exposure);
  TextVersion const text = rules_->version(as("ben"), access::parse_address("risk/rules@1"));
  EXPECT_EQ(view.commit, 24);
  EXPECT_EQ(kept_facts(view), derived_anew(as("ben"), view, {&text, 1}));
}

INSTANTIATE_TEST_SUITE_P(On, ReasoningTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

}  // namespace
}  // namespace lepton::graphs
