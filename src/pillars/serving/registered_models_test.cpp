#include "serving/registered_models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/test_models.h"
#include "serving/test_serving.h"
#include "serving/trace_kinds.h"

namespace lepton::serving {
namespace {

/// A run on banking/customers@1, its registered version, promoted and deployed: with the real registry throughout.
class RegisteredModelsTest : public models::ModelsTest {
 protected:
  void SetUp() override {
    ModelsTest::SetUp();
    if (IsSkipped()) return;
    database().migrate(serving::migrations());
    auto const ben = as("ben");
    auto const run = new_run();
    models::Batch batch;
    batch.params = {{"depth", "4"}};
    batch.metrics = {{.key = "auc", .value = 0.78}};
    runs().log(ben, run.id, batch);
    runs().add_artifact(ben, run.id, "model.json", constant_model(1));
    runs().add_artifact(ben, run.id, "signature.json", constant_signature);
    runs().finish(ben, run.id, models::RunStatus::finished);
    registry().add_version(ben, {"risk/default-risk", run.id, ""});
    run_ = run.id.str();
    auto const asked = promotions().request(ben, at("risk/default-risk@1"), {"production", "best AUC"}, std::nullopt);
    promotions().approve(as("cara"), asked.id);
  }
  Log log_{LogLevel::error};
  Metrics metrics_;
  std::string run_;
};
INSTANTIATE_TEST_SUITE_P(On, RegisteredModelsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(RegisteredModelsTest, APromotedVersionIsServedAndTracedToItsRun) {
  auto& access = platform_->access;
  lineage::Lineage lineage;
  RegisteredModels const source(database(), registry());
  Fleet fleet(access.authority, metrics_, time_);
  DecisionLog decisions(database(), access.authority);
  Deployments deployments({database(), access.authority, access.assets, access.audit, lineage, source, fleet, log_});
  Inference const inference({database(), access.authority, access.audit, fleet, decisions});
  Traces const traces(
      {database(), access.authority, access.assets, lineage, decisions, trace_kinds(access.assets, registry())});

  DeploymentSpec spec;
  spec.model = "risk/default-risk@production";
  auto const deployed = deployments.deploy(as("ben"), at("risk/loan-score"), spec);
  EXPECT_EQ(deployed.revision.model, "risk/default-risk@1");

  std::promise<Expected<InferenceAnswer>> answer;
  InferenceRequest request;
  request.inputs = {{"x", "FP32", {1, 2}, std::vector{1.0, 2.0}}};
  inference.infer(as("ben"), "loan-score", request,
                  [&](Expected<InferenceAnswer> result) { answer.set_value(std::move(result)); });
  auto const result = answer.get_future().get();
  ASSERT_TRUE(result.has_value()) << result.error().what();

  auto const trace = traces.why(as("ben"), result->decision);
  ASSERT_EQ(trace.steps.size(), 4u);
  auto const& model = trace.steps[2];
  EXPECT_EQ(model.name, "risk/default-risk@1");
  EXPECT_THAT(model.facts.at("aliases"), json::parse(R"(["production"])"));
  std::vector<std::string> kinds;
  for (auto const& ground : model.allowed_by) kinds.push_back(ground.text);
  EXPECT_THAT(kinds, testing::Contains(testing::HasSubstr("cara")));
  auto const& run = trace.steps[3];
  EXPECT_EQ(run.name, run_);
  EXPECT_EQ(run.facts.at("parameters"), json::parse(R"({"depth":"4"})"));
  EXPECT_EQ(run.facts.at("metrics").at("auc"), 0.78);
  fleet.stop();
}

}  // namespace
}  // namespace lepton::serving
