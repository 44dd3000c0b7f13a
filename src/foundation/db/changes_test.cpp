#include "db/changes.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"
#include "db/test_database.h"

namespace lepton::db {
namespace {

constexpr Migration kTables[] = {
    {"test", 1,
     "CREATE TABLE seen (name TEXT PRIMARY KEY); CREATE TABLE unseen (name TEXT PRIMARY KEY);"
     "INSERT INTO db_changes (table_name, shard, commits) VALUES ('seen', 0, 0);"}};

class ChangesTest : public DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    migrate();
  }
  void migrate() {
    std::vector<Migration> all(change_migrations().begin(), change_migrations().end());
    all.insert(all.end(), std::begin(kTables), std::end(kTables));
    database().migrate(all);
  }
  void insert(std::string const& table, std::string const& name) {
    database().write(call_,
                     [&](Transaction& tx) { tx.execute("INSERT INTO " + table + " (name) VALUES ($1)", {name}); });
  }
  [[nodiscard]] std::int64_t count(std::string const& table) {
    auto const counts = database().read(call_, [](Transaction& tx) { return changes(tx); });
    auto const found = counts.find(table);
    return found == counts.end() ? 0 : found->second;
  }
};
INSTANTIATE_TEST_SUITE_P(On, ChangesTest, testing::ValuesIn(test_databases()), test_database_name);

TEST(ChangedTable, IsTheOneThatAStatementWrites) {
  EXPECT_EQ(changed_table("INSERT INTO job (id) VALUES ($1)"), "job");
  EXPECT_EQ(changed_table("\n  UPDATE job SET state = $1"), "job");
  EXPECT_EQ(changed_table("DELETE FROM job WHERE id = $1"), "job");
  EXPECT_EQ(changed_table("INSERT INTO job(id) VALUES ($1)"), "job");
  EXPECT_EQ(changed_table("SELECT id FROM job"), "");
  EXPECT_EQ(changed_table(""), "");
}

TEST_P(ChangesTest, EveryCommitThatChangesACountedTableIsCountedOnce) {
  insert("seen", "a");
  insert("unseen", "a");
  EXPECT_EQ(count("seen"), 1);
  EXPECT_EQ(count("unseen"), 0);
  database().write(call_, [](Transaction& tx) {
    tx.execute("UPDATE seen SET name = 'b' WHERE name = 'a'");
    tx.execute("DELETE FROM seen WHERE name = 'b'");
  });
  EXPECT_EQ(count("seen"), 2);
}

TEST_P(ChangesTest, WhatIsRolledBackOrRehearsedIsNotCounted) {
  EXPECT_THROW(database().write(call_,
                                [](Transaction& tx) {
                                  tx.execute("INSERT INTO seen (name) VALUES ('a')");
                                  throw invalid("no");
                                }),
               Error);
  Call rehearsal = call_;
  rehearsal.validate_only = true;
  database().write(rehearsal, [](Transaction& tx) { tx.execute("INSERT INTO seen (name) VALUES ('a')"); });
  EXPECT_EQ(count("seen"), 0);
}

TEST_P(ChangesTest, ARestartedServerCountsOn) {
  insert("seen", "a");
  test_database().reopen();
  migrate();
  insert("seen", "b");
  EXPECT_EQ(count("seen"), 2);
}

TEST_P(ChangesTest, QueuedWritesCountToo) {
  database().enqueue_write([](Transaction& tx) { tx.execute("INSERT INTO seen (name) VALUES ('a')"); },
                           [](std::exception_ptr) {});
  database().finish_queued();
  EXPECT_EQ(count("seen"), 1);
}

TEST_P(ChangesTest, ManyWritersLoseNoCount) {
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < 10; ++i) insert("seen", std::to_string(writer * 100 + i));
    });
  }
  writers.clear();
  EXPECT_EQ(count("seen"), 40);
}

}  // namespace
}  // namespace lepton::db
