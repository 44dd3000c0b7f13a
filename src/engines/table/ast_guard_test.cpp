#include "table/ast_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "table/functions.h"
#include "table/session.h"

namespace lepton::table {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Guard : public testing::Test {
 protected:
  static Session& session() {
    static Session the;
    return the;
  }
  Statement examined(std::string const& sql) {
    return examine(sql, session().value("SELECT json_serialize_sql($1::VARCHAR)", sql));
  }
  std::vector<std::string> tables(std::string const& sql) {
    std::vector<std::string> names;
    for (auto const& name : examined(sql).tables) names.push_back(name.text());
    return names;
  }
  std::string refusal(std::string const& sql) {
    try {
      (void)examined(sql);
    } catch (Error const& e) {
      EXPECT_EQ(e.code(), Code::invalid) << sql;
      return e.what();
    }
    return "";
  }
};

TEST_F(Guard, NamesTheParametersAndTrustsThemWithNoHiddenRow) {
  EXPECT_THAT(examined("SELECT $a FROM t WHERE x IN ($b, $a) LIMIT $n").parameters, ElementsAre("a", "b", "n"));
  EXPECT_THAT(examined("SELECT ?, ?").parameters, ElementsAre("1", "2"));
  EXPECT_EQ(examined("SELECT x FROM t WHERE x = 1").predicates, Predicates::harmless);
  EXPECT_EQ(examined("SELECT x FROM t WHERE x = $a").predicates, Predicates::may_throw);
}

TEST_F(Guard, NamesTheTablesOfEveryPlaceInAStatement) {
  EXPECT_THAT(tables("SELECT * FROM Banking.Customers AS c, \"risk/x@3\" JOIN t USING (id)"),
              ElementsAre("banking.customers", "risk/x@3", "t"));
  EXPECT_THAT(tables("FROM a"), ElementsAre("a"));
  EXPECT_THAT(tables("TABLE a"), ElementsAre("a"));
  EXPECT_THAT(
      tables("SELECT (SELECT max(x) FROM a) FROM b WHERE EXISTS (FROM c WHERE c.i = b.i) AND i IN (SELECT i FROM d) "
             "GROUP BY ALL HAVING count(*) > (SELECT 1 FROM e) ORDER BY (SELECT 1 FROM f) LIMIT (SELECT 1 FROM g)"),
      ElementsAre("f", "g", "a", "b", "c", "d", "e"));
  EXPECT_THAT(tables("SELECT 1 FROM a UNION ALL BY NAME SELECT 2 FROM b EXCEPT SELECT 3 FROM c"),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(tables("FROM a SEMI JOIN b USING (i) ANTI JOIN c USING (i) POSITIONAL JOIN d ASOF JOIN e ON d.t >= e.t"),
              ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_THAT(tables("SELECT a.x, l.y FROM a, LATERAL (SELECT y FROM b WHERE b.i = a.i) l"), ElementsAre("a", "b"));
  EXPECT_THAT(tables("SELECT * FROM a PIVOT (sum(v) FOR k IN ('x', 'y'))"), ElementsAre("a"));
  EXPECT_THAT(tables("SELECT * FROM (FROM a) UNPIVOT (v FOR k IN (x, y))"), ElementsAre("a"));
  EXPECT_THAT(tables("SELECT a, row_number() OVER (PARTITION BY (SELECT max(i) FROM b)) FROM a USING SAMPLE 10 ROWS"),
              ElementsAre("b", "a"));
  EXPECT_THAT(tables("SELECT * EXCLUDE (x) REPLACE (y + (SELECT 1 FROM b) AS y), COLUMNS('z.*') FROM a QUALIFY rank() "
                     "OVER () = 1"),
              testing::UnorderedElementsAre("a", "b"));
}

TEST_F(Guard, NamesOfWithAreNoTablesWhereTheyAreSeen) {
  EXPECT_THAT(tables("WITH x AS (FROM a) SELECT * FROM x"), ElementsAre("a"));
  EXPECT_THAT(tables("WITH a AS (FROM a) SELECT * FROM a"), ElementsAre("a")) << "the inner one is the table";
  EXPECT_THAT(tables("WITH x AS (FROM a), y AS (FROM x) FROM y JOIN b USING (i)"), ElementsAre("a", "b"));
  EXPECT_THAT(tables("WITH RECURSIVE n AS (SELECT i FROM a UNION ALL SELECT i + 1 FROM n WHERE i < 9) FROM n"),
              ElementsAre("a"));
  EXPECT_THAT(tables("SELECT * FROM (WITH x AS (FROM a) FROM x) JOIN x USING (i)"), ElementsAre("a", "x"))
      << "outside its scope";
  EXPECT_THAT(tables("WITH x AS MATERIALIZED (FROM a) FROM main_.x"), ElementsAre("a", "main_.x")) << "qualified";
}

TEST_F(Guard, RefusesWhatIsNoSelect) {
  for (char const* sql : {"INSERT INTO a VALUES (1)",
                          "UPDATE a SET x = 1",
                          "DELETE FROM a",
                          "DROP TABLE a",
                          "CREATE TABLE b AS FROM a",
                          "CREATE TEMP MACRO sha256(s) AS s",
                          "COPY a TO '/tmp/x'",
                          "COPY (FROM a) TO '/tmp/x'",
                          "ATTACH '/tmp/x'",
                          "INSTALL httpfs",
                          "LOAD httpfs",
                          "PRAGMA database_list",
                          "SET threads = 1",
                          "RESET threads",
                          "CALL enable_logging()",
                          "EXPLAIN SELECT 1",
                          "EXPLAIN ANALYZE SELECT 1",
                          "PREPARE p AS SELECT 1",
                          "EXECUTE p",
                          "BEGIN",
                          "CHECKPOINT",
                          "VACUUM",
                          "EXPORT DATABASE '/tmp/x'",
                          "USE x",
                          "CREATE SECRET (TYPE s3)",
                          "PIVOT a ON x USING sum(y)"})
    EXPECT_THAT(refusal(sql), HasSubstr("one SELECT")) << sql;
  EXPECT_THAT(refusal("SELECT 1; SELECT 2"), HasSubstr("one statement"));
  EXPECT_THAT(refusal("SELECT 1; DROP TABLE a"), HasSubstr("SELECT"));
  EXPECT_THAT(refusal(""), HasSubstr("no statement"));
  EXPECT_THAT(refusal("-- nothing"), HasSubstr("no statement"));
  EXPECT_THAT(refusal("DESCRIBE a"), HasSubstr("schema and profile"));
  EXPECT_THAT(refusal("SUMMARIZE a"), HasSubstr("schema and profile"));
  EXPECT_THAT(refusal("SELECT * FROM (DESCRIBE a)"), HasSubstr("schema and profile"));
  EXPECT_THAT(refusal("SHOW TABLES"), HasSubstr("not available"));
}

TEST_F(Guard, RefusesFunctionsThatReachOutOfTheStatement) {
  for (char const* call : {"read_csv('/etc/passwd')",
                           "read_text('/etc/passwd')",
                           "read_blob('x')",
                           "read_parquet('x')",
                           "read_json('x')",
                           "glob('/*')",
                           "sniff_csv('x')",
                           "parquet_metadata('x')",
                           "parquet_schema('x')",
                           "duckdb_settings()",
                           "duckdb_views()",
                           "duckdb_tables()",
                           "duckdb_columns()",
                           "duckdb_databases()",
                           "duckdb_logs()",
                           "pragma_storage_info('x')",
                           "query('SELECT 1')",
                           "query_table('a')",
                           "json_execute_serialized_sql('{}')",
                           "sql_auto_complete('S')",
                           "enable_logging()",
                           "test_all_types()",
                           "arrow_scan(1,2,3)",
                           "repeat_row(1)",
                           "seq_scan('x')",
                           "which_secret('x', 's')",
                           "duckdb_memory()",
                           "checkpoint()"})
    EXPECT_THAT(refusal(std::string("SELECT * FROM ") + call), HasSubstr("not available")) << call;
  for (char const* call :
       {"current_setting('threads')", "getvariable('x')", "stats(1)", "error('x')", "nextval('s')", "write_log('x')",
        "json_serialize_sql('SELECT 1')", "json_deserialize_sql('{}')", "getenv('HOME')", "current_query()",
        "current_database()", "txid_current()", "pg_typeof(1)", "in_search_path('a', 'b')", "nosuch(1)",
        "system.main.stats(1)", "other.sha256('x')", "add_parquet_key('a', 'b')"})
    EXPECT_THAT(refusal(std::string("SELECT ") + call), HasSubstr("not available")) << call;
  EXPECT_THAT(refusal("SELECT 1 FROM a WHERE x = list_transform([1], y -> stats(y))"), HasSubstr("stats()"));
  EXPECT_THAT(refusal("SELECT max(x) FILTER (WHERE stats(x) = 1) FROM a"), HasSubstr("stats()"));
  EXPECT_THAT(refusal("SELECT 1 FROM range(getvariable('x'))"), HasSubstr("getvariable()"));
}

TEST_F(Guard, RefusesFilesCatalogsAndOtherTimes) {
  EXPECT_THAT(refusal("FROM '/etc/passwd'"), HasSubstr("no files"));
  EXPECT_THAT(refusal("FROM 'x.parquet'"), HasSubstr("no files"));
  EXPECT_THAT(refusal("FROM 'https://example.com/x'"), HasSubstr("no files"));
  EXPECT_THAT(refusal("FROM information_schema.tables"), HasSubstr("catalog"));
  EXPECT_THAT(refusal("FROM pg_catalog.pg_class"), HasSubstr("catalog"));
  EXPECT_THAT(refusal("FROM sqlite_master"), HasSubstr("catalog"));
  EXPECT_THAT(refusal("FROM duckdb_tables"), HasSubstr("catalog"));
  EXPECT_THAT(refusal("FROM memory.main.a"), HasSubstr("department.dataset"));
  EXPECT_THAT(refusal("FROM a AT (VERSION => 3)"), HasSubstr("@3"));
}

TEST_F(Guard, SaysWhere) {
  EXPECT_THAT(refusal("SELECT a,\n  stats(b) FROM t"), HasSubstr("(line 2, column 3)"));
  EXPECT_THAT(refusal("SELECT a FROM t WHERE x ="), HasSubstr("(line 1, column 26)"));
  EXPECT_THAT(refusal("SELEC a"), HasSubstr("syntax error at or near \"SELEC\""));
}

TEST_F(Guard, DeepNestingIsRefusedNotFatal) {
  std::string const open(5000, '(');
  std::string const close(5000, ')');
  (void)refusal("SELECT " + open + "1" + close);
  std::string chain = "SELECT 1";
  for (int i = 0; i < 900; ++i) chain += " + 1";
  (void)refusal(chain);
  std::string nested = "SELECT 1";
  for (int i = 0; i < 300; ++i) nested = "SELECT * FROM (" + nested + ")";
  (void)refusal(nested);
}

TEST_F(Guard, UnknownNodesAreRefused) {
  auto const tree = [](std::string const& node) {
    return R"({"error":false,"statements":[{"node":)" + node + R"(,"named_param_map":[]}]})";
  };
  EXPECT_THROW((void)examine("", tree(R"({"type":"NEW_NODE"})")), Error);
  EXPECT_THROW((void)examine("", tree(R"({"type":"SELECT_NODE","surprise":{}})")), Error);
  EXPECT_THROW((void)examine("", tree(R"({"type":"SELECT_NODE","select_list":[{"class":"NEW"}]})")), Error);
  EXPECT_THROW(
      (void)examine("", tree(R"({"type":"SELECT_NODE","select_list":[{"class":"CONSTANT","value":1,"hook":{}}]})")),
      Error);
  EXPECT_THROW((void)examine("", tree(R"({"type":"SELECT_NODE","from_table":{"type":"COLUMN_DATA","sample":null}})")),
               Error);
  EXPECT_THROW((void)examine("", tree(R"({"type":"SELECT_NODE","modifiers":[{"type":"X","what":[1]}]})")), Error);
}

TEST_F(Guard, OnlyFunctionsOfTheListAreAllowed) {
  EXPECT_FALSE(is_allowed_function("read_csv"));
  EXPECT_TRUE(is_allowed_function("sum"));
  EXPECT_TRUE(is_harmless_function("~~"));
  for (char const* name : {"read_text", "stats", "getvariable", "current_setting", "error"})
    EXPECT_FALSE(is_allowed_function(name)) << name;
}

}  // namespace
}  // namespace lepton::table
