#include "table/query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "table/importer.h"
#include "table/own_worker.h"

namespace lepton::table {
namespace {

using testing::HasSubstr;

class QueryTest : public testing::Test {
 protected:
  /// A table from CSV text, imported as a user's file is.
  TableSource table(std::string const& name, std::string const& csv) {
    auto const file = directory_.path() / (name + ".csv");
    write_file_atomically(file, csv);
    Import const import(workers_, call_, file, {});
    auto const stored = directory_.path() / (name + ".parquet");
    std::filesystem::copy_file(import.result().table.path, stored);
    return {.files = {stored}, .schema = import.result().table.schema};
  }

  std::string run(std::string const& sql, std::vector<TableSource> const& sources = {},
                  QueryOptions const& options = {}) {
    auto query = Query::prepare(workers_, call_, sql);
    std::string out;
    last_ = query.run(call_, sources, options, {{}, [&](std::string_view bytes) { out += bytes; }});
    return out;
  }

  Error refusal(std::string const& sql, std::vector<TableSource> const& sources = {}) {
    try {
      return internal("it was not refused: " + run(sql, sources));
    } catch (Error const& e) {
      return e;
    }
  }

  WorkerOptions options() {
    WorkerOptions o;
    o.command = own_worker_command();
    o.scratch = directory_.path() / "scratch";
    o.memory_bytes = 256 << 20;
    o.spares = 1;
    return o;
  }

  TemporaryDirectory directory_;
  Log log_{LogLevel::error};
  SystemClock clock_;
  Call call_ = system_call(clock_);
  Workers workers_{options(), log_};
  QueryResult last_;
};

TEST_F(QueryTest, AnswersASelect) {
  EXPECT_EQ(run("SELECT 1 AS a, 'x' AS b"), "{\"a\":1,\"b\":\"x\"}\n");
  EXPECT_EQ(last_.rows, 1U);
  EXPECT_EQ(last_.isolation, "landlock+seccomp");
}

TEST_F(QueryTest, ReadsATableByItsName) {
  auto const customers = table("customers", "id,name,age\n1,Ann,30\n2,Bob,41\n");
  EXPECT_EQ(run("SELECT name FROM banking.customers WHERE age > 35", {customers}), "{\"name\":\"Bob\"}\n");
  EXPECT_EQ(
      run("SELECT count(*) AS n FROM \"banking/customers@1\" c JOIN \"banking/customers@1\" USING (id)", {customers}),
      "{\"n\":2}\n");
}

}  // namespace
}  // namespace lepton::table
