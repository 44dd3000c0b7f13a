#include "serving/inference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "serving/test_serving.h"

namespace lepton::serving {
namespace {

using testing::HasSubstr;

class InferenceTest : public ServingTest {
 protected:
  void SetUp() override {
    ServingTest::SetUp();
    if (!IsSkipped()) (void)server().deployments.deploy(as("ben"), score, spec("1"));
  }
  Code refusal(Call const& call, DecisionId const& id) {
    try {
      (void)server().decisions.get(call, id);
    } catch (Error const& error) {
      return error.code();
    }
    return Code::internal;
  }
  DeploymentSpec with_lookup() {
    auto out = spec("1");
    out.lookup = LookupSpec{"banking/customers", "customer", "", "risk/loan-system", "default-risk"};
    return out;
  }
  static InferenceRequest by_key(std::string const& key) {
    InferenceRequest out;
    out.inputs = {{"income", "FP32", {1}, std::vector{1.0}}, {"customer", "BYTES", {1}, std::vector{key}}};
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(On, InferenceTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(InferenceTest, TheDecisionIsDurableWhenTheAnswerArrives) {
  auto const call = as("risk/loan-system", "lending");
  auto const answer = infer(call);
  ASSERT_TRUE(answer.has_value());
  EXPECT_THAT(answer->tensors_json, HasSubstr(R"("name":"score")"));
  // Another connection, as after a crash of this server.
  auto const other = db::open_database(test_database().location(), clock_);
  auto const decision = other->read(call_, [&](db::Transaction& tx) { return find_decision(tx, answer->decision); });
  ASSERT_TRUE(decision.has_value());
  EXPECT_EQ(decision->principal, "risk/loan-system");
  EXPECT_EQ(decision->purpose, "lending");
  EXPECT_EQ(decision->model, "risk/default@1");
  EXPECT_EQ(decision->revision, 1);
  EXPECT_EQ(decision->request_id, call.request_id.str());
  EXPECT_EQ(decision->route, "POST /v2/models/score/infer");
  EXPECT_EQ(json::write(decision->outputs), json::write(json::parse(answer->tensors_json)));
  EXPECT_EQ(decision->inputs.at(0).at("data"), json::parse("[1,2]"));
  EXPECT_EQ(decision->grounds.at(0).kind, "grant");
}

TEST_P(InferenceTest, AModelOfPersonalDataKeepsOnlyADigestOfTheInputs) {
  models.tags = {"pii"};
  (void)server().deployments.deploy(as("ben"), score, spec("2"));
  auto const answer = infer(as("risk/loan-system"));
  auto const decision = server().decisions.get(as("ben"), answer->decision);
  EXPECT_TRUE(decision.inputs.as_object().contains("sha256"));
}

TEST_P(InferenceTest, OnlyTheDepartmentTheCallerAndAuditorsSeeADecision) {
  auto const id = infer(as("risk/loan-system"))->decision;
  for (auto const* name : {"ben", "vic", "audrey", "risk/loan-system"})
    EXPECT_EQ(server().decisions.get(as(name), id).id, id) << name;
  EXPECT_EQ(refusal(as("otto"), id), Code::not_found);
  EXPECT_EQ(refusal(as("ana"), DecisionId::random()), Code::not_found);
}

TEST_P(InferenceTest, DecisionsAreListedNewestFirstPageByPage) {
  auto const call = as("risk/loan-system");
  std::vector<DecisionId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(infer(call)->decision);
  DecisionQuery query;
  query.deployment = server().deployments.get(call_, score).asset.id;
  query.limit = 2;
  std::vector<DecisionId> seen;
  while (true) {
    auto const page = server().decisions.list(as("vic"), query);
    if (page.empty()) break;
    for (auto const& decision : page) seen.push_back(decision.id);
    query.before = {page.back().at, page.back().id};
  }
  EXPECT_THAT(seen, testing::UnorderedElementsAreArray(ids));
  EXPECT_TRUE(server().decisions.list(as("otto"), {}).empty());
}

TEST_P(InferenceTest, ACallerWithoutTheRightIsRefusedAndAudited) {
  auto const viewer = infer(as("vic"));
  ASSERT_FALSE(viewer.has_value());
  EXPECT_EQ(viewer.error().code(), Code::denied);
  EXPECT_EQ(viewer.error().request_access_to(), "risk/score");
  EXPECT_EQ(infer(as("otto")).error().code(), Code::not_found);
  (void)infer(as("risk/loan-system"));  // group commit keeps order: the refusal is durable too
  auto const refused = database().read(call_, [&](db::Transaction& tx) {
    access::Audit::Query query;
    query.action = "deployment.infer";
    return server().access.audit.list(tx, query);
  });
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_FALSE(refused[0].event.allowed);
  EXPECT_EQ(refused[0].principal, "vic");
}

TEST_P(InferenceTest, ARequestOfAnotherShapeIsRefused) {
  auto wrong = request();
  wrong.inputs[0].shape = {1, 3};
  wrong.inputs[0].data = std::vector{1.0, 2.0, 3.0};
  auto const answer = infer(as("risk/loan-system"), wrong);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code(), Code::invalid);
}

TEST_P(InferenceTest, ALookupCompletesTheInputAndIsRecorded) {
  auto const grant_id =
      grant("service_account:risk/loan-system", access::Action::read, "banking/customers", "default-risk");
  auto const deployed = server().deployments.deploy(as("cara"), score, with_lookup());
  EXPECT_EQ(deployed.revision.spec.lookup->dataset, "banking/customers@1");
  auto const answer = infer(as("risk/loan-system"), by_key("c2"));
  ASSERT_TRUE(answer.has_value()) << answer.error().what();
  auto const decision = server().decisions.get(as("ben"), answer->decision);
  ASSERT_EQ(decision.lookups.size(), 1u);
  EXPECT_EQ(decision.lookups[0].dataset, "banking/customers@1");
  EXPECT_EQ(decision.lookups[0].key, "c2");
  EXPECT_THAT(decision.lookups[0].columns, testing::ElementsAre("age"));
  EXPECT_EQ(decision.lookups[0].grounds.at(0).id, grant_id.id.str());

  EXPECT_EQ(infer(as("risk/loan-system"), by_key("nobody")).error().reason(), "lookup_failed");
  (void)server().access.grants.revoke(call_, grant_id.id, "no more");
  EXPECT_EQ(infer(as("risk/loan-system"), by_key("c2")).error().code(), Code::not_found);
}

TEST_P(InferenceTest, ADeploymentWhoseLookupMayNotReadIsRefused) {
  try {
    (void)server().deployments.deploy(as("cara"), score, with_lookup());
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::not_found);
  }
}

TEST_P(InferenceTest, WhoMayNotDeployLearnsNothingOfWhatAnAccountSees) {
  for (bool const granted : {false, true}) {
    if (granted) grant("service_account:risk/loan-system", access::Action::read, "banking/customers", "default-risk");
    try {
      (void)server().deployments.deploy(as("otto"), score, with_lookup());
      FAIL();
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), Code::not_found);
      EXPECT_THAT(error.what(), testing::HasSubstr("deployment 'risk/score'"));
    }
  }
}

TEST_P(InferenceTest, WhoDeploysWithAnAccountMayActAsIt) {
  grant("service_account:risk/loan-system", access::Action::read, "banking/customers", "default-risk");
  auto const refusal = [&](auto&& act) {
    try {
      act();
    } catch (Error const& error) {
      EXPECT_EQ(error.code(), Code::denied) << error.what();
      EXPECT_THAT(error.what(), testing::HasSubstr("act as risk/loan-system"));
      return std::string(error.reason());
    }
    return std::string("it was allowed");
  };
  auto const deploy = [&] { (void)server().deployments.deploy(as("ben"), score, with_lookup()); };
  EXPECT_EQ(refusal(deploy), "act_as");
  server().access.directory.let_act_as(as("cara"), "risk/loan-system", "ben");
  auto const first = server().deployments.deploy(as("ben"), score, with_lookup()).revision.number;
  deploy();
  server().access.directory.forbid_acting(as("cara"), "risk/loan-system", "ben");
  EXPECT_EQ(refusal(deploy), "act_as");
  EXPECT_EQ(refusal([&] { (void)server().deployments.rollback(as("ben"), score, first); }), "act_as");
  (void)server().deployments.rollback(as("cara"), score, first);
  EXPECT_TRUE(infer(as("risk/loan-system"), by_key("c2")).has_value()) << "what is deployed stays";
}

TEST_P(InferenceTest, TheEdgeOfALookupSaysWhoAllowedIt) {
  auto const given =
      grant("service_account:risk/loan-system", access::Action::read, "banking/customers", "default-risk");
  auto const deployed = server().deployments.deploy(as("cara"), score, with_lookup());
  auto const walk = database().read(call_, [&](db::Transaction& tx) {
    return server().lineage.upstream(tx, {"deployment", fmt::format("risk/score@{}", deployed.revision.number)});
  });
  auto const edge = std::find_if(walk.steps.begin(), walk.steps.end(),
                                 [](auto const& step) { return step.edge.from.kind == "dataset_version"; });
  ASSERT_NE(edge, walk.steps.end());
  ASSERT_EQ(edge->edge.grounds.size(), 1u);
  EXPECT_EQ(edge->edge.grounds[0].id, given.id.str());
}

TEST_P(InferenceTest, ALookupHasNoRightsOfOthers) {
  grant("user:ben", access::Action::read, "banking/customers", "default-risk");
  auto spec = with_lookup();
  for (auto const* account : {"ben", "banking/etl"}) {
    if (std::string_view(account) != "ben")
      server().access.directory.create_service_account(call_, {"etl", "", "banking", {}});
    spec.lookup->service_account = account;
    try {
      (void)server().deployments.deploy(as("ben"), score, spec);
      FAIL() << account;
    } catch (Error const& error) {
      EXPECT_TRUE(error.details().contains("/lookup/service_account")) << error.what();
    }
  }
}

TEST_P(InferenceTest, AScopedKeySeesOnlyDecisionsInItsScope) {
  auto call = as("risk/loan-system");
  auto const id = infer(call)->decision;
  call.principal.scopes = {"serve:risk/score"};
  EXPECT_EQ(server().decisions.get(call, id).id, id);
  call.principal.scopes = {"serve:risk/other"};
  EXPECT_EQ(refusal(call, id), Code::not_found);
  EXPECT_TRUE(server().decisions.list(call, {}).empty());
}

TEST_P(InferenceTest, MetricsCountAnswersAndFailures) {
  auto const call = as("risk/loan-system");
  (void)infer(call);
  auto wrong = request();
  wrong.outputs = {"nothing"};
  (void)infer(call, wrong);
  auto const id = server().deployments.get(call_, score).asset.id.str();
  auto const text = server().metrics.render();
  EXPECT_THAT(text, HasSubstr("lepton_inference_answered_total{deployment=\"" + id + "\"} 1"));
  EXPECT_THAT(text, HasSubstr("lepton_inference_failed_total{deployment=\"" + id + "\"} 1"));
}

}  // namespace
}  // namespace lepton::serving
