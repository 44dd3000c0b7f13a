#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <random>

#include "table/own_worker.h"
#include "table/query_test.h"

// A reader of a table with a smallest group sees what stands on that many rows, and nothing from which the rest could
// be worked out within one statement.
namespace lepton::table {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kPeople[] =
    "id,town,age,pay,born,note\n"
    "1,Ulm,31,100,1990-01-05,a\n"
    "2,Ulm,32,200,1990-03-05,b\n"
    "3,Ulm,33,300,1991-03-05,\n"
    "4,Ulm,44,400,1992-03-05,secret-4\n"
    "5,Bonn,51,1000,1970-01-01,x\n"
    "6,Bonn,52,2000,1970-02-01,y\n"
    "7,Kiel,77,987654,1950-01-01,secret-7\n"
    "8,Trier,41,,1980-01-01,\n"
    "9,Trier,42,,1980-01-02,\n"
    "10,Trier,43,555,1980-01-03,\n"
    "11,Trier,44,,1980-01-04,\n";

class GroupLimitTest : public QueryTest {
 protected:
  TableSource people(std::int64_t k = 3) {
    if (people_.files.empty()) people_ = table("people", kPeople);
    TableSource source = people_;
    source.min_group_size = k;
    return source;
  }
  std::string ask(std::string const& sql, std::int64_t k = 3) { return run(sql, {people(k)}, rows()); }
  /// The sentence of a refusal for the smallest group's sake; anything else fails.
  std::string refused(std::string const& sql) {
    Error const e = refusal(sql, {people()});
    EXPECT_EQ(e.reason(), "min_group_size") << sql << ": " << e.what();
    EXPECT_EQ(e.code(), Code::denied) << sql;
    EXPECT_THAT(e.what(), Not(HasSubstr("secret"))) << sql;
    return e.what();
  }
  static QueryOptions rows() { return {.format = ResultFormat::rows}; }

 private:
  TableSource people_;
};

TEST_F(GroupLimitTest, LeavesOutSmallGroups) {
  EXPECT_EQ(ask("SELECT town, count(*), sum(pay), avg(age) FROM hr.people GROUP BY town ORDER BY town"),
            "[\"Trier\",4,null,42.5]\n[\"Ulm\",4,1000,35.0]\n");
  EXPECT_EQ(ask("SELECT count(*) AS n FROM hr.people WHERE town = 'Kiel'"), "");
  EXPECT_EQ(ask("SELECT count(*) AS n FROM hr.people"), "[11]\n");
  EXPECT_EQ(ask("SELECT town, count(*) FROM hr.people GROUP BY town", 100), "");
}

TEST_F(GroupLimitTest, HidesAnAggregateOverTooFewValuesOfALargeGroup) {
  // Trier has four people, of whom one has a pay; Ulm's notes are three, which leaves one person without.
  EXPECT_EQ(
      ask("SELECT town, sum(pay), avg(pay), count(pay), count(DISTINCT pay), count(note), count(*) FROM hr.people "
          "GROUP BY ALL ORDER BY ALL"),
      "[\"Trier\",null,null,null,null,null,4]\n[\"Ulm\",1000,250.0,4,4,null,4]\n");
}

TEST_F(GroupLimitTest, OffersTheUsualForms) {
  EXPECT_EQ(ask("SELECT upper(town) t, round(sum(p.pay) / count(*), 1) AS mean FROM hr.people p WHERE age < 50 "
                "GROUP BY t HAVING mean > 1 ORDER BY mean DESC LIMIT 5"),
            "[\"ULM\",250.0]\n");
  EXPECT_EQ(ask("SELECT floor(age / 10) * 10 AS decade, count(*) AS n FROM hr.people GROUP BY 1 ORDER BY n DESC, 1"),
            "[40.0,5]\n[30.0,3]\n");
  EXPECT_EQ(ask("SELECT year(born), left(town, 1) AS l, count(*) FROM hr.people GROUP BY year(born), left(town, 1)"),
            "[1980,\"T\",4]\n");
  EXPECT_EQ(ask("SELECT date_trunc('year', born) AS y, count(1) FROM hr.people GROUP BY y"), "[\"1980-01-01\",4]\n");
  EXPECT_EQ(ask("SELECT town FROM hr.people GROUP BY town ORDER BY count(*), 1"), "[\"Trier\"]\n[\"Ulm\"]\n");
  EXPECT_EQ(last_.columns.at(0).name, "town");
  EXPECT_EQ(
      ask("FROM hr.people SELECT sum(pay) WHERE town IN ('Ulm', 'Bonn') AND NOT (age BETWEEN 51 AND 90.5) AND born > "
          "DATE '1970-01-01' AND town LIKE 'U%' AND pay IS NOT NULL AND 500 > pay"),
      "[1000]\n");
  EXPECT_EQ(last_.columns.at(0).name, "sum(pay)");
}

TEST_F(GroupLimitTest, LetsReleasedRowsBeUsedLikeAnyTable) {
  EXPECT_EQ(
      ask("WITH g AS (SELECT town, count(*) AS n FROM hr.people GROUP BY town) SELECT a.town, b.n, max(a.n) OVER () "
          "FROM g a JOIN g b USING (town) ORDER BY 1"),
      "[\"Trier\",4,4]\n[\"Ulm\",4,4]\n");
  EXPECT_EQ(ask("SELECT sum(n) FROM (SELECT town, count(*) AS n FROM hr.people GROUP BY town)"), "[8]\n");
  auto const towns = table("towns", "town,land\nUlm,BW\nTrier,RP\nKiel,SH\n");
  EXPECT_EQ(run("SELECT land, n FROM geo.towns LEFT JOIN (SELECT town, count(*) n FROM hr.people GROUP BY town) USING "
                "(town) ORDER BY 1",
                {towns, people()}, rows()),
            "[\"BW\",4]\n[\"RP\",4]\n[\"SH\",null]\n");
}

TEST_F(GroupLimitTest, ShowsNoRow) {
  for (char const* const sql :
       {"SELECT * FROM hr.people", "FROM hr.people", "SELECT town FROM hr.people",
        "SELECT DISTINCT town FROM hr.people", "SELECT town, count(*) FROM hr.people",
        "SELECT people FROM hr.people GROUP BY people", "SELECT COLUMNS(*) FROM hr.people GROUP BY ALL",
        "TABLE hr.people", "SELECT rowid, count(*) FROM hr.people GROUP BY 1", "SELECT id FROM hr.people LIMIT 1",
        "SELECT pay FROM hr.people GROUP BY town", "SELECT town, count(*) FROM hr.people GROUP BY town ORDER BY pay",
        "SELECT town, count(*) FROM hr.people GROUP BY town HAVING pay > 5"})
    EXPECT_THAT(refused(sql), HasSubstr("at least 3 rows")) << sql;
}

TEST_F(GroupLimitTest, ShowsNoValueOfOneRowOutOfALargeGroup) {
  for (char const* const aggregate : {"min(pay)",
                                      "max(pay)",
                                      "first(pay)",
                                      "last(pay)",
                                      "any_value(pay)",
                                      "arg_max(id, pay)",
                                      "list(pay)",
                                      "string_agg(note, ',')",
                                      "histogram(pay)",
                                      "mode(pay)",
                                      "median(pay)",
                                      "quantile_disc(pay, 0.99)",
                                      "product(pay)",
                                      "stddev_pop(pay)",
                                      "var_samp(pay)",
                                      "bit_xor(pay)",
                                      "approx_top_k(pay, 3)",
                                      "max_by(note, pay)",
                                      "entropy(pay)",
                                      "json_group_array(pay)",
                                      "count_if(id = 7)",
                                      "bool_or(id = 7)",
                                      "sum(DISTINCT pay)",
                                      "kurtosis(pay)"})
    EXPECT_THAT(refused(fmt::format("SELECT {} FROM hr.people", aggregate)), HasSubstr("not available")) << aggregate;
}

TEST_F(GroupLimitTest, SinglesNoRowOutByAnExpression) {
  for (char const* const aggregate :
       {"sum(CASE WHEN id = 7 THEN pay END)", "sum(pay) FILTER (WHERE id = 7)", "count(*) FILTER (id = 7)",
        "sum(pay * (id = 7)::INT)", "sum(if(id = 7, pay, 0))", "sum(pay / (id - 7))", "avg(nullif(id, 7))",
        "count(CASE WHEN id = 7 AND pay > 5 THEN 1 END)", "sum(pay * 0 ** abs(id - 7))", "count(nullif(id = 7, false))",
        "sum(pay + 0)", "count(DISTINCT CASE WHEN id = 7 THEN pay END)", "sum((SELECT 1))", "sum(p2.pay)"})
    EXPECT_THAT(refused(fmt::format("SELECT {} FROM hr.people", aggregate)), Not(HasSubstr("987654"))) << aggregate;
  for (char const* const group : {"id = 7", "CASE WHEN id = 7 THEN 1 ELSE 0 END", "pay / (id - 7)", "hash(id)",
                                  "CAST(note AS INT)", "floor(age / 0)", "floor(age / id)"})
    EXPECT_THAT(refused(fmt::format("SELECT count(*) FROM hr.people GROUP BY {}", group)), HasSubstr("GROUP BY"))
        << group;
}

TEST_F(GroupLimitTest, ShowsNoDifferenceWithinOneStatement) {
  for (char const* const sql :
       {"SELECT (SELECT sum(pay) FROM hr.people) - (SELECT sum(pay) FROM hr.people WHERE id <> 7)",
        "SELECT sum(pay) FROM hr.people UNION ALL SELECT sum(pay) FROM hr.people WHERE id <> 7",
        "SELECT count(*) FROM hr.people EXCEPT SELECT count(*) FROM hr.people WHERE id <> 7",
        "WITH a AS (SELECT sum(pay) s FROM hr.people), b AS (SELECT sum(pay) s FROM hr.people WHERE id <> 7) SELECT "
        "a.s - b.s "
        "FROM a, b",
        "SELECT town, sum(pay) FROM hr.people GROUP BY ROLLUP (town)",
        "SELECT town, sum(pay) FROM hr.people GROUP BY CUBE (town)",
        "SELECT town, sum(pay) FROM hr.people GROUP BY GROUPING SETS ((town), ())"})
    (void)refused(sql);
  // The same rows under a second name.
  Error const twice = refusal(
      "SELECT a.s - b.s FROM (SELECT sum(pay) s FROM hr.people) a, (SELECT sum(pay) s FROM "
      "\"hr/people@1\" WHERE id <> 7) b",
      {people(), people()});
  EXPECT_EQ(twice.reason(), "min_group_size") << twice.what();
}

TEST_F(GroupLimitTest, LooksAtNoRowThroughAnotherQuery) {
  auto const own = table("own", "id,w\n7,1000000\n1,1\n2,1\n3,1\n");
  for (char const* const sql :
       {"SELECT sum(pay) FROM hr.people JOIN risk.own USING (id)", "SELECT sum(pay) FROM hr.people, risk.own",
        "SELECT * FROM risk.own WHERE EXISTS (SELECT 1 FROM hr.people p WHERE p.id = own.id)",
        "SELECT * FROM risk.own WHERE id IN (SELECT id FROM hr.people)",
        "SELECT (SELECT sum(pay) FROM hr.people p WHERE p.id = own.id) FROM risk.own",
        "SELECT own.id, g.s FROM risk.own, LATERAL (SELECT sum(pay) s FROM hr.people p WHERE p.id <= own.id) g",
        "SELECT sum(pay) FROM hr.people WHERE id IN (SELECT id FROM risk.own)",
        "SELECT town, count(*), (SELECT max(w) FROM risk.own WHERE own.id = people.id) FROM hr.people GROUP BY town",
        "SELECT sum(pay) FROM (FROM hr.people) JOIN risk.own USING (id)", "FROM risk.own POSITIONAL JOIN hr.people",
        "FROM risk.own ASOF JOIN hr.people USING (id)", "SELECT * FROM risk.own ANTI JOIN hr.people USING (id)"}) {
    std::vector<TableSource> sources{own, people()};
    if (std::string_view(sql).find("hr.people") < std::string_view(sql).find("risk.own"))
      std::swap(sources[0], sources[1]);
    Error const e = refusal(sql, sources);
    EXPECT_EQ(e.reason(), "min_group_size") << sql << ": " << e.what();
  }
}

TEST_F(GroupLimitTest, LooksAtNoRowByOtherClauses) {
  for (char const* const sql :
       {"SELECT sum(pay) OVER (ORDER BY id) FROM hr.people",
        "SELECT town, count(*), lag(town) OVER () FROM hr.people GROUP BY town",
        "SELECT town, count(*) FROM hr.people GROUP BY town QUALIFY row_number() OVER () = 1",
        "SELECT sum(pay) FROM hr.people USING SAMPLE 3 ROWS", "SELECT sum(pay) FROM hr.people TABLESAMPLE 50%",
        "SELECT sum(a) FROM hr.people AS p(a, b, c)", "PIVOT hr.people ON town USING sum(pay)",
        "SELECT * FROM (PIVOT hr.people ON town IN ('Ulm') USING sum(pay))", "UNPIVOT hr.people ON age, pay",
        "SELECT count(*), list_transform([1], x -> x + pay) FROM hr.people",
        "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r, hr.people WHERE i < 3) FROM r",
        "SELECT b + 1 AS a, a + 1 AS b, count(*) FROM hr.people GROUP BY town"}) {
    Error const e = refusal(sql, {people()});
    EXPECT_TRUE(e.reason() == "min_group_size" || e.reason() == "sql_refused") << sql << ": " << e.reason() << e.what();
  }
}

TEST_F(GroupLimitTest, NamesNoHiddenValueInAnError) {
  for (char const* const condition : {"CAST(note AS INT) > 0", "note::DATE > DATE '2000-01-01'", "1 / (id - 7) > 0",
                                      "note > 5 + id", "length(note) > 7", "id = pay", "town ~ 'U'"})
    EXPECT_THAT(refused(fmt::format("SELECT count(*) FROM hr.people WHERE {}", condition)), HasSubstr("WHERE"))
        << condition;
  // A number against text compares as text; a predicate outside is evaluated on released groups alone.
  EXPECT_EQ(ask("SELECT count(*) FROM hr.people WHERE note <> 5"), "[6]\n");
  EXPECT_EQ(
      ask("SELECT * FROM (SELECT town, count(*) FROM hr.people GROUP BY town) WHERE CAST(replace(replace(town, 'Ulm', "
          "'1'), 'Trier', '2') AS INT) > 1"),
      "[\"Trier\",4]\n");
  Error const out_of_range = refusal("SELECT count(*) FROM hr.people WHERE age > 99999999999999999", {people()});
  EXPECT_THAT(out_of_range.what(), Not(HasSubstr("77")));
}

TEST_F(GroupLimitTest, CountsRowsAfterFilterAndMask) {
  auto source = people();
  source.row_filters = {json::parse(R"({"type":"lt","term":"age","value":44})")};
  source.masks = {{"town", ColumnMask::show_first_4}, {"pay", ColumnMask::mask_to_fixed_value}};
  EXPECT_EQ(run("SELECT town, count(*), sum(pay) FROM hr.people GROUP BY town ORDER BY 1", {source}, rows()),
            "[\"****\",3,0]\n[\"Trie****\",3,0]\n");
}

TEST_F(GroupLimitTest, SavesReleasedGroupsOnly) {
  auto query = Query::prepare(workers_, call_, "SELECT town, count(*) AS n FROM hr.people GROUP BY town");
  auto const file = query.save(call_, {people()});
  EXPECT_EQ(file.rows, 2U);
  auto whole = Query::prepare(workers_, call_, "SELECT * FROM hr.people");
  EXPECT_THROW((void)whole.save(call_, {people()}), Error);
}

/// Random statements over random tables: every row of the answer is a group as counted by hand, none is missing that is
/// large enough, and none is there that is not.
TEST_F(GroupLimitTest, AgreesWithGroupsCountedByHand) {
  std::mt19937 random(20261124);
  for (int round = 0; round < 6; ++round) {
    std::int64_t const k = 2 + static_cast<std::int64_t>(random() % 4);
    struct Group {
      std::int64_t rows = 0, values = 0, sum = 0;
    };
    std::map<std::pair<int, int>, Group> groups;
    std::string csv = "g,h,w,x\n";
    int const bound = static_cast<int>(random() % 10);
    for (int i = 0; i < 60; ++i) {
      int const g = static_cast<int>(random() % 4);
      int const h = static_cast<int>(random() % 3);
      int const w = static_cast<int>(random() % 10);
      bool const given = random() % 4 != 0;
      int const x = static_cast<int>(random() % 100);
      csv += fmt::format("{},{},{},{}\n", g, h, w, given ? std::to_string(x) : "");
      if (w < bound) continue;
      Group& group = groups[{g, h}];
      ++group.rows;
      group.values += given ? 1 : 0;
      group.sum += given ? x : 0;
    }
    std::string expected;
    for (auto const& [key, group] : groups) {
      if (group.rows < k) continue;
      bool const shown = group.values >= k && (group.values == group.rows || group.rows - group.values >= k);
      expected +=
          fmt::format("[{},{},{},{},{}]\n", key.first, key.second, group.rows,
                      shown ? std::to_string(group.values) : "null", shown ? std::to_string(group.sum) : "null");
    }
    auto source = table("random" + std::to_string(round), csv);
    source.min_group_size = k;
    EXPECT_EQ(
        run(fmt::format("SELECT g, h, count(*), count(x), sum(x) FROM d.t WHERE w >= {} GROUP BY g, h ORDER BY g, h",
                        bound),
            {source}, rows()),
        expected)
        << "k = " << k << ", bound = " << bound;
  }
}

}  // namespace
}  // namespace lepton::table
