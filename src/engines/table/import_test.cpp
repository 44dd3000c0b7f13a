#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "table/csv_shape.h"
#include "table/profile.h"
#include "table/query_test.h"

namespace lepton::table {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

class ImportTest : public QueryTest {
 protected:
  std::filesystem::path file(std::string const& content) {
    auto const path = directory_.path() / "upload";
    write_file_atomically(path, content);
    return path;
  }
  /// "name TYPE, …; rows" of what the file became.
  std::string imported(std::string const& content, ImportOptions const& options = {}) {
    Import const import(workers_, call_, file(content), options);
    std::string out;
    for (auto const& column : import.result().table.schema)
      out += (out.empty() ? "" : ", ") + column.name + " " + column.type;
    return out + "; " + std::to_string(import.result().table.rows);
  }
  Error refused(std::string const& content, ImportOptions const& options = {}) {
    try {
      return internal("it was imported: " + imported(content, options));
    } catch (Error const& e) {
      return e;
    }
  }
};

TEST_F(ImportTest, FindsOutWhatACsvIs) {
  EXPECT_EQ(imported("a,b\n1,x\n2,y\n"), "a BIGINT, b VARCHAR; 2");
  EXPECT_EQ(imported("a;b\n1;x\n"), "a BIGINT, b VARCHAR; 1");
  EXPECT_EQ(imported("a\tb\r\n1\tx\r\n"), "a BIGINT, b VARCHAR; 1");
  EXPECT_EQ(imported("\xef\xbb\xbf"
                     "a,b\n1,2\n"),
            "a BIGINT, b BIGINT; 1");
  EXPECT_EQ(imported("1,2\n3,4\n"), "column1 BIGINT, column2 BIGINT; 2");
  EXPECT_EQ(imported("a,\"b, c\"\n1,\"x\ny\"\n"), "a BIGINT, b, c VARCHAR; 1");
  EXPECT_EQ(imported("a,b,c,d,e\n1.5,true,2024-01-31,2024-01-31 10:00:00,\n"),
            "a DOUBLE, b BOOLEAN, c DATE, d TIMESTAMP, e VARCHAR; 1");
  EXPECT_EQ(imported("zip,phone,id,n\n01234,13812345678,110101199001011234,9223372036854775807\n"),
            "zip VARCHAR, phone VARCHAR, id VARCHAR, n VARCHAR; 1");
  EXPECT_EQ(imported("n\n9223372036854775807\n1\n"), "n BIGINT; 2");
  EXPECT_EQ(imported("姓名,年龄\n张三,30\n"), "姓名 VARCHAR, 年龄 BIGINT; 1");
  EXPECT_EQ(imported("a,b\n1,2\n", {.header = false}), "column1 VARCHAR, column2 VARCHAR; 2");
  EXPECT_EQ(imported("a,b\n1,2\n", {.types = {{"A", "DOUBLE"}}}), "a DOUBLE, b BIGINT; 1");
  EXPECT_EQ(imported("a,b\n1,2"), "a BIGINT, b BIGINT; 1") << "without a line's end";
}

TEST_F(ImportTest, AFractionFarBehindMakesAColumnReal) {
  std::string csv = "id,n,\"m\"\n";
  for (int i = 0; i < 30'000; ++i) csv += fmt::format("{},{},\"{}\"\n", i, i, i);
  EXPECT_EQ(imported(csv), "id BIGINT, n BIGINT, m BIGINT; 30000");
  EXPECT_EQ(imported(csv + "7,1.5,2\n"), "id BIGINT, n DOUBLE, m BIGINT; 30001");
  EXPECT_EQ(imported(csv + "7,1,\"1e3\""), "id BIGINT, n BIGINT, m DOUBLE; 30001");
  EXPECT_EQ(refused(csv + "7,e.g.,2\n").reason(), "bad_rows");
}

TEST_F(ImportTest, AFileLongerThanItsSampleIsReadWhole) {
  std::string csv = "id,note,at\n";
  std::string const padding(300, 'x');
  int rows = 0;
  for (; csv.size() < std::size_t{6} << 20; ++rows)
    csv += fmt::format("{},\"{}\n{}\",2024-01-31\n", rows, padding, rows);
  EXPECT_EQ(imported(csv), fmt::format("id BIGINT, note VARCHAR, at DATE; {}", rows));
  EXPECT_EQ(imported(csv + "1.5,x,2024-02-01\n"), fmt::format("id DOUBLE, note VARCHAR, at DATE; {}", rows + 1));
  std::string const endless = "a,b\n1," + std::string(std::size_t{5} << 20, 'y');
  EXPECT_EQ(refused(endless).code(), Code::invalid) << "no record of it ends within a sample";
}

TEST_F(ImportTest, NamesBadRowsByLineColumnAndReason) {
  std::string csv = "id,age\n";
  for (int i = 0; i < 100; ++i) csv += std::to_string(i) + ",30\n";
  csv += "100,abc\n101\n102,1,2\n";
  auto const error = refused(csv);
  EXPECT_EQ(error.reason(), "bad_rows");
  EXPECT_THAT(error.what(), HasSubstr("line 102, column age"));
  EXPECT_THAT(error.details(), ElementsAre(Pair("/lines/102/age", HasSubstr("abc")),
                                           Pair("/lines/103", HasSubstr("expected 2 columns, found 1")),
                                           Pair("/lines/104", HasSubstr("expected 2 columns, found 3"))));
  Import const skipped(workers_, call_, file(csv), {.skip_bad = true});
  EXPECT_EQ(skipped.result().table.rows, 100U);
  EXPECT_EQ(skipped.result().bad_rows, 3);
  EXPECT_THAT(read_file(*skipped.result().rejects), HasSubstr("102,age"));
  auto const unclosed = refused("a,b\n1,\"x\n");
  EXPECT_EQ(unclosed.reason(), "bad_rows");
  EXPECT_THAT(unclosed.what(), AllOf(HasSubstr("unterminated quote"), Not(HasSubstr(".."))));
}

TEST_F(ImportTest, SaysWhatIsWrongWithAFile) {
  EXPECT_THAT(refused("").what(), HasSubstr("empty"));
  EXPECT_THAT(refused(" \n\n").what(), HasSubstr("empty"));
  EXPECT_THAT(refused("a,a\n1,2\n").what(), HasSubstr("twice"));
  EXPECT_THAT(refused("a,\n1,2\n").what(), HasSubstr("column 2 of the header has no name"));
  EXPECT_THAT(refused("\xb1\xe0\xba\xc5,\xd0\xd5\xc3\xfb\n1,\xd5\xc5\xc8\xfd\n").what(), HasSubstr("GB18030"));
  EXPECT_THAT(refused("id,name\n1,\xd5\xc5\xc8\xfd\n").what(),
              HasSubstr("line 2 is not UTF-8; the file looks like Chinese"));
  EXPECT_THAT(refused("id,name\n1,a\n2,b\xff\n").what(), HasSubstr("line 3 is not UTF-8"));
  EXPECT_THAT(refused(std::string("\xff\xfe"
                                  "a\0,\0b\0",
                                  8))
                  .what(),
              HasSubstr("UTF-16"));
  EXPECT_THAT(refused("PK\x03\x04zip").what(), HasSubstr("spreadsheet"));
  EXPECT_THAT(refused("\x1f\x8b\x08").what(), HasSubstr("gzip"));
  EXPECT_THAT(refused("a\n1\n", {.types = {{"b", "BIGINT"}}}).what(), HasSubstr("column b"));
  EXPECT_THAT(refused("not parquet", {.format = FileFormat::parquet}).what(), HasSubstr("not Parquet"));
  EXPECT_THAT(refused("PAR1 but not really PAR1", {.format = FileFormat::parquet}).what(), HasSubstr("damaged"));
}

TEST_F(ImportTest, ReadsJsonLines) {
  EXPECT_EQ(imported("{\"a\":1,\"b\":{\"c\":[1.5]}}\n\n{\"a\":2}\n", {.format = FileFormat::jsonl}),
            "a BIGINT, b STRUCT(\"c\" DOUBLE[]); 2");
  auto const error = refused("{\"a\":1}\n{\"a\":\n[1]\n", {.format = FileFormat::jsonl});
  EXPECT_THAT(error.details(), testing::Contains(Pair("/lines/2", testing::_)));
  Import const skipped(workers_, call_, file("{\"a\":1}\n{\"a\":\n[1]\n"),
                       {.format = FileFormat::jsonl, .skip_bad = true});
  EXPECT_EQ(skipped.result().table.rows, 1U);
  EXPECT_EQ(skipped.result().bad_rows, 2);
  EXPECT_THAT(read_file(*skipped.result().rejects), HasSubstr("3,,\"the line is not a JSON object\",\"[1]\""));
  EXPECT_THAT(refused("", {.format = FileFormat::jsonl}).what(), HasSubstr("empty"));
  EXPECT_THAT(refused("{\"a\":\"\xd5\xc5\xc8\xfd\"}\n", {.format = FileFormat::jsonl}).what(), HasSubstr("GB18030"));
}

TEST_F(ImportTest, TheVersionBeforeGivesTypesAndFieldIds) {
  Schema const previous{{"a", "DOUBLE", 7}, {"b", "VARCHAR", 3}};
  Import const import(workers_, call_, file("b,a,c\n1,2,3\n"), {.previous = previous});
  EXPECT_THAT(import.result().table.schema,
              ElementsAre(Column{"b", "VARCHAR", 3}, Column{"a", "DOUBLE", 7}, Column{"c", "BIGINT", 8}));
  EXPECT_THAT(differences(previous, import.result().table.schema), ElementsAre("column c (BIGINT) is new"));
  auto const stored = directory_.path() / "again.parquet";
  std::filesystem::copy_file(import.result().table.path, stored);
  Import const parquet(workers_, call_, stored, {.format = FileFormat::parquet});
  EXPECT_EQ(parquet.result().table.rows, 1U);
}

TEST_F(ImportTest, TheSameFileGivesTheSameBytes) {
  std::string csv = "id,x,name\n";
  for (int i = 0; i < 200'000; ++i) csv += fmt::format("{},{},name {}\n", i, i * 0.5, i % 77);
  auto const path = file(csv);
  Import const a(workers_, call_, path, {});
  Import const b(workers_, call_, path, {});
  EXPECT_EQ(read_file(a.result().table.path), read_file(b.result().table.path));
}

TEST_F(ImportTest, ASavedQueryIsATable) {
  auto const source = table("t", "id,x\n1,10\n2,20\n3,30\n");
  auto query = Query::prepare(workers_, call_,
                              "SELECT id, sum(x) AS total, 'a'::ENUM('a') AS e FROM t GROUP BY id ORDER BY id; ");
  auto const file = query.save(call_, {source});
  EXPECT_EQ(file.rows, 3U);
  EXPECT_THAT(file.schema,
              ElementsAre(Column{"id", "BIGINT", 1}, Column{"total", "BIGINT", 2}, Column{"e", "VARCHAR", 3}));
}

TEST_F(ImportTest, AProfileTellsAboutEachColumn) {
  std::string csv = "id,email,amount,day,note\n";
  for (int i = 0; i < 100; ++i)
    csv += fmt::format("{},u{}@example.com,{},2024-01-{:02},{}\n", i, i, i * 2, i % 28 + 1, i < 10 ? "" : "n");
  json::Value const found = profile(workers_, call_, table("t", csv));
  EXPECT_EQ(found.at("rows"), 100);
  auto const& columns = found.at("columns").as_array();
  EXPECT_EQ(columns[0].at("min"), "0");
  EXPECT_EQ(columns[1].at("personal").at("kind"), "email");
  EXPECT_NEAR(columns[2].at("mean").to_number<double>(), 99, 0.01);
  EXPECT_NEAR(columns[2].at("quantiles").at("0.5").to_number<double>(), 99, 3);
  std::int64_t counted = 0;
  for (auto const& bin : columns[2].at("histogram").as_array()) counted += bin.at("count").to_number<std::int64_t>();
  EXPECT_EQ(counted, 100);
  EXPECT_EQ(columns[3].at("max"), "2024-01-28");
  EXPECT_EQ(columns[4].at("nulls"), 10);
}

TEST_F(ImportTest, ADeclaredKeyNamesEachRecordOnce) {
  std::string const csv = "id,name\nc1,a\nc2,b\n,c\n,d\nc2,e\nc1,f\n";
  ImportOptions keyed;
  keyed.key = "ID";
  auto const error = refused(csv, keyed);
  EXPECT_EQ(error.reason(), "repeated_key");
  EXPECT_THAT(error.what(), HasSubstr("key ID must name each record once, and \"c1\" stands in 2 rows: 1, 6."));
  keyed.key = "name";
  EXPECT_EQ(imported(csv, keyed), "id VARCHAR, name VARCHAR; 6");
  EXPECT_EQ(imported(csv), "id VARCHAR, name VARCHAR; 6");
}

}  // namespace
}  // namespace lepton::table
