#include "jobs/jobs_test.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

#include "jobs/shim.h"

namespace lepton::jobs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Restart : public JobsTest {};
INSTANTIATE_TEST_SUITE_P(On, Restart, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(Restart, SurvivesARestartOfTheServer) {
  open();
  Job const job = jobs().submit(ben_, waiting("echo made > outputs/result; echo after"));
  await_log(job, "ready");
  server_->jobs.reset();
  EXPECT_EQ(database().read(system_, [&](db::Transaction& tx) { return find_job(tx, job.id); })->state,
            JobState::running);
  open();
  open_gate();
  Job const ended = finished(job);
  EXPECT_EQ(ended.state, JobState::succeeded);
  EXPECT_EQ(ended.attempt, 1);
  EXPECT_EQ(log_of(job), "ready\nafter\n");
  EXPECT_THAT(results_of(job), ElementsAre("made\n"));
}

TEST_P(Restart, EndsThatNobodySawAreFoundAtTheRestart) {
  open();
  Job const job = jobs().submit(ben_, waiting("echo made > outputs/result"));
  await_log(job, "ready");
  auto const inspection = directory_of_job(job).inspect();
  server_->jobs.reset();
  open_gate();
  pollfd ended{inspection.holder.pidfd.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&ended, 1, 60'000), 1);
  open();
  EXPECT_EQ(finished(job).state, JobState::succeeded);
  EXPECT_THAT(results_of(job), ElementsAre("made\n"));
}

TEST_P(Restart, AnAdoptedJobCanBeCancelled) {
  open();
  Job const job = jobs().submit(ben_, waiting());
  await_log(job, "ready");
  server_->jobs.reset();
  server_->open();
  jobs().cancel(ben_, job.id);  // before this server works: it finds the wish in the database
  jobs().start();
  EXPECT_EQ(finished(job).state, JobState::cancelled);
}

TEST_P(Restart, AJobWhoseSupervisorWasKilledIsLostWithAllItsProcesses) {
  open();
  Job const job =
      jobs().submit(ben_, script("setsid tail -f /dev/null & echo child $!; echo ready; exec tail -f /dev/null"));
  await_log(job, "ready");
  std::string const log = log_of(job);
  pid_t const child = std::stoi(log.substr(log.find("child ") + 6));
  FileDescriptor const childfd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  for (pid_t const pid : holders_of(job)) ::kill(pid, SIGKILL);
  Job const ended = finished(job);
  EXPECT_EQ(ended.state, JobState::lost);
  EXPECT_THAT(ended.error->message, HasSubstr("supervised"));
  pollfd gone{childfd.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&gone, 1, 60'000), 1);
}

TEST_P(Restart, ASupervisorThatGivesUpSaysWhy) {
  server_->options.shim = {"/bin/sh", "-c", "echo no room for the lock >&2; exit 1"};
  open();
  Job const job = run(script("true"));
  EXPECT_EQ(job.state, JobState::lost);
  EXPECT_THAT(job.error->message, HasSubstr("gave up: no room for the lock"));
}

TEST_P(Restart, ALostJobIsTriedAgainAsOftenAsItsRecipeSays) {
  open();
  Recipe recipe = waiting("echo made > outputs/result");
  recipe.attempts = 2;
  Job const job = jobs().submit(ben_, recipe);
  await_log(job, "ready");
  for (pid_t const pid : holders_of(job)) ::kill(pid, SIGKILL);
  while (jobs().get(ben_, job.id).attempt < 2) std::ignore = jobs().wait(ben_, job.id, 20ms);
  await_log(job, "ready");
  open_gate();
  Job const ended = finished(job);
  EXPECT_EQ(ended.state, JobState::succeeded);
  EXPECT_EQ(ended.attempt, 2);
  EXPECT_THAT(results_of(job), ElementsAre("made\n"));
}

TEST_P(Restart, ACrashBeforeTheProcessBeganStartsItAnew) {
  server_->open();
  Job const job = jobs().submit(ben_, script("echo made > outputs/result"));
  std::string const node = read_file(server_->options.directory / "node");
  auto const claimed = database().write(system_, [&](db::Transaction& tx) {
    auto taken = claim_job(tx, node, "fence");
    EXPECT_TRUE(mark_running(tx, *taken, clock_.wall()));
    return *taken;
  });
  JobDirectory const directory = directory_of(server_->options, claimed);
  directory.create();
  jobs().start();
  Job const ended = finished(job);
  EXPECT_EQ(ended.state, JobState::succeeded);
  EXPECT_EQ(ended.attempt, 2);
  // The shim of the first attempt, should it come late, does nothing.
  ShimOrder order;
  order.command = {"/bin/sh", "-c", "touch " + (directory.path() / "wrong").string()};
  directory.write_order(order, {});
  ProcessOptions late;
  late.arguments = server_->options.shim;
  late.arguments.push_back(directory.path());
  EXPECT_TRUE(Subprocess::start(late).wait()->ok());
  EXPECT_FALSE(fs::exists(directory.path() / "wrong"));
}

TEST_P(Restart, WhatAnOlderAttemptSaysIsNotHeard) {
  server_->open();
  Job const job = jobs().submit(ben_, script("true"));
  auto const first = database().write(system_, [&](db::Transaction& tx) { return *claim_job(tx, "node", "one"); });
  EXPECT_TRUE(database().write(system_, [&](db::Transaction& tx) { return requeue(tx, first); }));
  auto const second = database().write(system_, [&](db::Transaction& tx) { return *claim_job(tx, "node", "two"); });
  auto const end = [&](Job attempt) {
    attempt.state = JobState::failed;
    return database().write(system_, [&](db::Transaction& tx) { return end_job(tx, attempt); });
  };
  EXPECT_FALSE(end(first));
  EXPECT_TRUE(end(second));
  EXPECT_FALSE(end(second));
}

// The server of this test is another process, which is killed.
class KilledServer : public JobsTest {
 protected:
  Subprocess start_server(std::string const& crash = "") {
    ProcessOptions options;
    options.arguments = myself("Server");
    options.environment = {{"LEPTON_TEST_DATABASE", test_database().location()},
                           {"LEPTON_TEST_JOBS", server_->options.directory},
                           {"LEPTON_TEST_CRASH", crash}};
    options.die_with_parent = true;
    return Subprocess::start(options);
  }
};
INSTANTIATE_TEST_SUITE_P(On, KilledServer, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(KilledServer, ItsJobsGoOnAndAreAdopted) {
  server_->open();
  Job const job = jobs().submit(ben_, waiting("echo made > outputs/result"));
  Subprocess process = start_server();
  await_log(job, "ready");
  process.kill_and_wait();
  jobs().start();
  open_gate();
  Job const ended = finished(job);
  EXPECT_EQ(ended.state, JobState::succeeded);
  EXPECT_EQ(ended.attempt, 1);
  EXPECT_THAT(results_of(job), ElementsAre("made\n"));
}

TEST_P(KilledServer, InTheMiddleOfAnEndThatEndHappensOnce) {
  server_->open();
  Job const job = jobs().submit(ben_, script("echo made > outputs/result"));
  Subprocess process = start_server("record");
  EXPECT_EQ(process.wait()->code, 9);
  EXPECT_THAT(results_of(job), ElementsAre());
  jobs().start();
  EXPECT_EQ(finished(job).state, JobState::succeeded);
  EXPECT_EQ(finished(job).attempt, 1);
  EXPECT_THAT(results_of(job), ElementsAre("made\n"));
}

TEST(JobRole, DISABLED_Shim) {
  std::string const directory = testing::internal::GetArgvs().back();
  EXPECT_EQ(shim_main(std::span(&directory, 1)), 0);
}

TEST(JobRole, DISABLED_Server) {
  SystemClock const clock;
  auto const database = db::open_database(std::getenv("LEPTON_TEST_DATABASE"), clock);
  Server server(*database, std::getenv("LEPTON_TEST_JOBS"));
  if (std::string(std::getenv("LEPTON_TEST_CRASH")) == "record") server.results.during_record = [] { ::_exit(9); };
  server.open();
  server.jobs->start();
  for (;;) ::pause();
}

}  // namespace
}  // namespace lepton::jobs
