#include "table/query_test.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "table/own_worker.h"

namespace lepton::table {
namespace {

using testing::HasSubstr;

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

class ParameterTest : public QueryTest {
 protected:
  std::string ask(std::string const& sql, json::Object const& parameters, std::vector<TableSource> const& sources = {},
                  QueryOptions const& options = {.format = ResultFormat::rows}) {
    auto query = Query::prepare(workers_, call_, sql, parameters);
    std::string out;
    last_ = query.run(call_, sources, options, {{}, [&](std::string_view bytes) { out += bytes; }});
    return out;
  }
  Details problems(std::string const& sql, json::Object const& parameters) {
    try {
      (void)Query::prepare(workers_, call_, sql, parameters);
    } catch (Error const& e) {
      EXPECT_EQ(e.reason(), "parameters") << e.what();
      return e.details();
    }
    return {};
  }
};

TEST_F(ParameterTest, AreBoundAsValuesOfTheirType) {
  EXPECT_EQ(ask("SELECT $a + 1, $b, $c, $d, $e, typeof($b)",
                {{"a", 41}, {"b", "x'; DROP TABLE t --"}, {"c", true}, {"d", nullptr}, {"e", 1.5}}),
            "[42,\"x'; DROP TABLE t --\",true,null,1.5,\"VARCHAR\"]\n");
  EXPECT_EQ(ask("SELECT ?, ?", {{"1", "first"}, {"2", 18446744073709551615ULL}}), "[\"first\",18446744073709551615]\n");
  auto const customers = table("customers", "id,name,born\n1,Ann,1990-01-01\n2,Bob,1991-01-01\n");
  EXPECT_EQ(ask("SELECT name FROM b.customers WHERE name = $name OR born > $since::DATE LIMIT $n",
                {{"name", "' OR true --"}, {"since", "1990-06-01"}, {"n", 5}}, {customers}),
            "[\"Bob\"]\n");
}

TEST_F(ParameterTest, NameNoTableAndNoColumn) {
  auto const e = refusal("SELECT * FROM $t");
  EXPECT_EQ(e.code(), Code::invalid) << e.what();
  EXPECT_EQ(ask("SELECT $c", {{"c", "name"}}), "[\"name\"]\n");
}

TEST_F(ParameterTest, MissingSuperfluousAndStrangeOnesArePointedAt) {
  auto const found = problems("SELECT $a, $b, $c", {{"a", json::Array{1}}, {"b", 1}, {"d~/", 2}, {"c", "\xff"}});
  EXPECT_TRUE(found.contains("/parameters/a"));
  EXPECT_TRUE(found.contains("/parameters/c"));
  EXPECT_TRUE(found.contains("/parameters/d~0~1"));
  EXPECT_EQ(found.size(), 3U);
  EXPECT_TRUE(problems("SELECT $a", {}).contains("/parameters/a"));
  EXPECT_TRUE(problems("SELECT 1", {{"a", 1}}).contains("/parameters/a"));
}

/// A parameter may make DuckDB convert the column it is compared with, and fail on a row: never on a hidden one.
TEST_F(ParameterTest, MeetNoHiddenRow) {
  auto notes = table("notes", "id,note\n1,7\n2,secret\n", {{"note", "VARCHAR"}});
  notes.row_filters = {json::parse(R"({"type":"eq","term":"id","value":1})")};
  EXPECT_EQ(ask("SELECT id FROM b.notes WHERE note = $n", {{"n", 7}}, {notes}), "[1]\n");
}

TEST_F(ParameterTest, AreLiteralsInsideALimitedAggregate) {
  auto people = table("people", "town,age\nUlm,30\nUlm,31\nUlm,32\nBonn,50\n");
  people.min_group_size = 3;
  EXPECT_EQ(ask("SELECT town, count(*) * $f FROM b.people WHERE age < $age GROUP BY town", {{"age", 40}, {"f", 10}},
                {people}),
            "[\"Ulm\",30]\n");
  EXPECT_EQ(
      ask("SELECT count(*) FROM b.people WHERE town IN ($a, $b)", {{"a", "Bonn"}, {"b", "x') OR (true"}}, {people}),
      "");
}

TEST_F(ParameterTest, AreKeptWithASavedResult) {
  auto query = Query::prepare(workers_, call_, "SELECT range AS i FROM range(10) WHERE range < $n", {{"n", 3}});
  EXPECT_EQ(query.save(call_, {}).rows, 3U);
}

TEST_F(ParameterTest, AParquetResultReadsBackTheSame) {
  auto const parquet =
      ask("SELECT i, 'n' || i AS name, i / 3 AS third, DATE '2024-01-01' + i::INT AS day FROM range(1000) t(i) "
          "WHERE i < $n ORDER BY i DESC; -- the end",
          {{"n", 900}}, {}, {.format = ResultFormat::parquet, .most_rows = 500});
  EXPECT_TRUE(parquet.starts_with("PAR1") && parquet.ends_with("PAR1"));
  EXPECT_EQ(last_.rows, 500U);
  EXPECT_TRUE(last_.truncated);
  ASSERT_EQ(last_.columns.size(), 4U);
  EXPECT_EQ(last_.columns[3].type, "DATE");
  auto const file = directory_.path() / "back.parquet";
  write_file_atomically(file, parquet);
  TableSource const back{.files = {file}, .schema = last_.columns};
  EXPECT_EQ(ask("SELECT count(*), min(i), max(i), max(name), max(day) FROM b.t", {}, {back}),
            "[500,400,899,\"n899\",\"2026-06-18\"]\n");
  EXPECT_EQ(ask("SELECT i FROM b.t LIMIT 2", {}, {back}), "[899]\n[898]\n") << "in the order of ORDER BY";
}

TEST_F(ParameterTest, AParquetResultKeepsItsLimitOfBytes) {
  try {
    (void)ask("SELECT random() AS r FROM range(100000)", {}, {},
              {.format = ResultFormat::parquet, .most_rows = UINT64_MAX, .most_bytes = 1000});
    FAIL();
  } catch (Error const& e) {
    EXPECT_EQ(e.reason(), "too_large") << e.what();
  }
}

}  // namespace
}  // namespace lepton::table
