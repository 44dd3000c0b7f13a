#include "table/workers.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <future>

#include "base/subprocess.h"
#include "table/query_test.h"

namespace lepton::table {
namespace {

using testing::HasSubstr;

class WorkersTest : public QueryTest {};

constexpr char kEndless[] =
    "SELECT count(*) FROM range(100000000) a, range(1000000) b WHERE hash(a.range + b.range) = 1";

TEST_F(WorkersTest, ALateStatementIsKilledAndOthersGoOn) {
  Call hurried = call_;
  hurried.deadline = clock_.steady() + std::chrono::milliseconds(1500);
  auto late = std::async(std::launch::async, [&] {
    try {
      (void)Query::prepare(workers_, hurried, kEndless).run(hurried, {}, {}, {{}, [](std::string_view) {}});
    } catch (Error const& e) {
      return e;
    }
    return internal("it ended");
  });
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run("SELECT 1 AS a"), "{\"a\":1}\n");
  auto const error = late.get();
  EXPECT_EQ(error.code(), Code::exhausted);
  EXPECT_EQ(error.reason(), "deadline_exceeded");
}

TEST_F(WorkersTest, ACancelledStatementEndsAtOnce) {
  std::stop_source stop;
  Call call = call_;
  call.stop = stop.get_token();
  auto query = Query::prepare(workers_, call, kEndless);
  auto cancelled = std::async(std::launch::async, [&] {
    try {
      (void)query.run(call, {}, {}, {{}, [](std::string_view) {}});
    } catch (Error const& e) {
      return e.code();
    }
    return Code::internal;
  });
  stop.request_stop();
  EXPECT_EQ(cancelled.get(), Code::cancelled);
}

TEST_F(WorkersTest, AMemoryBombFailsAlone) {
  if (!can_limit_memory) GTEST_SKIP() << "sanitizers reserve more address space than any limit";
  for (char const* sql : {"SELECT length(repeat('a', 2000000000)) AS n", "SELECT list(range) AS x FROM range(60000000)",
                          "WITH RECURSIVE x AS (SELECT repeat('a', 1000000) AS s UNION ALL SELECT s || s FROM x) "
                          "SELECT max(length(s)) FROM x"}) {
    auto const error = refusal(sql);
    EXPECT_EQ(error.code(), Code::exhausted) << sql << ": " << error.what();
  }
  EXPECT_EQ(run("SELECT 1 AS a"), "{\"a\":1}\n");
}

TEST_F(WorkersTest, AKilledWorkerFailsItsRequestAlone) {
  auto worker = workers_.take(call_);
  ::kill(worker->pid(), SIGSEGV);
  try {
    (void)worker->receive_message(call_);
    FAIL();
  } catch (Error const& e) {
    EXPECT_EQ(e.code(), Code::unavailable);
    EXPECT_THAT(e.what(), HasSubstr("only this request failed"));
  }
  EXPECT_EQ(run("SELECT 1 AS a"), "{\"a\":1}\n");
}

TEST_F(WorkersTest, WhatIsDrawnByChanceDiffersBetweenWorkers) {
  EXPECT_NE(run("SELECT random() AS a"), run("SELECT random() AS a"));
  EXPECT_NE(run("SELECT gen_random_uuid() AS a"), run("SELECT gen_random_uuid() AS a"));
}

TEST_F(WorkersTest, AKilledTemplateIsReplaced) {
  auto const parent = [](pid_t pid) {
    auto const stat = read_file(fmt::format("/proc/{}/stat", pid));
    return std::stoi(stat.substr(stat.rfind(')') + 4));
  };
  WorkerOptions without_spares = options();
  without_spares.scratch = directory_.path() / "killed";
  without_spares.spares = 0;
  Workers pool(without_spares, log_);
  pid_t killed = 0;
  {
    auto worker = pool.take(call_);
    killed = parent(worker->pid());
    ASSERT_NE(killed, ::getpid());
    ::kill(killed, SIGKILL);
    EXPECT_THROW((void)worker->receive_message(call_), Error);
  }
  EXPECT_NE(parent(pool.take(call_)->pid()), killed);
}

TEST_F(WorkersTest, AWorkerReadsNoFileButThoseOfItsTask) {
  write_file_atomically(directory_.path() / "secret.csv", "a\n1\n");
  for (std::string const& sql :
       {std::string("SELECT * FROM read_text('/etc/passwd')"),
        "SELECT * FROM read_csv('" + (directory_.path() / "secret.csv").string() + "')",
        std::string("COPY (SELECT 1) TO '/tmp/lepton-escape.csv'"), std::string("ATTACH '/tmp/x.db'"),
        std::string("SET enable_external_access = true"), std::string("INSTALL httpfs"),
        std::string("SELECT * FROM read_csv('http://127.0.0.1:9/x')")}) {
    auto worker = workers_.take(call_);
    json::Object task = workers_.task("query", *worker, {}, {});
    task["sql"] = sql;
    task["format"] = "rows";
    task["max_rows"] = 10;
    task["max_bytes"] = 1000;
    worker->send(task);
    EXPECT_THROW((void)worker->receive(call_), Error) << sql;
  }
  EXPECT_FALSE(std::filesystem::exists("/tmp/lepton-escape.csv"));
}

TEST_F(WorkersTest, WhatIsTooMuchAtOnceWaitsOrIsToldSo) {
  WorkerOptions few = options();
  few.scratch = directory_.path() / "few";
  few.at_most = 1;
  few.spares = 0;
  Workers pool(few, log_);
  Call hurried = call_;
  hurried.deadline = clock_.steady() + std::chrono::milliseconds(50);
  {
    auto const held = pool.take(call_);
    try {
      (void)pool.take(hurried);
      FAIL();
    } catch (Error const& e) {
      EXPECT_EQ(e.code(), Code::exhausted);
    }
  }
  EXPECT_NO_THROW((void)pool.take(call_));
}

TEST_F(WorkersTest, NothingRemainsOfAWorker) {
  std::filesystem::path directory;
  {
    WorkerOptions few = options();
    few.scratch = directory_.path() / "gone";
    Workers pool(few, log_);
    auto const worker = pool.take(call_);
    directory = worker->directory();
    EXPECT_TRUE(std::filesystem::exists(directory));
  }
  EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST_F(WorkersTest, AMissingProgramIsSaid) {
  WorkerOptions wrong = options();
  wrong.scratch = directory_.path() / "wrong";
  wrong.command = {"/nonexistent/lepton", "worker", "query"};
  Log const quiet(LogLevel::error, ::open("/dev/null", O_WRONLY));
  Workers pool(wrong, quiet);
  EXPECT_THROW((void)pool.take(call_), Error);
}

}  // namespace
}  // namespace lepton::table
