#include "serving/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serving/test_serving.h"

namespace lepton::serving {
namespace {

using testing::HasSubstr;

class TraceTest : public ServingTest {
 protected:
  /// banking/customers@1 →(read, by a grant)→ run r1 →(produced)→ risk/default@1 →(deployed)→ risk/score@1
  void SetUp() override {
    ServingTest::SetUp();
    if (IsSkipped()) return;
    grant_ = grant("department:risk", access::Action::train, "banking/customers", "default-risk");
    database().write(call_, [&](db::Transaction& tx) {
      auto const ben = as("ben");
      server().lineage.record(tx, ben, {"dataset_version", "banking/customers@1"}, {"run", "r1"}, "read",
                              {{"grant", grant_.id.str(), "grant to department:risk"}});
      server().lineage.record(tx, ben, {"run", "r1"}, {"model_version", "risk/default@1"}, "produced");
    });
    (void)server().deployments.deploy(as("ben"), score, spec("1"));
  }
  [[nodiscard]] static std::vector<std::string> told(Trace const& trace) {
    std::vector<std::string> out;
    for (auto const& step : trace.steps)
      out.push_back(step.kind + " " + (step.hidden ? "hidden" : step.kind == "request" ? step.by : step.name));
    return out;
  }
  [[nodiscard]] static std::vector<std::string> told(Impact const& impact) {
    std::vector<std::string> out;
    for (auto const& one : impact.dependents)
      out.push_back(one.kind + " " + (one.hidden ? "hidden" : one.name) + (one.live ? " live" : "") +
                    (one.still_allowed() ? "" : " lost"));
    return out;
  }
  [[nodiscard]] Traces traces() {
    auto& s = server();
    Traces::NodeKind run;
    run.describe = [](db::Transaction&, Call const&, std::string const& key) { return json::Object{{"run", key}}; };
    run.asset = [&s](db::Transaction& tx, std::string const&) {
      return s.access.assets.find(tx, access::parse_address("risk/default"));
    };
    return Traces({database(), s.access.authority, s.access.assets, s.lineage, s.decisions, {{"run", run}}});
  }

  access::Grant grant_;
};
INSTANTIATE_TEST_SUITE_P(On, TraceTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(TraceTest, ADecisionIsWalkedBackToTheData) {
  auto const id = infer(as("risk/loan-system"))->decision;
  auto const trace = traces().why(as("audrey"), id);
  EXPECT_THAT(told(trace),
              testing::ElementsAre("request risk/loan-system", "deployment risk/score@1",
                                   "model_version risk/default@1", "run r1", "dataset_version banking/customers@1"));
  EXPECT_EQ(trace.steps[0].allowed_by.at(0).kind, "grant");
  EXPECT_EQ(trace.steps[3].facts.at("run"), "r1");
  EXPECT_EQ(trace.steps[4].allowed_by.at(0).id, grant_.id.str());
  EXPECT_EQ(trace.steps[4].by, "ben");
  EXPECT_THAT(json::write(to_json(trace)), HasSubstr("grant to department:risk"));
}

TEST_P(TraceTest, StepsSayWhatWasMadeFromThemAndLeaveOutWhatCameLater) {
  auto const id = infer(as("risk/loan-system"))->decision;
  database().write(call_, [&](db::Transaction& tx) {
    server().lineage.record(tx, as("ben"), {"run", "r2"}, {"model_version", "risk/default@1"}, "produced");
    server().lineage.record(tx, as("ben"), {"dataset_version", "risk/other@1"}, {"run", "r2"}, "read");
  });
  auto const trace = traces().why(as("audrey"), id);
  ASSERT_EQ(trace.steps.size(), 5U) << "a run that made the same version again did not lead to this decision";
  std::vector<int> parents;
  for (auto const& step : trace.steps) parents.push_back(step.parent);
  EXPECT_THAT(parents, testing::ElementsAre(-1, 0, 1, 2, 3));
  EXPECT_EQ(traces().why(as("audrey"), infer(as("risk/loan-system"))->decision).steps.size(), 7U);
}

TEST_P(TraceTest, WhatTheCallerMayNotDiscoverIsOnlyCounted) {
  auto const id = infer(as("risk/loan-system"))->decision;
  // The grant lets the department discover the data; without it vic may not know of it.
  (void)server().access.grants.revoke(call_, grant_.id, "over");
  auto const trace = traces().why(as("vic"), id);
  EXPECT_THAT(told(trace), testing::Contains("dataset_version hidden"));
  EXPECT_THAT(json::write(to_json(trace)), testing::Not(HasSubstr("banking")));
  EXPECT_THROW((void)traces().why(as("otto"), id), Error);
}

TEST_P(TraceTest, ImpactListsWhatStandsOnTheDataAndWhetherItStillMay) {
  access::Address const customers{"banking", "customers", std::nullopt};
  EXPECT_THAT(told(traces().impact(as("ana"), customers)),
              testing::ElementsAre("run r1", "model_version risk/default@1", "deployment risk/score@1 live"));
  (void)server().access.grants.revoke(call_, grant_.id, "withdrawn");
  auto const after = traces().impact(as("ana"), customers);
  EXPECT_THAT(told(after), testing::ElementsAre("run r1 lost", "model_version risk/default@1 lost",
                                                "deployment risk/score@1 live lost"));
  EXPECT_THAT(after.dependents[2].stands_on.at(0).since, HasSubstr("withdrawn"));
  EXPECT_EQ(to_json(after).at("live_without_permission"), 1);
  (void)server().deployments.undeploy(as("ben"), score);
  EXPECT_EQ(to_json(traces().impact(as("ana"), customers)).at("live"), 0);
}

TEST_P(TraceTest, ImpactNamesOnlyWhatTheCallerMayDiscover) {
  access::Address const customers{"banking", "customers", std::nullopt};
  EXPECT_THAT(told(traces().impact(as("otto"), customers)),
              testing::ElementsAre("run hidden", "model_version hidden", "deployment hidden live"));
  (void)server().access.grants.revoke(call_, grant_.id, "over");
  EXPECT_THROW((void)traces().impact(as("vic"), customers), Error);
}

}  // namespace
}  // namespace lepton::serving
