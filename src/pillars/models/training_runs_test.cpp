#include "models/training_runs.h"

#include <gmock/gmock.h>

#include <fstream>

#include "models/test_models.h"

namespace lepton::models {
namespace {

using testing::HasSubstr;

class TrainingRunsTest : public ModelsTest {
 protected:
  TrainingRunsTest() {
    std::filesystem::create_directories(job_.path() / "outputs");
    write("outputs/model.json", R"({"trees":[]})");
    write("outputs/signature.json", R"({"task":"binary_classification","inputs":[]})");
    write("outputs/report.json",
          R"({"spec":{"target":"defaulted","seed":7,"features":[],"parameters":{"max_depth":4},"split":{"test":0.2}},
              "library":"xgboost 1.7.4"})");
    write("metrics.jsonl",
          "{\"key\":\"loss\",\"step\":1,\"value\":0.7,\"timestamp\":\"2026-11-24T01:00:00Z\"}\n"
          "{\"key\":\"loss\",\"step\":2,\"value\":0.5}\n{\"key\":\"test_auc\",\"step\":2,\"value\":0.78}\n");
  }
  void write(std::string const& name, std::string const& text) {
    std::ofstream(job_.path() / name, std::ios::binary) << text;
  }
  TrainingJob job(std::string const& id = "j1") {
    TrainingJob job;
    job.id = id;
    job.name = "default-risk";
    job.model = at("risk/default-risk");
    job.experiment = TrainingRuns::default_experiment(*job.model);
    job.recipe = {{"trainer", "xgboost"}};
    job.seed = 7;
    job.environment = {{"threads", 1}};
    job.data = {{"risk/training-set@1", "abc"}};
    job.started_at = time_.wall();
    return job;
  }
  json::Object end(TrainingJob const& ending) {
    auto const record = platform_->training.collect(as("ben"), ending, job_.path());
    return database().write(as("ben"), [&](db::Transaction& tx) { return record(tx); });
  }
  std::string refusal(std::string const& who = "ben") {
    try {
      (void)platform_->training.collect(as(who), job(), job_.path());
    } catch (Error const& error) {
      return error.what();
    }
    return "accepted";
  }

  TemporaryDirectory job_;
};
INSTANTIATE_TEST_SUITE_P(On, TrainingRunsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(TrainingRunsTest, AJobBecomesARunAndAVersion) {
  platform_->company.add_asset("risk/training-set", "dataset", {"pii"});
  auto const results = end(job());
  EXPECT_EQ(results.at("model"), "risk/default-risk@1");
  EXPECT_EQ(results.at("metrics").at("test_auc").to_number<double>(), 0.78);
  auto const run = runs().get(as("ben"), RunId(std::string(results.at("run").as_string())));
  EXPECT_EQ(run.status, RunStatus::finished);
  EXPECT_EQ(run.experiment, "risk/default-risk-runs");
  EXPECT_EQ(run.params.at("max_depth"), "4");
  EXPECT_EQ(run.params.at("target"), "defaulted");
  EXPECT_EQ(run.params.at("split.test"), "0.2");
  EXPECT_EQ(run.environment.at("library"), "xgboost 1.7.4");
  EXPECT_EQ(run.artifacts.size(), 3u);
  EXPECT_EQ(runs().metrics(as("ben"), run.id, "loss").size(), 2u);
  auto const model = registry().get(as("ben"), at("risk/default-risk"));
  EXPECT_THAT(model.asset.tags, testing::Contains("pii")) << "tags flow from the data to the model";
  auto const walk = database().read(call_, [&](db::Transaction& tx) {
    return platform_->lineage.downstream(tx, lineage::Node{"job", "j1"});
  });
  ASSERT_EQ(walk.steps.size(), 2u);
  EXPECT_EQ(walk.steps[1].edge.to.key, "risk/default-risk@1");
}

TEST_P(TrainingRunsTest, ExactlyOnce) {
  auto const first = end(job());
  EXPECT_EQ(end(job()), first) << "a repeated end finds the run of the first";
  EXPECT_EQ(runs().list(as("ben"), at("risk/default-risk-runs")).size(), 1u);
  auto const again = end(job("j2"));
  EXPECT_EQ(again.at("model"), "risk/default-risk@1") << "equal content is one version";
  EXPECT_NE(again.at("run"), first.at("run"));
}

TEST_P(TrainingRunsTest, NothingStaysOfATransactionThatFails) {
  auto const record = platform_->training.collect(as("ben"), job(), job_.path());
  EXPECT_THROW(database().write(as("ben"),
                                [&](db::Transaction& tx) {
                                  (void)record(tx);
                                  throw unavailable("the power went");
                                }),
               Error);
  EXPECT_TRUE(registry().list(as("ben")).empty());
  EXPECT_EQ(end(job()).at("model"), "risk/default-risk@1");
}

TEST_P(TrainingRunsTest, RefusesOutputsThatAreNone) {
  EXPECT_THAT(refusal("ana"), HasSubstr("contributor"));
  write("metrics.jsonl", "{\"key\":\"loss\",\"value\":0.7}\n{\"key\":\"loss\"}\n");
  EXPECT_THAT(refusal(), HasSubstr("metrics.jsonl, line 2"));
  write("metrics.jsonl", "");
  std::filesystem::create_symlink("/etc/passwd", job_.path() / "outputs/passwd");
  EXPECT_THAT(refusal(), HasSubstr("no plain file"));
  std::filesystem::remove(job_.path() / "outputs/passwd");
  EXPECT_EQ(refusal(), "accepted");
  std::filesystem::remove(job_.path() / "outputs/signature.json");
  EXPECT_THAT(refusal(), HasSubstr("no model.json (or model.bin) and signature.json"));
  std::filesystem::remove_all(job_.path() / "outputs");
  EXPECT_THAT(refusal(), HasSubstr("left no outputs"));
}

TEST_P(TrainingRunsTest, KeepsWhyAJobFailed) {
  database().write(as("ben"), [&](db::Transaction& tx) {
    platform_->training.record_failure(tx, as("ben"), job(), RunStatus::failed,
                                       "line 2, column 'x': expected a number");
  });
  auto const listed = runs().list(as("ben"), at("risk/default-risk-runs"));
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].status, RunStatus::failed);
  EXPECT_THAT(listed[0].problem, HasSubstr("column 'x'"));
}

}  // namespace
}  // namespace lepton::models
