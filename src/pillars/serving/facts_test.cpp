#include <gmock/gmock.h>

#include "serving/test_serving.h"

namespace lepton::serving {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Deployments that ask a graph for what requests leave out.
class FactsTest : public ServingTest {
 protected:
  static DeploymentSpec with_facts() {
    auto out = spec("1");
    out.facts = FactsSpec{.graph = "risk/exposure",
                          .query = "SELECT ?age WHERE { ?who <urn:id> ?id ; <urn:age> ?age }",
                          .input = "id",
                          .service_account = "risk/loan-system",
                          .purpose = "default-risk",
                          .columns = {}};
    return out;
  }
  static InferenceRequest by_id(std::vector<double> const& ids, std::size_t rows) {
    InferenceRequest out;
    out.inputs = {{"income", "FP32", {static_cast<std::int64_t>(rows)}, std::vector<double>(rows, 1.0)},
                  {"id", "INT64", {static_cast<std::int64_t>(ids.size())}, ids}};
    return out;
  }
  access::Grant let_read() {
    return grant("service_account:risk/loan-system", access::Action::read, "risk/exposure", "default-risk");
  }
  template <class Act>
  Error refusal(Act&& act) {
    try {
      (void)act();
    } catch (Error const& error) {
      return error;
    }
    return internal("nothing was thrown");
  }
};
INSTANTIATE_TEST_SUITE_P(On, FactsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(FactsTest, CompleteTheInputAndStandInTheDecision) {
  auto const granted = let_read();
  auto const deployed = server().deployments.deploy(as("cara"), score, with_facts());
  EXPECT_THAT(deployed.revision.spec.facts->columns, ElementsAre("age"));
  auto const answer = infer(as("risk/loan-system"), by_id({1, 2}, 2));
  ASSERT_TRUE(answer.has_value()) << answer.error().what();
  auto const decision = server().decisions.get(as("ben"), answer->decision);
  ASSERT_EQ(decision.lookups.size(), 2u);
  auto const& lookup = decision.lookups[1];
  EXPECT_EQ(lookup.key, "2");
  EXPECT_THAT(lookup.columns, ElementsAre("age"));
  EXPECT_EQ(lookup.facts->graph, "risk/exposure");
  EXPECT_EQ(lookup.facts->commit, 3);
  EXPECT_EQ(lookup.facts->values->at("age").to_number<double>(), 70);
  EXPECT_EQ(lookup.grounds.at(0).id, granted.id.str());
  auto const trace = server().traces.why(as("ben"), answer->decision);
  EXPECT_EQ(trace.steps[2].kind, "facts");
  EXPECT_EQ(trace.steps[2].name, "risk/exposure 1");
  EXPECT_EQ(trace.steps[2].allowed_by.at(0).id, granted.id.str());
  EXPECT_THAT(json::write(trace.steps[2].facts.at("sources")), testing::Not(HasSubstr("banking")))
      << "ben may not know of the table";
}

TEST_P(FactsTest, ARevokedGrantEndsThemAtOnce) {
  auto const granted = let_read();
  (void)server().deployments.deploy(as("cara"), score, with_facts());
  (void)server().access.grants.revoke(call_, granted.id, "no more");
  EXPECT_EQ(infer(as("risk/loan-system"), by_id({1}, 1)).error().code(), Code::denied);
}

TEST_P(FactsTest, WhatTheRequestGivesIsNotAskedFor) {
  auto const granted = let_read();
  (void)server().deployments.deploy(as("cara"), score, with_facts());
  (void)server().access.grants.revoke(call_, granted.id, "no more");
  auto given = by_id({1}, 1);
  given.inputs.push_back({"age", "FP32", {1}, std::vector{40.0}});
  EXPECT_TRUE(infer(as("risk/loan-system"), given).has_value());
}

TEST_P(FactsTest, AKeyForEachRow) {
  let_read();
  (void)server().deployments.deploy(as("cara"), score, with_facts());
  EXPECT_EQ(infer(as("risk/loan-system"), by_id({1}, 2)).error().code(), Code::invalid);
}

TEST_P(FactsTest, WhatTheGraphDoesNotKnowIsMissing) {
  let_read();
  (void)server().deployments.deploy(as("cara"), score, with_facts());
  auto const answer = infer(as("risk/loan-system"), by_id({99}, 1));
  ASSERT_TRUE(answer.has_value()) << answer.error().what();
  auto const decision = server().decisions.get(as("ben"), answer->decision);
  EXPECT_FALSE(decision.lookups.at(0).found);
}

TEST_P(FactsTest, APersonalModelKeepsTheirDigestOnly) {
  models.tags = {"pii"};
  let_read();
  (void)server().deployments.deploy(as("cara"), score, with_facts());
  auto const answer = infer(as("risk/loan-system"), by_id({1}, 1));
  ASSERT_TRUE(answer.has_value()) << answer.error().what();
  auto const decision = server().decisions.get(as("ben"), answer->decision);
  EXPECT_FALSE(decision.lookups.at(0).facts->values.has_value());
  EXPECT_FALSE(decision.lookups.at(0).digest.empty());
}

TEST_P(FactsTest, WhatCannotServeIsRefusedWhenDeployed) {
  EXPECT_EQ(refusal([&] { return server().deployments.deploy(as("cara"), score, with_facts()); }).code(), Code::denied)
      << "the account may not read the graph";
  let_read();
  EXPECT_EQ(refusal([&] { return server().deployments.deploy(as("ben"), score, with_facts()); }).reason(), "act_as");
  server().facts.columns = {"age", "exposure"};
  auto const error = refusal([&] { return server().deployments.deploy(as("cara"), score, with_facts()); });
  EXPECT_TRUE(error.details().contains("/facts/query"));
  EXPECT_THAT(error.what(), HasSubstr("?exposure"));
}

TEST_P(FactsTest, ImpactReachesTheDeploymentThroughTheGraph) {
  let_read();
  (void)server().deployments.deploy(as("cara"), score, with_facts());
  auto const impact = server().traces.impact(as("ben"), access::parse_address("risk/exposure"));
  ASSERT_EQ(impact.dependents.size(), 1u);
  EXPECT_EQ(impact.dependents[0].name, "risk/score@1");
}

}  // namespace
}  // namespace lepton::serving
