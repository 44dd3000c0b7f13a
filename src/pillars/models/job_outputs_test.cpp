#include "models/job_outputs.h"

#include <gmock/gmock.h>

#include <fstream>

#include "models/test_models.h"

namespace lepton::models {
namespace {

class JobOutputsTest : public ModelsTest {
 protected:
  JobOutputsTest() {
    job_.id = jobs::JobId("j7");
    job_.name = "default-risk";
    job_.department = "risk";
    job_.state = jobs::JobState::succeeded;
    job_.recipe.department = "risk";
    job_.recipe.trainer = "xgboost";
    job_.recipe.inputs = {{"risk/training-set@1", "training-set.csv"}};
    job_.recipe.parameters = {{"target", "defaulted"}};
    job_.recipe.outputs = {{"model", "risk/default-risk"}};
    job_.started_at = time_.wall();
    std::filesystem::create_directories(files_.path() / "outputs");
    for (auto const* name : {"model.json", "signature.json"}) std::ofstream(files_.path() / "outputs" / name) << "{}";
  }

  jobs::Job job_;
  TemporaryDirectory files_;
};
INSTANTIATE_TEST_SUITE_P(On, JobOutputsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(JobOutputsTest, RegistersTheModelOfATrainingJob) {
  JobOutputs outputs(platform_->training,
                     [](Call const&, std::string const& address) { return "digest of " + address; });
  auto const record = outputs.collect(as("ben"), job_, files_.path());
  auto const results = database().write(as("ben"), [&](db::Transaction& tx) { return record(tx); });
  EXPECT_EQ(results.at("model"), "risk/default-risk@1");
  EXPECT_EQ(results.at("experiment"), "risk/default-risk-runs");
  auto const run = runs().get(as("ben"), RunId(std::string(results.at("run").as_string())));
  EXPECT_EQ(run.data.at(0).digest, "digest of risk/training-set@1");
  EXPECT_EQ(run.source_id, "j7");
  EXPECT_EQ(run.recipe.at("trainer"), "xgboost");
}

TEST_P(JobOutputsTest, LeavesOtherJobsAlone) {
  job_.recipe.trainer.clear();
  job_.recipe.command = {"/bin/true"};
  job_.recipe.outputs.clear();
  EXPECT_EQ(JobOutputs(platform_->training).collect(as("ben"), job_, files_.path()), nullptr);
}

TEST_P(JobOutputsTest, KeepsTheRunOfAJobThatFailed) {
  job_.state = jobs::JobState::cancelled;
  database().write(as("ben"),
                   [&](db::Transaction& tx) { JobOutputs(platform_->training).on_failure(tx, as("ben"), job_); });
  EXPECT_EQ(runs().list(as("ben"), at("risk/default-risk-runs")).at(0).status, RunStatus::killed);
}

TEST_P(JobOutputsTest, AFailedJobLeavesNothingInAnotherDepartment) {
  job_.state = jobs::JobState::failed;
  job_.recipe.outputs = {{"model", "banking/default-risk"}};
  database().write(as("ben"),
                   [&](db::Transaction& tx) { JobOutputs(platform_->training).on_failure(tx, as("ben"), job_); });
  EXPECT_TRUE(experiments().list(as("ana")).empty());
  EXPECT_EQ(refusal_of([&] { return JobOutputs(platform_->training).collect(as("ben"), job_, files_.path()); }),
            "denied denied");
}

}  // namespace
}  // namespace lepton::models
