#pragma once

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>

#include "access/action.h"
#include "access/schema.h"
#include "base/error.h"
#include "db/test_database.h"
#include "jobs/jobs.h"
#include "jobs/schema.h"
#include "lineage/schema.h"

// Jobs with real processes. Scripts wait on named pipes, tests on logs and states: nobody sleeps.
namespace lepton::jobs {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

inline constexpr auto kPatience = 60'000ms;

inline constexpr db::Migration kResults[] = {
    {"test_results", 1, "CREATE TABLE result (job TEXT NOT NULL, content TEXT NOT NULL)"}};

// This program itself in one of the roles at the end of this file.
inline std::vector<std::string> myself(std::string const& role) {
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

inline void migrate(db::Database& database) {
  std::vector<db::Migration> all;
  for (auto const& part :
       {access::migrations(), lineage::migrations(), migrations(), std::span<db::Migration const>(kResults)})
    all.insert(all.end(), part.begin(), part.end());
  database.migrate(all);
}

inline Call call_of(Clock const& clock, std::string const& name, std::string const& role) {
  Call call = system_call(clock);
  call.principal.id = PrincipalId(name);
  call.principal.name = name;
  call.principal.type = PrincipalType::user;
  call.principal.department = "risk";
  if (!role.empty()) call.principal.roles["risk"] = {role};
  call.purpose = "default-risk";
  return call;
}

inline Recipe script(std::string const& text) {
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

}  // namespace lepton::jobs
