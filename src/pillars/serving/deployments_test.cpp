#include "serving/deployments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "serving/test_serving.h"

namespace lepton::serving {
namespace {

using testing::HasSubstr;

class DeploymentsTest : public ServingTest {
 protected:
  template <class Function>
  Error refusal(Function&& function) {
    try {
      function();
    } catch (Error const& error) {
      return error;
    }
    return internal("nothing was refused");
  }
  [[nodiscard]] std::vector<std::string> audited(std::string const& action) {
    return database().read(call_, [&](db::Transaction& tx) {
      access::Audit::Query query;
      query.action = action;
      std::vector<std::string> subjects;
      for (auto const& record : server().access.audit.list(tx, query)) subjects.push_back(record.event.subject);
      return subjects;
    });
  }
};
INSTANTIATE_TEST_SUITE_P(On, DeploymentsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(DeploymentsTest, AVersionIsServedSwitchedAndRolledBack) {
  auto& deployments = server().deployments;
  EXPECT_EQ(deployments.deploy(as("ben"), score, spec("1")).revision.number, 1);
  auto const loans = as("risk/loan-system");
  EXPECT_EQ(infer(loans)->model, "risk/default@1");
  EXPECT_EQ(deployments.deploy(as("ben"), score, spec("2")).revision.number, 2);
  EXPECT_EQ(infer(loans)->model, "risk/default@2");
  EXPECT_EQ(deployments.rollback(as("ben"), score, std::nullopt).revision.number, 1);
  EXPECT_EQ(infer(loans)->revision, 1);
  EXPECT_EQ(deployments.get(as("vic"), score).current, 1);
  EXPECT_EQ(deployments.revisions(as("vic"), score).size(), 2u);
  EXPECT_THAT(audited("deployment.deploy"), testing::ElementsAre("risk/score", "risk/score"));
  EXPECT_THAT(audited("deployment.rollback"), testing::ElementsAre("risk/score"));
}

TEST_P(DeploymentsTest, AnAliasIsPinnedWhenDeployed) {
  models.aliases["production"] = "2";
  auto const deployed = server().deployments.deploy(as("ben"), score, spec("production"));
  EXPECT_EQ(deployed.revision.model, "risk/default@2");
  models.aliases["production"] = "1";
  restart();
  EXPECT_EQ(infer(as("risk/loan-system"))->model, "risk/default@2");
}

TEST_P(DeploymentsTest, AModelThatCannotBeLoadedLeavesTheOldOneServing) {
  (void)server().deployments.deploy(as("ben"), score, spec("1"));
  models.break_artifact("2");
  auto const error = refusal([&] { (void)server().deployments.deploy(as("ben"), score, spec("2")); });
  EXPECT_EQ(error.reason(), "load_failed");
  EXPECT_THAT(error.what(), HasSubstr("revision 1 goes on serving"));
  EXPECT_EQ(infer(as("risk/loan-system"))->revision, 1);
  EXPECT_THAT(server().deployments.get(as("vic"), score).reason, HasSubstr("revision 2"));
  auto const revisions = server().deployments.revisions(as("vic"), score);
  EXPECT_EQ(revisions.at(0).state, RevisionState::failed);
  restart();
  EXPECT_EQ(infer(as("risk/loan-system"))->revision, 1);
}

TEST_P(DeploymentsTest, ARestartServesTheSame) {
  (void)server().deployments.deploy(as("ben"), score, spec("1"));
  (void)server().deployments.deploy(as("ben"), score, spec("2"));
  restart();
  EXPECT_EQ(infer(as("risk/loan-system"))->revision, 2);
  (void)server().deployments.undeploy(as("ben"), score);
  EXPECT_EQ(infer(as("risk/loan-system")).error().code(), Code::unavailable);
  restart();
  EXPECT_EQ(infer(as("risk/loan-system")).error().code(), Code::unavailable);
}

TEST_P(DeploymentsTest, AServerThatDiedWhileLoadingSaysSo) {
  (void)server().deployments.deploy(as("ben"), score, spec("1"));
  database().write(call_, [&](db::Transaction& tx) {
    tx.execute(
        "INSERT INTO serving_revisions SELECT asset_id, 2, 'loading', '', model, model_digest, spec, created_by, "
        "created_at, grounds FROM serving_revisions");
  });
  restart();
  auto const revisions = server().deployments.revisions(as("vic"), score);
  EXPECT_EQ(revisions.at(0).state, RevisionState::failed);
  EXPECT_THAT(revisions.at(0).reason, HasSubstr("stopped while"));
  EXPECT_EQ(infer(as("risk/loan-system"))->revision, 1);
}

TEST_P(DeploymentsTest, AModelThatChangedIsNotServedAfterARestart) {
  (void)server().deployments.deploy(as("ben"), score, spec("1"));
  models.break_artifact("1");
  restart();
  auto const answer = infer(as("risk/loan-system"));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code(), Code::unavailable);
  EXPECT_EQ(answer.error().reason(), "not_ready");
}

TEST_P(DeploymentsTest, AnotherServersChangeIsFollowed) {
  (void)server().deployments.deploy(as("ben"), score, spec("1"));
  TestServer other(database(), clock_, models);
  other.deployments.load_all(call_);
  (void)server().deployments.deploy(as("ben"), score, spec("2"));
  EXPECT_EQ(other.fleet.find(call_, "risk/score")->loaded->revision.number, 1);
  other.deployments.load_all(call_);
  EXPECT_EQ(other.fleet.find(call_, "risk/score")->loaded->revision.number, 2);
}

TEST_P(DeploymentsTest, OnlyThoseWhoMayDeploy) {
  auto& deployments = server().deployments;
  EXPECT_EQ(refusal([&] { (void)deployments.deploy(as("vic"), score, spec("1")); }).code(), Code::denied);
  EXPECT_EQ(refusal([&] { (void)deployments.deploy(as("otto"), score, spec("1")); }).code(), Code::not_found);
  (void)deployments.deploy(as("ben"), score, spec("1"));
  EXPECT_EQ(refusal([&] { (void)deployments.undeploy(as("vic"), score); }).code(), Code::denied);
  EXPECT_EQ(refusal([&] { (void)deployments.get(as("otto"), score); }).code(), Code::not_found);
  EXPECT_TRUE(deployments.list(as("otto")).empty());
  EXPECT_EQ(deployments.list(as("vic"), "risk").size(), 1u);
}

TEST_P(DeploymentsTest, TheEdgeSaysWhoAllowedIt) {
  (void)server().deployments.deploy(as("ben"), score, spec("1"));
  auto const walk = database().read(call_, [&](db::Transaction& tx) {
    return server().lineage.upstream(tx, {"deployment", "risk/score@1"});
  });
  ASSERT_EQ(walk.steps.size(), 1u);
  EXPECT_EQ(walk.steps[0].edge.from, (lineage::Node{"model_version", "risk/default@1"}));
  EXPECT_EQ(walk.steps[0].edge.by_name, "ben");
  EXPECT_FALSE(walk.steps[0].edge.grounds.empty());
}

TEST_P(DeploymentsTest, ARehearsalChangesNothing) {
  auto call = as("ben");
  call.validate_only = true;
  (void)server().deployments.deploy(call, score, spec("1"));
  EXPECT_TRUE(server().deployments.list(call_).empty());
}

TEST_P(DeploymentsTest, AWrongSpecIsNamed) {
  auto wrong = spec("1");
  wrong.replicas = 0;
  auto const error = refusal([&] { (void)server().deployments.deploy(as("ben"), score, wrong); });
  EXPECT_EQ(error.code(), Code::invalid);
  EXPECT_TRUE(error.details().contains("/replicas"));
}

TEST_P(DeploymentsTest, SwitchingUnderLoadFailsNoCall) {
  auto& deployments = server().deployments;
  (void)deployments.deploy(as("ben"), score, spec("1"));
  std::atomic<bool> stop = false;
  std::atomic<int> answered = 0;
  std::atomic<int> failed = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] {
      auto const call = as("risk/loan-system");
      while (!stop) (infer(call).has_value() ? answered : failed).fetch_add(1);
    });
  for (int i = 0; i < 10; ++i) {
    int const before = answered;
    (void)deployments.deploy(as("ben"), score, spec(i % 2 == 0 ? "2" : "1"));
    while (answered < before + 4 && failed == 0) std::this_thread::yield();
  }
  stop = true;
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(failed, 0);
  EXPECT_GE(answered, 40);
}

}  // namespace
}  // namespace lepton::serving
