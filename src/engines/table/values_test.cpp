#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "table/query_test.h"

namespace lepton::table {
namespace {

class Values : public QueryTest {
 protected:
  std::string json_of(std::string const& expression) {
    std::string const line = run("SELECT " + expression + " AS x", {}, {.format = ResultFormat::rows});
    return line.substr(1, line.size() - 3);
  }
  std::string csv_of(std::string const& columns) { return run("SELECT " + columns, {}, {.format = ResultFormat::csv}); }
};

TEST_F(Values, EachTypeHasOneSpelling) {
  EXPECT_EQ(json_of("170141183460469231731687303715884105727::HUGEINT"), "170141183460469231731687303715884105727");
  EXPECT_EQ(json_of("(-170141183460469231731687303715884105728)::HUGEINT"), "-170141183460469231731687303715884105728");
  EXPECT_EQ(json_of("340282366920938463463374607431768211455::UHUGEINT"), "340282366920938463463374607431768211455");
  EXPECT_EQ(json_of("[(-128)::TINYINT]"), "[-128]");
  EXPECT_EQ(json_of("18446744073709551615::UBIGINT"), "18446744073709551615");
  EXPECT_EQ(json_of("(-0.05)::DECIMAL(4,2)"), "-0.05");
  EXPECT_EQ(json_of("12345678901234567890.12::DECIMAL(38,2)"), "12345678901234567890.12");
  EXPECT_EQ(json_of("1.5::FLOAT"), "1.5");
  EXPECT_EQ(json_of("2::DOUBLE"), "2.0");
  EXPECT_EQ(json_of("0.1::DOUBLE"), "0.1");
  EXPECT_EQ(json_of("'nan'::DOUBLE"), "\"NaN\"");
  EXPECT_EQ(json_of("'-inf'::FLOAT"), "\"-Infinity\"");
  EXPECT_EQ(json_of("true"), "true");
  EXPECT_EQ(json_of("NULL"), "null");
  EXPECT_EQ(json_of("DATE '2024-02-29'"), "\"2024-02-29\"");
  EXPECT_EQ(json_of("TIME '01:02:03.5'"), "\"01:02:03.5\"");
  EXPECT_EQ(json_of("TIMESTAMP '1969-12-31 23:59:59.25'"), "\"1969-12-31T23:59:59.25\"");
  EXPECT_EQ(json_of("TIMESTAMPTZ '2024-01-01 00:00:00+08'"), "\"2023-12-31T16:00:00Z\"");
  EXPECT_EQ(json_of("'2024-01-01 00:00:00.123456789'::TIMESTAMP_NS"), "\"2024-01-01T00:00:00.123456789\"");
  EXPECT_EQ(json_of("INTERVAL '1 year 2 months 3 days 4.5 seconds'"), "\"P1Y2M3DT4.5S\"");
  EXPECT_EQ(json_of("'\\x00\\xFF'::BLOB"), "\"AP8=\"");
  EXPECT_EQ(json_of("'101'::BIT"), "\"101\"");
  EXPECT_EQ(json_of("'00000000-0000-0000-0000-00000000000a'::UUID"), "\"00000000-0000-0000-0000-00000000000a\"");
  EXPECT_EQ(json_of("'b'::ENUM('a', 'b')"), "\"b\"");
  EXPECT_EQ(json_of("[1, NULL, 3]"), "[1,null,3]");
  EXPECT_EQ(json_of("[[1], []]"), "[[1],[]]");
  EXPECT_EQ(json_of("[1, 2]::INTEGER[2]"), "[1,2]");
  EXPECT_EQ(json_of("{'a': 1, 'b': {'c': ['x']}}"), "{\"a\":1,\"b\":{\"c\":[\"x\"]}}");
  EXPECT_EQ(json_of("MAP {'k': 1}"), "[{\"key\":\"k\",\"value\":1}]");
  EXPECT_EQ(json_of("'quote \" back \\ tab \t 张' || chr(1)"), "\"quote \\\" back \\\\ tab \\t 张\\u0001\"");
}

TEST_F(Values, CsvQuotesWhatItMust) {
  EXPECT_EQ(csv_of("1 AS a, 'x,y' AS \"b,c\", 'say \"hi\"' AS d, NULL AS e, '' AS f, [1, 2] AS g"),
            "a,\"b,c\",d,e,f,g\n1,\"x,y\",\"say \"\"hi\"\"\",,\"\",\"[1,2]\"\n");
}

TEST_F(Values, AResultIsCutAtItsLimitsAndSaysSo) {
  EXPECT_EQ(run("SELECT range AS i FROM range(10)", {}, {.format = ResultFormat::rows, .most_rows = 2}), "[0]\n[1]\n");
  EXPECT_TRUE(last_.truncated);
  (void)run("SELECT range AS i FROM range(10)", {}, {.most_rows = 10});
  EXPECT_FALSE(last_.truncated);
  auto const bytes =
      run("SELECT range AS i FROM range(1000000)", {}, {.most_rows = UINT64_MAX, .most_bytes = 10'000}).size();
  EXPECT_TRUE(last_.truncated);
  EXPECT_LT(bytes, 10'100U);
  (void)run("SELECT range AS i, 'x' AS s FROM range(300000)", {}, {.most_rows = UINT64_MAX});
  EXPECT_EQ(last_.rows, 300'000U);
}

}  // namespace
}  // namespace lepton::table
