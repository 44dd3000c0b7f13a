#include "jobs/jobs_test.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace lepton::jobs {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class Limits : public JobsTest {};
INSTANTIATE_TEST_SUITE_P(On, Limits, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(Limits, CancelEndsItAndAllItStarted) {
  open();
  Job const job =
      jobs().submit(ben_, script("setsid tail -f /dev/null & echo child $!; echo ready; exec tail -f /dev/null"));
  await_log(job, "ready");
  std::string const log = log_of(job);
  pid_t const child = std::stoi(log.substr(log.find("child ") + 6));
  EXPECT_EQ(::kill(child, 0), 0);
  EXPECT_EQ(jobs().cancel(ben_, job.id).cancel_requested_by, "ben");
  Job const ended = finished(job);
  EXPECT_EQ(ended.state, JobState::cancelled);
  EXPECT_EQ(::kill(child, 0), -1);
  EXPECT_THAT([&] { jobs().cancel(ben_, job.id); }, ThrowsMessage<Error>(HasSubstr("nothing to cancel")));
}

TEST_P(Limits, CancelKillsWhatDoesNotListen) {
  server_->options.grace = 50ms;
  open();
  Job const job = jobs().submit(ben_, script("trap '' TERM; echo ready; while :; do :; done"));
  await_log(job, "ready");
  jobs().cancel(ben_, job.id);
  EXPECT_EQ(finished(job).state, JobState::cancelled);
}

TEST_P(Limits, AQueuedJobIsCancelledAtOnce) {
  server_->open();
  Job const job = jobs().submit(ben_, script("true"));
  EXPECT_EQ(jobs().cancel(ben_, job.id).state, JobState::cancelled);
  jobs().start();
  EXPECT_EQ(jobs().get(ben_, job.id).attempt, 0);
}

TEST_P(Limits, NothingOfItOutlivesSuccess) {
  open();
  Job const job = run(script("setsid tail -f /dev/null & echo $!"));
  EXPECT_EQ(job.state, JobState::succeeded);
  EXPECT_EQ(::kill(std::stoi(log_of(job)), 0), -1);
}

TEST_P(Limits, AMemoryBombIsStopped) {
  std::uint64_t const mebibytes = can_limit_memory ? 64 : 512;  // a sanitizer's own memory counts too
  for (bool const use_cgroup : {true, false}) {
    server_->options.use_cgroup = use_cgroup;
    open();
    Recipe recipe = script("exec tail /dev/zero");
    recipe.resources.memory_bytes = mebibytes << 20;
    Job const job = run(recipe);
    EXPECT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.error->code, "memory_limit") << job.error->message;
    EXPECT_THAT(job.error->message, HasSubstr(fmt::format("{} MiB", mebibytes)));
    EXPECT_TRUE(use_cgroup || job.isolation.starts_with("watchdog"));
    server_->jobs.reset();
  }
  open();
}

TEST_P(Limits, TheTimeLimitEndsIt) {
  server_->options.grace = 50ms;
  open();
  Recipe recipe = script("trap '' TERM; while :; do :; done");
  recipe.resources.time_limit = 100ms;
  Job const job = run(recipe);
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(job.error->code, "time_limit");
  EXPECT_THAT(job.error->message, HasSubstr("100ms"));
}

TEST_P(Limits, AFileThatGrowsTooLargeIsStopped) {
  open();
  Recipe recipe = script("exec cat /dev/zero > outputs/result");
  recipe.resources.file_bytes = 1 << 20;
  Job const job = run(recipe);
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_THAT(job.error->message, HasSubstr("wrote too large a file"));
}

TEST_P(Limits, ReachesNeitherTheNetworkNorThePlatformsData) {
  if (!can_confine()) GTEST_SKIP() << "this kernel has no Landlock";
  server_->options.readable.clear();
  write_file_atomically(directory_.path() / "meta.db", "secret");
  open();
  std::string const secret = (directory_.path() / "meta.db").string();
  Job const job = run(script("cat " + secret + "; echo x > " + secret + "; ls " + directory_.path().string() +
                             "; kill -9 " + std::to_string(::getpid()) + "; cut -d: -f1 /proc/net/dev | tail -n +3"));
  EXPECT_EQ(job.state, JobState::succeeded);
  EXPECT_THAT(job.isolation, HasSubstr("landlock"));
  EXPECT_EQ(read_file(directory_.path() / "meta.db"), "secret");
  std::string const log = log_of(job);
  EXPECT_THAT(log, testing::Not(HasSubstr("secret\n")));
  EXPECT_THAT(log, HasSubstr("Permission denied"));
  if (job.isolation.find("no-network") == std::string::npos) GTEST_SKIP() << "no network namespaces here";
  EXPECT_TRUE(log.ends_with("    lo\n")) << log;
}

TEST_P(Limits, RunsNoMoreAtOnceThanItHasSlots) {
  server_->options.slots = 1;
  open();
  Job const first = jobs().submit(ben_, waiting());
  Job const second = jobs().submit(ben_, script("true"));
  await_log(first, "ready");
  EXPECT_EQ(jobs().get(ben_, second.id).state, JobState::queued);
  open_gate();
  EXPECT_EQ(finished(first).state, JobState::succeeded);
  EXPECT_EQ(finished(second).state, JobState::succeeded);
}

}  // namespace
}  // namespace lepton::jobs
