#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "table/query_test.h"

// Row filters and masks: what they show, and that nothing about the rest comes out (notes on bypasses, A, B, C and E).
namespace lepton::table {
namespace {

using testing::HasSubstr;
using testing::Not;

class Restriction : public QueryTest {
 protected:
  /// Rows of "south" are hidden; each poisons a computation: text that is no number, a zero, an overflow, a bad date.
  TableSource accounts() {
    if (!accounts_)
      accounts_ = table("accounts",
                        "id,region,amount,big,code,day,secret\n"
                        "1,north,10,5,11,2024-01-15,alpha-1\n"
                        "2,north,20,6,12,2024-02-15,beta-2\n"
                        "3,south,0,9223372036854775807,not a number,0001-01-01,HIDDEN-3\n"
                        "4,south,0,9223372036854775807,boom,9999-12-31,HIDDEN-4\n",
                        {{"code", "VARCHAR"}});
    auto source = *accounts_;
    source.row_filters = {json::parse(R"({"type":"eq","term":"region","value":"north"})")};
    return source;
  }
  TableSource masked(std::map<std::string, ColumnMask> masks) {
    auto source = accounts();
    source.row_filters.clear();
    source.masks = std::move(masks);
    source.mask_key = "key";
    return source;
  }

  /// What the statement answers or says.
  std::string outcome(std::string const& sql, TableSource const& source) {
    try {
      auto query = Query::prepare(workers_, call_, sql);
      std::string out;
      query.run(call_, std::vector(query.tables().size(), source), {}, {{}, [&](std::string_view b) { out += b; }});
      return out;
    } catch (Error const& e) {
      return e.what();
    }
  }

  std::optional<TableSource> accounts_;
};

TEST_F(Restriction, HiddenRowsAreNowhere) {
  for (std::string const sql :
       {"SELECT count(*) = 2 AS ok FROM t", "SELECT count(amount) = 2 AS ok FROM t", "SELECT max(id) = 2 AS ok FROM t",
        "SELECT (SELECT count(*) FROM t) = 2 AS ok", "SELECT bool_and(region = 'north') AS ok FROM t",
        "WITH x AS (FROM t) SELECT count(*) = 2 AS ok FROM x",
        "WITH x AS MATERIALIZED (FROM t) SELECT count(*) = 2 AS ok FROM x",
        "SELECT count(*) = 2 AS ok FROM t USING SAMPLE 100 PERCENT (bernoulli)",
        "SELECT count(*) = 4 AS ok FROM t a, t b", "SELECT count(*) = 2 AS ok FROM t a FULL JOIN t b USING (id)",
        "SELECT count(*) = 3 AS ok FROM range(1, 4) r(i) LEFT JOIN t ON t.id = r.i",
        "SELECT count(*) = 2 AS ok FROM (SELECT id FROM t UNION SELECT id FROM t)",
        "SELECT count(*) = 1 AS ok FROM (VALUES (3), (1)) v(i) SEMI JOIN t ON t.id = v.i",
        "SELECT list(id ORDER BY id) = [1, 2] AS ok FROM t", "SELECT count(DISTINCT region) = 1 AS ok FROM t",
        "SELECT count(*) = 2 AS ok FROM (SELECT t FROM t)", "SELECT approx_count_distinct(id) = 2 AS ok FROM t",
        "SELECT NOT EXISTS (FROM t WHERE region <> 'north') AS ok", "SELECT last(id ORDER BY id) = 2 AS ok FROM t"})
    EXPECT_EQ(run(sql, {accounts()}), "{\"ok\":true}\n") << sql;
}

// Each would fail on a hidden row if it met one; none may, wherever it stands.
TEST_F(Restriction, PredicatesNeverMeetHiddenRows) {
  std::vector<std::string> const traps{"CAST(code AS INTEGER) > 0",
                                       "code::BIGINT BETWEEN 1 AND 99",
                                       "code > 0",
                                       "code = 11",
                                       "code IN (11, 12)",
                                       "10 / amount >= 0 AND 10 // amount >= 0",
                                       "big + big > 0",
                                       "big * 2 > 0",
                                       "abs(big * -2) > 0",
                                       "big::INTEGER > 0",
                                       "sqrt(amount - 1) > 0",
                                       "ln(amount) > 0",
                                       "strptime(code, '%d') IS NOT NULL",
                                       "CASE WHEN region = 'south' THEN code::INTEGER ELSE 1 END = 1",
                                       "coalesce(code::INTEGER, 1) > 0",
                                       "TRY_CAST(code AS INTEGER) + big > 0",
                                       "code::INTEGER::VARCHAR LIKE '1%'",
                                       "list_transform([code], lambda x: x::INTEGER)[1] > 0",
                                       "make_date(amount::INTEGER, 1, 1) IS NOT NULL",
                                       "chr((amount - 1)::INTEGER) IS NOT NULL",
                                       "repeat('x', amount * 1000) <> ''",
                                       "(day + INTERVAL (big) DAY) IS NOT NULL OR true",
                                       "regexp_matches('x', CASE WHEN id > 2 THEN '(' ELSE 'x' END)",
                                       "(SELECT sum(CAST(code AS INTEGER)) FROM range(1)) > 0",
                                       "id IN (SELECT code::INTEGER - 10 FROM t)"};
  auto const visible = table("visible",
                             "id,region,amount,big,code,day,secret\n"
                             "1,north,10,5,11,2024-01-15,alpha-1\n"
                             "2,north,20,6,12,2024-02-15,beta-2\n",
                             {{"code", "VARCHAR"}});
  for (std::string const& trap : traps) {
    std::vector<std::string> const statements{
        "SELECT count(*) AS n FROM t WHERE " + trap,
        "SELECT count(*) AS n FROM (SELECT *, " + trap + " AS ok FROM t) WHERE ok",
        "SELECT count(*) AS n FROM (SELECT id FROM t WHERE id > 0 AND " + trap + " ORDER BY id LIMIT 10)",
    };
    for (std::string const& sql : statements) EXPECT_EQ(outcome(sql, accounts()), outcome(sql, visible)) << sql;
  }
}

TEST_F(Restriction, MasksKeepTypesAndHideValues) {
  EXPECT_EQ(run("SELECT secret, id FROM t ORDER BY id LIMIT 1", {masked({{"SECRET", ColumnMask::show_last_4}})}),
            "{\"secret\":\"****ha-1\",\"id\":1}\n");
  EXPECT_EQ(run("SELECT secret FROM t ORDER BY id LIMIT 1", {masked({{"secret", ColumnMask::show_first_4}})}),
            "{\"secret\":\"alph****\"}\n");
  EXPECT_EQ(run("SELECT secret FROM t ORDER BY id DESC LIMIT 1", {masked({{"secret", ColumnMask::mask_alphanum}})}),
            "{\"secret\":\"XXXXXX-0\"}\n");
  EXPECT_EQ(run("SELECT day FROM t ORDER BY id LIMIT 1", {masked({{"day", ColumnMask::truncate_to_year}})}),
            "{\"day\":\"2024-01-01\"}\n");
  EXPECT_EQ(run("SELECT day FROM t WHERE id = 2", {masked({{"day", ColumnMask::truncate_to_month}})}),
            "{\"day\":\"2024-02-01\"}\n");
  EXPECT_EQ(
      run("SELECT count(secret) AS n, count(*) AS m FROM t", {masked({{"secret", ColumnMask::replace_with_null}})}),
      "{\"n\":0,\"m\":4}\n");
  EXPECT_EQ(run("SELECT DISTINCT secret, amount, day, big FROM t", {masked({{"*", ColumnMask::mask_to_fixed_value}})}),
            "{\"secret\":\"***\",\"amount\":0,\"day\":\"1970-01-01\",\"big\":0}\n");
  EXPECT_EQ(run("SELECT count(DISTINCT secret) AS n, max(length(secret)) AS l FROM t",
                {masked({{"secret", ColumnMask::sha_256_global}})}),
            "{\"n\":4,\"l\":64}\n");
  auto const global = masked({{"secret", ColumnMask::sha_256_global}, {"id", ColumnMask::sha_256_global}});
  EXPECT_EQ(run("SELECT secret, id FROM t LIMIT 1", {global}), run("SELECT secret, id FROM t LIMIT 1", {global}));
  auto const local = masked({{"secret", ColumnMask::sha_256_query_local}});
  EXPECT_NE(run("SELECT secret FROM t LIMIT 1", {local}), run("SELECT secret FROM t LIMIT 1", {local}));
  auto const types = masked({{"*", ColumnMask::sha_256_global}});
  (void)run("FROM t", {types});
  for (Column const& column : last_.columns) EXPECT_EQ(column.type, find_column(types.schema, column.name)->type);
}

TEST_F(Restriction, PredicatesSeeMaskedValues) {
  auto const source = masked({{"secret", ColumnMask::replace_with_null}, {"amount", ColumnMask::mask_to_fixed_value}});
  for (std::string const sql :
       {"SELECT count(*) AS n FROM t WHERE secret = 'alpha-1'",
        "SELECT count(*) AS n FROM t WHERE secret LIKE 'alpha%'", "SELECT count(*) AS n FROM t WHERE amount = 10",
        "SELECT count(*) AS n FROM t a JOIN t b ON a.secret = b.secret",
        "SELECT count(*) AS n FROM t WHERE EXISTS (SELECT 1 FROM t u WHERE u.secret = 'beta-2')",
        "SELECT count(*) AS n FROM t WHERE CASE WHEN secret = 'beta-2' THEN true ELSE false END",
        "SELECT count(*) AS n FROM (SELECT secret AS other FROM t) WHERE other IS NOT NULL",
        "SELECT count(*) AS n FROM (SELECT unnest([secret]) AS s FROM t) WHERE s > ''",
        "SELECT count(*) AS n FROM t GROUP BY ALL HAVING max(secret) > ''"})
    EXPECT_THAT(run(sql, {source}), testing::AnyOf("{\"n\":0}\n", "")) << sql;
  for (std::string const expression :
       {"min(secret)", "max(secret)", "string_agg(secret)", "list(secret)::VARCHAR", "arg_max(secret, id)",
        "mode(secret)", "first(secret)", "histogram(secret)::VARCHAR", "to_json(list(t))::VARCHAR",
        "approx_top_k(secret, 3)::VARCHAR", "any_value(t)::VARCHAR", "max({'a': secret})::VARCHAR"})
    EXPECT_THAT(run("SELECT " + expression + " AS x FROM t", {source}),
                Not(testing::AnyOf(HasSubstr("alpha"), HasSubstr("beta"), HasSubstr("HIDDEN"))))
        << expression;
  EXPECT_THAT(run("FROM t", {source}), Not(HasSubstr("HIDDEN")));
  EXPECT_THAT(run("SELECT COLUMNS(*) FROM t", {source}), Not(HasSubstr("HIDDEN")));
  EXPECT_THAT(run("SELECT t FROM t", {source}), Not(HasSubstr("HIDDEN")));
}

TEST_F(Restriction, AFilterMayUseAMaskedColumn) {
  auto source = accounts();
  source.masks["region"] = ColumnMask::replace_with_null;
  EXPECT_EQ(run("SELECT count(*) AS n, count(region) AS r FROM t", {source}), "{\"n\":2,\"r\":0}\n");
}

TEST_F(Restriction, VirtualColumnsOfFilesAreNotThere) {
  for (char const* column : {"filename", "file_row_number", "file_index", "rowid"})
    EXPECT_EQ(refusal(std::string("SELECT ") + column + " FROM t", {accounts()}).code(), Code::invalid) << column;
}

TEST_F(Restriction, ErrorsNameNoFiles) {
  EXPECT_THAT(refusal("SELECT nosuch FROM t", {accounts()}).what(), Not(HasSubstr(".parquet")));
  EXPECT_THAT(refusal("SELECT CAST(secret AS INTEGER) FROM t", {accounts()}).what(), Not(HasSubstr("HIDDEN")));
  auto gone = accounts();
  gone.files = {directory_.path() / "gone.parquet"};
  EXPECT_THAT(refusal("SELECT 1 FROM t", {gone}).what(), Not(HasSubstr("gone.parquet")));
}

TEST_F(Restriction, AnotherTableIsNotThere) {
  EXPECT_EQ(refusal("SELECT * FROM (SELECT * FROM t) x, main.u", {accounts()}).code(), Code::invalid);
}

TEST(RowFilter, WritesSqlWithTypedLiterals) {
  Schema const schema{
      {"name", "VARCHAR", 1}, {"n", "BIGINT", 2}, {"d", "DATE", 3}, {"x", "DOUBLE", 4}, {"b", "BOOLEAN", 5}};
  auto const sql = [&](char const* text) { return filter_sql(json::parse(text), schema); };
  EXPECT_EQ(sql("true"), "true");
  EXPECT_EQ(sql(R"({"type":"eq","term":"NAME","value":"it's"})"), "(\"name\" = 'it''s')");
  EXPECT_EQ(
      sql(R"({"type":"and","left":{"type":"gt-eq","term":"n","value":5},"right":{"type":"not","child":{"type":"is-null","term":"d"}}})"),
      "((\"n\" >= CAST('5' AS BIGINT)) AND (NOT (\"d\" IS NULL)))");
  EXPECT_EQ(sql(R"({"type":"in","term":"n","values":[1,2]})"), "(\"n\" IN (CAST('1' AS BIGINT), CAST('2' AS BIGINT)))");
  EXPECT_EQ(sql(R"({"type":"in","term":"n","values":[]})"), "false");
  EXPECT_EQ(sql(R"({"type":"starts-with","term":"name","value":"a"})"), "starts_with(\"name\", 'a')");
  for (char const* wrong : {R"({"type":"eq","term":"nosuch","value":1})", R"({"type":"eq","term":"n","value":"1"})",
                            R"({"type":"eq","term":"n","value":1.5})", R"({"type":"eq","term":"b","value":1})",
                            R"({"type":"like","term":"name","value":"a"})",
                            R"({"type":"eq","term":{"type":"transform","transform":"year","term":"d"},"value":1})", "5",
                            R"({"type":"eq","term":"n"})", R"({"type":"starts-with","term":"n","value":"a"})",
                            R"({"type":"eq","term":"n","value":null})"})
    EXPECT_THROW((void)sql(wrong), Error) << wrong;
}

}  // namespace
}  // namespace lepton::table
