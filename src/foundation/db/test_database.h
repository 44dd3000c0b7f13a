#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/subprocess.h"
#include "db/database.h"

namespace lepton::db {

/// A private PostgreSQL server on a socket in a temporary directory. Dies with the process.
class TestCluster {
 public:
  TestCluster();
  ~TestCluster();
  TestCluster(TestCluster const&) = delete;
  TestCluster& operator=(TestCluster const&) = delete;

  /// Why there can be none on this machine.
  [[nodiscard]] static std::optional<std::string> missing();

  /// A new database's libpq URI.
  [[nodiscard]] std::string create_database();
  /// At once, as a crash would.
  void stop();
  void start();

 private:
  [[nodiscard]] std::string uri(std::string const& database) const;

  TemporaryDirectory directory_{"lepton-pg"};
  FileDescriptor log_;
  std::optional<Subprocess> server_;
  int databases_ = 0;
};

/// An empty database of a dialect for one test, and its location for a second connection or a reopening.
class TestDatabase {
 public:
  explicit TestDatabase(Dialect dialect, Clock const& clock = machine_clock());

  [[nodiscard]] Database& operator*() { return *database_; }
  [[nodiscard]] Database* operator->() { return database_.get(); }
  [[nodiscard]] std::string const& location() const { return location_; }
  /// Closes and opens again, as a restart of the server does.
  void reopen();

 private:
  static Clock const& machine_clock();

  std::optional<TemporaryDirectory> directory_;
  Clock const& clock_;
  std::string location_;
  std::unique_ptr<Database> database_;
};

[[nodiscard]] inline std::vector<Dialect> test_databases() {
  return {Dialect::sqlite, Dialect::postgresql};
}
[[nodiscard]] inline std::string test_database_name(testing::TestParamInfo<Dialect> const& info) {
  return info.param == Dialect::sqlite ? "sqlite" : "postgresql";
}

/// Fixture of a test that runs on both:
///
///     class LineageTest : public db::DatabaseTest {};
///     INSTANTIATE_TEST_SUITE_P(On, LineageTest, testing::ValuesIn(db::test_databases()), db::test_database_name);
///     TEST_P(LineageTest, …) { database().migrate(lineage::migrations()); … }
///
/// Skipped by name where PostgreSQL is not installed.
class DatabaseTest : public testing::TestWithParam<Dialect> {
 protected:
  void SetUp() override {
    if (GetParam() == Dialect::postgresql) {
      if (auto const reason = TestCluster::missing()) GTEST_SKIP() << "postgresql: " << *reason;
    }
    test_database_.emplace(GetParam());
  }
  [[nodiscard]] Database& database() { return **test_database_; }
  [[nodiscard]] TestDatabase& test_database() { return *test_database_; }

  SystemClock clock_;
  Call const call_ = system_call(clock_);

 private:
  std::optional<TestDatabase> test_database_;
};

}  // namespace lepton::db
