#include "jobs/jobs_test.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace lepton::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

INSTANTIATE_TEST_SUITE_P(On, JobsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(JobsTest, RunsACommandAndCollectsWhatItMade) {
  open();
  Job const job = run(script("echo working; echo made > outputs/result"));
  EXPECT_EQ(job.state, JobState::succeeded);
  EXPECT_EQ(job.attempt, 1);
  EXPECT_EQ(job.results.at("content").as_string(), "made\n");
  EXPECT_THAT(results_of(job), ElementsAre("made\n"));
  EXPECT_EQ(log_of(job), "working\n");
  EXPECT_TRUE(job.started_at && job.ended_at && *job.started_at <= *job.ended_at);
  EXPECT_GT(job.peak_memory_bytes.value_or(0), 0);
  EXPECT_THAT(job.isolation, testing::AnyOf(HasSubstr("cgroup-v1"), HasSubstr("cgroup-v2"), HasSubstr("watchdog")));
}

TEST_P(JobsTest, GivesATrainerItsSpecificationAndData) {
  open();
  Recipe recipe;
  recipe.department = "risk";
  recipe.trainer = "pretend";
  recipe.inputs = {{"risk/training-set", ""}, {"risk/banks", ""}, {"banking/customers", "people.csv"}};
  recipe.parameters = {{"target", "defaulted"}};
  recipe.seed = 7;
  Job const job = run(recipe);
  ASSERT_EQ(job.state, JobState::succeeded) << job.error->message;
  auto const training = json::parse(std::string(job.results.at("content").as_string()));
  EXPECT_EQ(training.at("target").as_string(), "defaulted");
  EXPECT_EQ(training.at("data").as_string(), "inputs/training-set.csv");
  EXPECT_EQ(training.at("inputs"),
            json::parse(R"({"banks.csv": "inputs/banks.csv", "people.csv": "inputs/people.csv"})"));
  EXPECT_EQ(training.at("seed").as_int64(), 7);
  EXPECT_EQ(training.at("trainer").as_string(), "pretend");
  EXPECT_EQ(job.recipe.inputs[0].dataset, "risk/training-set@1");
}

TEST_P(JobsTest, SeesItsInputsWithTheCallersPolicyAndLeavesLineage) {
  open();
  Recipe recipe = script("cat inputs/customers.csv");
  recipe.inputs = {{"banking/customers@3", "customers.csv"}};
  Job const job = run(recipe);
  EXPECT_EQ(log_of(job), "rows of banking/customers@3 for ben and default-risk\n");
  lineage::Lineage const lineage;
  auto const walk = database().read(system_, [&](db::Transaction& tx) { return lineage.upstream(tx, node_of(job)); });
  ASSERT_EQ(walk.steps.size(), 1U);
  EXPECT_EQ(walk.steps[0].edge.from, (lineage::Node{"dataset_version", "banking/customers@3"}));
  EXPECT_EQ(walk.steps[0].edge.grounds[0].text, "approved by ana");
  EXPECT_EQ(walk.steps[0].edge.by_name, "ben");
}

TEST_P(JobsTest, KeepsNoDataOnceItIsOver) {
  open();
  Recipe recipe = script("cat inputs/customers.csv > outputs/result");
  recipe.inputs = {{"banking/customers@3", "customers.csv"}};
  Job const job = run(recipe);
  std::unique_ptr<Jobs>(std::move(server_->jobs)).reset();  // waits until the attempt has cleaned up
  server_->open();
  auto const path = directory_of_job(job).path();
  EXPECT_TRUE(fs::exists(path / "log"));
  for (auto const* const gone : {"inputs", "outputs", "environment.json"})
    EXPECT_FALSE(fs::exists(path / gone)) << gone;
}

TEST_P(JobsTest, GetsOnlyTheEnvironmentItNeeds) {
  ::setenv("LEPTON_TEST_SECRET", "of the server", 1);
  open();
  Job const job = run(script("env | cut -d= -f1 | sort; echo $LEPTON_TOKEN"));
  EXPECT_EQ(log_of(job),
            "HOME\nLANG\nLEPTON_JOB_DIR\nLEPTON_JOB_FENCE\nLEPTON_JOB_ID\nLEPTON_SEED\nLEPTON_TOKEN\nOMP_NUM_THREADS\n"
            "PATH\nPWD\nTMPDIR\nfor-" +
                job.id.str() + "\n");
}

TEST_P(JobsTest, TellsWhyItFailed) {
  open();
  Job const job = run(script("echo first; echo 'cannot read column x' >&2; exit 3"));
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(job.error->message, "exit code 3; the last line of its log is: cannot read column x");
  EXPECT_THAT(results_of(job), ElementsAre("failed"));
}

TEST_P(JobsTest, PassesOnWhatTheProcessSaysAboutItsFailure) {
  open();
  Job const job = run(script(
      R"(echo '{"code":"invalid","message":"no column y","details":{"/target":"expected a column"}}' > error.json; exit 7)"));
  EXPECT_EQ(job.error->code, "invalid");
  EXPECT_EQ(job.error->message, "no column y");
  EXPECT_EQ(job.error->details.at("/target"), "expected a column");
}

TEST_P(JobsTest, TellsTheSignalThatKilledIt) {
  open();
  Job const job = run(script("kill -SEGV $$"));
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(job.error->message, "killed by SIGSEGV");
}

TEST_P(JobsTest, AProgramThatIsNotThereFailsIt) {
  open();
  Recipe recipe = script("");
  recipe.command = {"/nowhere/program"};
  Job const job = run(recipe);
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_THAT(job.error->message, HasSubstr("/nowhere/program"));
}

TEST_P(JobsTest, OutputsThatAreNotWhatWasPromisedFailIt) {
  open();
  Job const job = run(script("echo refuse > outputs/result"));
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(job.error->message, "the result is not a model");
  EXPECT_THAT(results_of(job), ElementsAre("failed"));
}

TEST_P(JobsTest, ShowsProgressWhileItRuns) {
  open();
  Job const job = jobs().submit(ben_, script("echo '{\"fraction\":0.4,\"message\":\"round 40\"}' > progress.json; "
                                             "echo ready; read line < " +
                                             gate_.string()));
  await_log(job, "ready");
  Job const now = jobs().get(ben_, job.id);
  EXPECT_EQ(now.state, JobState::running);
  ASSERT_TRUE(now.progress.has_value());
  EXPECT_EQ(now.progress->fraction, 0.4);
  EXPECT_EQ(now.progress->message, "round 40");
  open_gate();
  EXPECT_EQ(finished(job).state, JobState::succeeded);
}

TEST_P(JobsTest, ItsLogCanBeFollowed) {
  open();
  Job const job = jobs().submit(ben_, waiting("echo more"));
  LogPart const first = jobs().read_log(ben_, job.id, 0, 3, kPatience);
  EXPECT_EQ(first.bytes, "rea");
  LogPart const second = jobs().read_log(ben_, job.id, first.next_offset, 100, kPatience);
  EXPECT_EQ(second.bytes, "dy\n");
  EXPECT_FALSE(second.complete);
  EXPECT_EQ(jobs().read_log(ben_, job.id, second.next_offset).bytes, "");
  open_gate();
  LogPart part = jobs().read_log(ben_, job.id, second.next_offset, 100, kPatience);
  EXPECT_EQ(part.bytes, "more\n");
  while (!part.complete) part = jobs().read_log(ben_, job.id, part.next_offset, 100, kPatience);
  EXPECT_EQ(part.bytes, "");
}

TEST_P(JobsTest, AGrantRevokedWhileItWaitedFailsItBeforeItStarts) {
  server_->open();
  Recipe recipe = script("touch outputs/result");
  recipe.inputs = {{"banking/customers@3", "customers.csv"}};
  Job const job = jobs().submit(ben_, recipe);
  server_->inputs.revoked = true;
  jobs().start();
  Job const ended = finished(job);
  EXPECT_EQ(ended.state, JobState::failed);
  EXPECT_EQ(ended.error->code, "denied");
  EXPECT_FALSE(ended.started_at.has_value());
  EXPECT_THAT([&] { jobs().submit(ben_, recipe); }, ThrowsMessage<Error>(HasSubstr("revoked")));
}

TEST_P(JobsTest, WhatIsUnavailableBeforeItStartsIsTriedAgain) {
  open();
  Recipe recipe = script("true");
  recipe.inputs = {{"banking/customers@3", "customers.csv"}};
  server_->inputs.busy = 2;
  Job const job = run(recipe);
  EXPECT_EQ(job.state, JobState::succeeded);
  EXPECT_EQ(job.attempt, 3);
  server_->inputs.busy = 1000;
  Job const hopeless = run(recipe);
  EXPECT_EQ(hopeless.state, JobState::failed);
  EXPECT_EQ(hopeless.error->code, "unavailable");
}

TEST_P(JobsTest, OnlyThoseWhoMaySeeAndTouchIt) {
  server_->open();
  Call const stranger = call_of(clock_, "eve", "");
  Call const viewer = call_of(clock_, "vic", "viewer");
  Call const steward = call_of(clock_, "cara", "steward");
  Job const job = jobs().submit(ben_, script("true"));
  auto const code = [](auto&& act) {
    try {
      act();
    } catch (Error const& error) {
      return std::string(to_string(error.code()));
    }
    return std::string("fine");
  };
  EXPECT_EQ(code([&] { std::ignore = jobs().get(stranger, job.id); }), "not_found");
  EXPECT_EQ(code([&] { std::ignore = jobs().read_log(stranger, job.id, 0); }), "not_found");
  EXPECT_EQ(code([&] { jobs().cancel(stranger, job.id); }), "not_found");
  EXPECT_TRUE(jobs().list(stranger, {}).empty());
  EXPECT_EQ(code([&] { std::ignore = jobs().get(viewer, job.id); }), "fine");
  EXPECT_EQ(jobs().list(viewer, {}).size(), 1U);
  EXPECT_EQ(code([&] { jobs().cancel(viewer, job.id); }), "denied");
  EXPECT_EQ(code([&] { jobs().submit(viewer, script("true")); }), "denied");
  EXPECT_EQ(code([&] { jobs().cancel(steward, job.id); }), "fine");
}

TEST_P(JobsTest, CommandsAreRefusedUnlessAllowed) {
  server_->options.allow_commands = false;
  server_->open();
  EXPECT_THAT([&] { jobs().submit(ben_, script("true")); }, ThrowsMessage<Error>(HasSubstr("built-in trainers only")));
  Recipe recipe;
  recipe.department = "risk";
  recipe.trainer = "unheard-of";
  recipe.inputs = {{"risk/training-set", ""}};
  EXPECT_THAT([&] { jobs().submit(ben_, recipe); }, ThrowsMessage<Error>(HasSubstr("no trainer 'unheard-of'")));
}

TEST_P(JobsTest, ARehearsedSubmissionLeavesNothing) {
  open();
  Call rehearsal = ben_;
  rehearsal.validate_only = true;
  jobs().submit(rehearsal, script("true"));
  EXPECT_TRUE(jobs().list(ben_, {}).empty());
}

}  // namespace
}  // namespace lepton::jobs
