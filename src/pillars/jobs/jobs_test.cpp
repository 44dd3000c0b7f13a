#include "jobs/jobs.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "access/action.h"
#include "access/schema.h"
#include "base/error.h"
#include "db/test_database.h"
#include "jobs/schema.h"
#include "jobs/shim.h"
#include "lineage/schema.h"

// Jobs with real processes. Scripts wait on named pipes, tests on logs and states: nobody sleeps.
namespace lepton::jobs {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr auto kPatience = 60'000ms;

constexpr db::Migration kResults[] = {
    {"test_results", 1, "CREATE TABLE result (job TEXT NOT NULL, content TEXT NOT NULL)"}};

// This program itself in one of the roles at the end of this file.
std::vector<std::string> myself(std::string const& role) {
  return {fs::read_symlink("/proc/self/exe"), "--gtest_filter=JobRole.DISABLED_" + role,
          "--gtest_also_run_disabled_tests", "--gtest_brief=1"};
}

// Decides by the roles that the caller brings.
class RoleAuthority : public access::Authority {
 public:
  [[nodiscard]] access::Decision decide(Call const&, access::Action, access::Asset const&) const override { return {}; }
  [[nodiscard]] Permit require(db::Transaction&, Call const&, access::Action, access::Address const&,
                               std::string const&) const override {
    throw denied("not in this test");
  }
  void require_role(Call const& call, std::string const& department, std::string const& role) const override {
    auto const held = call.principal.roles.find(department);
    if (held != call.principal.roles.end())
      for (auto const& name : held->second)
        if (name == role || access::role_reaches(name, role)) return;
    throw denied("this needs the role " + role + " in " + department);
  }
};

class Files : public InputProvider {
 public:
  Input resolve(Call const& call, Input const& input) override {
    require(call, input);
    Input resolved = input;
    if (resolved.dataset.find('@') == std::string::npos) resolved.dataset += "@1";
    return resolved;
  }
  Staged stage(Call const& call, Input const& input, fs::path const& file) override {
    require(call, input);
    if (busy-- > 0) throw unavailable("all workers are busy");
    std::ofstream(file) << "rows of " << input.dataset << " for " << call.principal.name << " and " << call.purpose
                        << '\n';
    return {{{"grant", "g1", "approved by ana"}}};
  }
  std::atomic<bool> revoked = false;
  std::atomic<int> busy = 0;

 private:
  void require(Call const&, Input const& input) const {
    if (revoked) throw denied("the grant on " + input.dataset + " was revoked");
  }
};

// Writes outputs/result into a table, in which a second row would show that a job ended twice.
class Results : public OutputCollector {
 public:
  Record collect(Call const&, Job const& job, fs::path const& directory) override {
    if (!fs::exists(directory / "outputs" / "result")) return nullptr;
    std::string const content = read_file(directory / "outputs" / "result");
    if (content == "refuse\n") throw invalid("the result is not a model");
    return [this, job, content](db::Transaction& tx) {
      tx.execute("INSERT INTO result (job, content) VALUES ($1, $2)", {job.id, content});
      if (during_record) during_record();
      return json::Object{{"content", content}};
    };
  }
  void on_failure(db::Transaction& tx, Call const&, Job const& job) override {
    tx.execute("INSERT INTO result (job, content) VALUES ($1, 'failed')", {job.id});
  }
  std::function<void()> during_record;
};

// A server's worth of jobs over a database and a directory; may be closed and opened again.
class Server {
 public:
  Server(db::Database& database, fs::path const& directory) : database_(database), directory_(directory) {
    options.directory = directory;
    options.shim = myself("Shim");
    options.trainers = {{"pretend", {"/bin/sh", "-c", "cp \"$0\"/training.json \"$0\"/outputs/result"}}};
    options.allow_commands = true;
    options.grace = 10s;
    options.readable = {directory.parent_path()};  // where the gate is
  }
  void open() {
    jobs = std::make_unique<Jobs>(
        authority_, Workshop{database_, audit_, lineage_, inputs, results,
                             [](Call const&, Job const& job) {
                               return std::map<std::string, std::string>{{"LEPTON_TOKEN", "for-" + job.id.str()}};
                             },
                             clock_, log_, options});
  }

  JobsOptions options;
  Files inputs;
  Results results;
  std::unique_ptr<Jobs> jobs;

 private:
  db::Database& database_;
  fs::path directory_;
  RoleAuthority authority_;
  access::Audit audit_;
  lineage::Lineage lineage_;
  SystemClock clock_;
  Log log_{LogLevel::error};
};

void migrate(db::Database& database) {
  std::vector<db::Migration> all;
  for (auto const& part :
       {access::migrations(), lineage::migrations(), migrations(), std::span<db::Migration const>(kResults)})
    all.insert(all.end(), part.begin(), part.end());
  database.migrate(all);
}

Call call_of(Clock const& clock, std::string const& name, std::string const& role) {
  Call call = system_call(clock);
  call.principal.id = PrincipalId(name);
  call.principal.name = name;
  call.principal.type = PrincipalType::user;
  call.principal.department = "risk";
  if (!role.empty()) call.principal.roles["risk"] = {role};
  call.purpose = "default-risk";
  return call;
}

Recipe script(std::string const& text) {
  Recipe recipe;
  recipe.department = "risk";
  recipe.command = {"/bin/sh", "-c", text};
  return recipe;
}

class JobsTest : public db::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    migrate(database());
    ASSERT_EQ(::mkfifo(gate_.c_str(), 0600), 0);
    server_.emplace(database(), directory_.path() / "jobs");
  }
  void TearDown() override {
    if (server_ && server_->jobs) {
      server_->jobs->stop();
      for (Job const& job : server_->jobs->list(system_, {}))
        for (pid_t const pid : holders_of(job)) ::kill(pid, SIGKILL);
    }
  }

  Jobs& open() {
    server_->open();
    server_->jobs->start();
    return *server_->jobs;
  }
  Jobs& jobs() { return *server_->jobs; }
  Job run(Recipe const& recipe) { return finished(jobs().submit(ben_, recipe)); }
  Job finished(Job const& job) {
    Job const ended = jobs().wait(ben_, job.id, kPatience);
    EXPECT_TRUE(is_final(ended.state));
    return ended;
  }
  // Until the job has written `text` to its log.
  void await_log(Job const& job, std::string const& text) {
    std::string seen;
    for (std::int64_t offset = 0; seen.find(text) == std::string::npos;) {
      LogPart const part = jobs().read_log(ben_, job.id, offset, 65'536, kPatience);
      seen += part.bytes;
      offset = part.next_offset;
      ASSERT_FALSE(part.complete && seen.find(text) == std::string::npos) << "the job ended without: " << text << seen;
    }
  }
  std::string log_of(Job const& job) { return jobs().read_log(ben_, job.id, 0).bytes; }
  // A job that says "ready" and waits for open_gate().
  Recipe waiting(std::string const& then = "") {
    return script("echo ready; read line < " + gate_.string() + "; " + then);
  }
  void open_gate() { std::ofstream(gate_) << "go\n"; }
  JobDirectory directory_of_job(Job const& job) { return directory_of(server_->options, jobs().get(system_, job.id)); }
  std::vector<pid_t> holders_of(Job const& job) {
    auto const inspection = directory_of_job(job).inspect();
    if (inspection.found != JobDirectory::Found::alive) return {};
    return {inspection.holder.pid};
  }
  std::vector<std::string> results_of(Job const& job) {
    std::vector<std::string> contents;
    for (auto const& row : database().read(system_, [&](db::Transaction& tx) {
           return tx.query("SELECT content FROM result WHERE job = $1", {job.id});
         }))
      contents.push_back(row.text(0));
    return contents;
  }

  TemporaryDirectory directory_{"lepton-jobs"};
  fs::path gate_ = directory_.path() / "gate";
  SystemClock clock_;
  Call const system_ = system_call(clock_);
  Call const ben_ = call_of(clock_, "ben", "contributor");
  std::optional<Server> server_;
};
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
  recipe.inputs = {{"risk/training-set", ""}};
  recipe.parameters = {{"target", "defaulted"}};
  recipe.seed = 7;
  Job const job = run(recipe);
  ASSERT_EQ(job.state, JobState::succeeded) << job.error->message;
  auto const training = json::parse(std::string(job.results.at("content").as_string()));
  EXPECT_EQ(training.at("target").as_string(), "defaulted");
  EXPECT_EQ(training.at("data").as_string(), "inputs/training-set.csv");
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

TEST_P(JobsTest, CancelEndsItAndAllItStarted) {
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

TEST_P(JobsTest, CancelKillsWhatDoesNotListen) {
  server_->options.grace = 50ms;
  open();
  Job const job = jobs().submit(ben_, script("trap '' TERM; echo ready; while :; do :; done"));
  await_log(job, "ready");
  jobs().cancel(ben_, job.id);
  EXPECT_EQ(finished(job).state, JobState::cancelled);
}

TEST_P(JobsTest, AQueuedJobIsCancelledAtOnce) {
  server_->open();
  Job const job = jobs().submit(ben_, script("true"));
  EXPECT_EQ(jobs().cancel(ben_, job.id).state, JobState::cancelled);
  jobs().start();
  EXPECT_EQ(jobs().get(ben_, job.id).attempt, 0);
}

TEST_P(JobsTest, NothingOfItOutlivesSuccess) {
  open();
  Job const job = run(script("setsid tail -f /dev/null & echo $!"));
  EXPECT_EQ(job.state, JobState::succeeded);
  EXPECT_EQ(::kill(std::stoi(log_of(job)), 0), -1);
}

TEST_P(JobsTest, AMemoryBombIsStopped) {
  for (bool const use_cgroup : {true, false}) {
    server_->options.use_cgroup = use_cgroup;
    open();
    Recipe recipe = script("exec tail /dev/zero");
    recipe.resources.memory_bytes = 64 << 20;
    Job const job = run(recipe);
    EXPECT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.error->code, "memory_limit") << job.error->message;
    EXPECT_THAT(job.error->message, HasSubstr("64 MiB"));
    EXPECT_TRUE(use_cgroup || job.isolation.starts_with("watchdog"));
    server_->jobs.reset();
  }
  open();
}

TEST_P(JobsTest, TheTimeLimitEndsIt) {
  server_->options.grace = 50ms;
  open();
  Recipe recipe = script("trap '' TERM; while :; do :; done");
  recipe.resources.time_limit = 100ms;
  Job const job = run(recipe);
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_EQ(job.error->code, "time_limit");
  EXPECT_THAT(job.error->message, HasSubstr("100ms"));
}

TEST_P(JobsTest, AFileThatGrowsTooLargeIsStopped) {
  open();
  Recipe recipe = script("exec cat /dev/zero > outputs/result");
  recipe.resources.file_bytes = 1 << 20;
  Job const job = run(recipe);
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_THAT(job.error->message, HasSubstr("wrote too large a file"));
}

TEST_P(JobsTest, ReachesNeitherTheNetworkNorThePlatformsData) {
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

TEST_P(JobsTest, RunsNoMoreAtOnceThanItHasSlots) {
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

TEST_P(JobsTest, SurvivesARestartOfTheServer) {
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

TEST_P(JobsTest, EndsThatNobodySawAreFoundAtTheRestart) {
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

TEST_P(JobsTest, AnAdoptedJobCanBeCancelled) {
  open();
  Job const job = jobs().submit(ben_, waiting());
  await_log(job, "ready");
  server_->jobs.reset();
  server_->open();
  jobs().cancel(ben_, job.id);  // before this server works: it finds the wish in the database
  jobs().start();
  EXPECT_EQ(finished(job).state, JobState::cancelled);
}

TEST_P(JobsTest, AJobWhoseSupervisorWasKilledIsLostWithAllItsProcesses) {
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

TEST_P(JobsTest, ASupervisorThatGivesUpSaysWhy) {
  server_->options.shim = {"/bin/sh", "-c", "echo no room for the lock >&2; exit 1"};
  open();
  Job const job = run(script("true"));
  EXPECT_EQ(job.state, JobState::lost);
  EXPECT_THAT(job.error->message, HasSubstr("gave up: no room for the lock"));
}

TEST_P(JobsTest, ALostJobIsTriedAgainAsOftenAsItsRecipeSays) {
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

TEST_P(JobsTest, ACrashBeforeTheProcessBeganStartsItAnew) {
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

TEST_P(JobsTest, WhatAnOlderAttemptSaysIsNotHeard) {
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
