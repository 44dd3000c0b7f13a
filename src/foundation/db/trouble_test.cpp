#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"
#include "base/test_disk.h"
#include "base/test_error.h"
#include "db/test_database.h"

// What happens when the disk is full, the server is lost, or too many want a connection.
namespace lepton::db {
namespace {

constexpr Migration kItems[] = {{"test", 1, "CREATE TABLE item (id BIGINT PRIMARY KEY, body TEXT NOT NULL)"}};

std::int64_t count(Database& database, Call const& call) {
  return database.read(call, [](Transaction& tx) { return tx.query("SELECT count(*) FROM item").front().integer(0); });
}

void add(Database& database, Call const& call, std::int64_t id, std::string const& body = "") {
  database.write(call, [&](Transaction& tx) { tx.execute("INSERT INTO item VALUES ($1, $2)", {id, body}); });
}

class Trouble : public testing::Test {
 protected:
  SystemClock clock_;
  Call const call_ = system_call(clock_);
};

TEST_F(Trouble, AFullDiskIsSaidAndNothingIsLost) {
  TestDisk const disk(8 << 20);
  if (auto const reason = disk.missing()) GTEST_SKIP() << *reason;
  auto const database = open_database(disk.path() / "meta.db", clock_);
  database->migrate(kItems);
  add(*database, call_, 1);
  disk.fill(100'000);
  Error const error = error_of([&] { add(*database, call_, 2, std::string(1'000'000, 'x')); });
  EXPECT_EQ(error.code(), Code::exhausted) << error.what();
  EXPECT_EQ(error.reason(), "disk_full");
  EXPECT_EQ(count(*database, call_), 1);
  disk.empty();
  add(*database, call_, 2, std::string(1'000'000, 'x'));
  EXPECT_EQ(count(*database, call_), 2);
}

TEST_F(Trouble, AFullDiskFailsTheGroupedWritesItMust) {
  TestDisk const disk(8 << 20);
  if (auto const reason = disk.missing()) GTEST_SKIP() << *reason;
  auto const database = open_database(disk.path() / "meta.db", clock_);
  database->migrate(kItems);
  disk.fill(100'000);
  std::atomic<int> failed = 0;
  for (int i = 0; i < 10; ++i)
    database->enqueue_write(
        [i](Transaction& tx) {
          tx.execute("INSERT INTO item VALUES ($1, $2)", {i, std::string(1'000'000, 'x')});
        },
        [&](std::exception_ptr error) {
          if (error) ++failed;
          failed.notify_all();
        });
  for (int seen = failed; seen < 10; seen = failed) failed.wait(seen);
  EXPECT_EQ(count(*database, call_), 0);
}

TEST_F(Trouble, AFileThatIsNoDatabaseIsNamed) {
  TemporaryDirectory const directory;
  write_file_atomically(directory.path() / "meta.db", std::string(5000, 'x'));
  Error const error = error_of([&] { std::ignore = open_database(directory.path() / "meta.db", clock_); });
  EXPECT_EQ(error.code(), Code::unavailable);
  EXPECT_THAT(error.what(), testing::HasSubstr("meta.db"));
}

TEST_F(Trouble, AServerThatIsNotThereIsUnavailable) {
  Error const error = error_of([&] { std::ignore = open_database("postgresql://nobody@%2Fnowhere/none", clock_); });
  EXPECT_EQ(error.code(), Code::unavailable);
}

TEST_F(Trouble, ALostServerIsUnavailableAndFoundAgain) {
  if (auto const reason = TestCluster::missing()) GTEST_SKIP() << "postgresql: " << *reason;
  TestCluster cluster;
  auto const database = open_database(cluster.create_database(), clock_);
  database->migrate(kItems);
  add(*database, call_, 1);

  Error const during = error_of([&] {
    database->write(call_, [&](Transaction& tx) {
      tx.execute("INSERT INTO item VALUES (2, '')");
      cluster.stop();
      tx.execute("INSERT INTO item VALUES (3, '')");
    });
  });
  EXPECT_EQ(during.code(), Code::unavailable) << during.what();
  EXPECT_EQ(error_of([&] { count(*database, call_); }).code(), Code::unavailable);

  cluster.start();
  EXPECT_EQ(count(*database, call_), 1);
  add(*database, call_, 2);
}

TEST_F(Trouble, AConnectionLostWhileIdleIsReplacedUnseen) {
  if (auto const reason = TestCluster::missing()) GTEST_SKIP() << "postgresql: " << *reason;
  TestCluster cluster;
  auto const database = open_database(cluster.create_database(), clock_);
  database->migrate(kItems);
  std::ignore = count(*database, call_);
  cluster.stop();
  cluster.start();
  add(*database, call_, 1);
  EXPECT_EQ(count(*database, call_), 1);
}

TEST_F(Trouble, WaitingForTheWriterEndsWithTheDeadline) {
  TestDatabase database(Dialect::sqlite);
  database->migrate(kItems);
  Call hurried = call_;
  hurried.deadline = clock_.steady() + std::chrono::milliseconds(20);
  database->write(call_, [&](Transaction&) {
    std::thread([&] { EXPECT_EQ(error_of([&] { add(*database, hurried, 1); }).reason(), "deadline_exceeded"); }).join();
  });
  add(*database, call_, 1);
}

TEST_F(Trouble, ARehearsedWriteAnswersAndLeavesNothing) {
  TestDatabase database(Dialect::sqlite);
  database->migrate(kItems);
  Call rehearsal = call_;
  rehearsal.validate_only = true;
  auto const changed =
      database->write(rehearsal, [](Transaction& tx) { return tx.execute("INSERT INTO item VALUES (1, '')"); });
  EXPECT_EQ(changed, 1);
  EXPECT_EQ(count(*database, call_), 0);
}

}  // namespace
}  // namespace lepton::db
