#include "lineage/lineage.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "db/test_database.h"
#include "lineage/schema.h"

namespace lepton::lineage {
namespace {

using testing::ElementsAre;

// "customers@1 read> run7" and so on, to compare walks at a glance.
std::vector<std::string> drawn(Walk const& walk) {
  std::vector<std::string> lines;
  for (Step const& step : walk.steps)
    lines.push_back(std::to_string(step.depth) + " " + step.edge.from.key + " " + step.edge.kind + "> " +
                    step.edge.to.key);
  return lines;
}

class Lineages : public db::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (!IsSkipped()) database().migrate(migrations());
  }

  void record(Node const& from, std::string const& kind, Node const& to, std::vector<access::Ground> grounds = {}) {
    database().write(call_, [&](db::Transaction& tx) {
      lineage_.record(tx, {from, to, kind, PrincipalId("p1"), "ben", Timestamp{++moment_}, grounds});
    });
  }
  // customers@1, payments@1 → training@1 → run → model@1 → deployment → decision
  void record_story() {
    record(customers_, "read", training_, {{"grant", "g1", "approved by ana"}});
    record(payments_, "read", training_);
    record(training_, "read", run_);
    record(run_, "produced", model_);
    record(model_, "deployed", deployment_);
    record(deployment_, "answered", decision_);
  }
  Walk up(Node const& node, Limits const& limits = {}, MaySee const& may_see = nullptr) {
    return database().read(call_, [&](db::Transaction& tx) { return lineage_.upstream(tx, node, limits, may_see); });
  }
  Walk down(Node const& node, Limits const& limits = {}, MaySee const& may_see = nullptr) {
    return database().read(call_, [&](db::Transaction& tx) { return lineage_.downstream(tx, node, limits, may_see); });
  }

  Node customers_{"dataset_version", "banking/customers@1"};
  Node payments_{"dataset_version", "banking/payments@1"};
  Node training_{"dataset_version", "risk/training@1"};
  Node run_{"run", "r7"};
  Node model_{"model_version", "risk/default@1"};
  Node deployment_{"deployment", "risk/score@3"};
  Node decision_{"decision", "d1"};
  Lineage lineage_;
  std::int64_t moment_ = 0;
};
INSTANTIATE_TEST_SUITE_P(On, Lineages, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(Lineages, WalksBackFromADecisionToTheData) {
  record_story();
  EXPECT_THAT(drawn(up(decision_)),
              ElementsAre("1 risk/score@3 answered> d1", "2 risk/default@1 deployed> risk/score@3",
                          "3 r7 produced> risk/default@1", "4 risk/training@1 read> r7",
                          "5 banking/customers@1 read> risk/training@1", "5 banking/payments@1 read> risk/training@1"));
}

TEST_P(Lineages, WalksForwardFromTheDataToDeployments) {
  record_story();
  EXPECT_THAT(drawn(down(customers_, {.without = {"decision"}})),
              ElementsAre("1 banking/customers@1 read> risk/training@1", "2 risk/training@1 read> r7",
                          "3 r7 produced> risk/default@1", "4 risk/default@1 deployed> risk/score@3"));
}

TEST_P(Lineages, TellsWhoAllowedEachStep) {
  record_story();
  Edge const edge = up(training_).steps[0].edge;
  EXPECT_EQ(edge.by_name, "ben");
  EXPECT_EQ(edge.by, PrincipalId("p1"));
  EXPECT_EQ(edge.at, Timestamp{1});
  ASSERT_EQ(edge.grounds.size(), 1U);
  EXPECT_EQ(edge.grounds[0].kind, "grant");
  EXPECT_EQ(edge.grounds[0].id, "g1");
  EXPECT_EQ(edge.grounds[0].text, "approved by ana");
}

TEST_P(Lineages, RecordingAgainChangesNothing) {
  record(customers_, "read", training_, {{"grant", "g1", "first"}});
  record(customers_, "read", training_, {{"grant", "g2", "second"}});
  auto const walk = up(training_);
  ASSERT_EQ(walk.steps.size(), 1U);
  EXPECT_EQ(walk.steps[0].edge.grounds[0].text, "first");
}

TEST_P(Lineages, StopsAtTheDepthAndSaysSo) {
  record_story();
  auto const walk = down(customers_, {.depth = 2});
  EXPECT_EQ(walk.steps.size(), 2U);
  EXPECT_TRUE(walk.truncated);
  EXPECT_FALSE(down(customers_, {.depth = 5}).truncated);
}

TEST_P(Lineages, StopsAtTheNumberOfEdgesAndSaysSo) {
  for (int i = 0; i < 20; ++i) record(model_, "deployed", {"deployment", "risk/d" + std::to_string(i)});
  auto const walk = down(model_, {.edges = 7});
  EXPECT_EQ(walk.steps.size(), 7U);
  EXPECT_TRUE(walk.truncated);
  EXPECT_FALSE(down(model_, {.edges = 20}).truncated);
}

TEST_P(Lineages, CyclesEnd) {
  record(customers_, "read", training_);
  record(training_, "read", customers_);
  EXPECT_THAT(drawn(down(customers_)), ElementsAre("1 banking/customers@1 read> risk/training@1",
                                                   "2 risk/training@1 read> banking/customers@1"));
}

TEST_P(Lineages, ADiamondListsEachEdgeOnce) {
  Node const left{"dataset_version", "risk/left@1"};
  Node const right{"dataset_version", "risk/right@1"};
  for (Node const& middle : {left, right}) {
    record(customers_, "read", middle);
    record(middle, "read", training_);
  }
  record(training_, "read", run_);
  EXPECT_EQ(down(customers_).steps.size(), 5U);
}

TEST_P(Lineages, HidesWhatTheCallerMayNotKnowButWalksOn) {
  record_story();
  auto const walk = down(customers_, {}, [&](Node const& node) { return node != training_; });
  ASSERT_EQ(walk.steps.size(), 5U);
  EXPECT_TRUE(walk.steps[0].hidden);
  EXPECT_EQ(walk.steps[0].edge.to, (Node{"dataset_version", ""}));
  EXPECT_TRUE(walk.steps[0].edge.grounds.empty());
  EXPECT_TRUE(walk.steps[0].edge.by_name.empty());
  EXPECT_FALSE(walk.steps[2].hidden);
  EXPECT_EQ(walk.steps[4].edge.to, decision_);
}

TEST_P(Lineages, FindsTheVersionsOfAnAssetAndNoOthers) {
  for (auto const* const key : {"banking/customers@1", "banking/customers@2", "banking/customers-old@1"})
    record({"dataset_version", key}, "read", run_);
  record(run_, "produced", {"dataset_version", "banking/customers@10"});
  auto const nodes = database().read(
      call_, [&](db::Transaction& tx) { return lineage_.versions(tx, "dataset_version", "banking/customers"); });
  std::vector<std::string> keys;
  for (Node const& node : nodes) keys.push_back(node.key);
  EXPECT_THAT(keys, ElementsAre("banking/customers@1", "banking/customers@10", "banking/customers@2"));
}

TEST_P(Lineages, WalksFromSeveralNodesAtOnce) {
  record_story();
  auto const walk = database().read(call_, [&](db::Transaction& tx) {
    return lineage_.downstream(tx, std::vector{customers_, payments_}, {.depth = 1});
  });
  EXPECT_EQ(walk.steps.size(), 2U);
}

TEST_P(Lineages, IsGoneWithItsTransaction) {
  EXPECT_THROW(database().write(call_,
                                [&](db::Transaction& tx) {
                                  lineage_.record(tx, call_, customers_, run_, "read");
                                  throw invalid("no");
                                }),
               Error);
  EXPECT_TRUE(up(run_).steps.empty());
}

TEST_P(Lineages, IsWrittenAsJson) {
  record(customers_, "read", run_, {{"grant", "g1", "approved by ana"}});
  EXPECT_EQ(json::write(to_json(up(run_))),
            R"({"steps":[{"depth":1,"from":{"kind":"dataset_version","key":"banking/customers@1"},)"
            R"("to":{"kind":"run","key":"r7"},"kind":"read","by":"ben","at":"1970-01-01T00:00:00.000001Z",)"
            R"("grounds":[{"kind":"grant","id":"g1","text":"approved by ana"}],"hidden":false}],"truncated":false})");
}

}  // namespace
}  // namespace lepton::lineage
