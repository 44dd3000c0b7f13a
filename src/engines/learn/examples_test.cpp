#include "learn/examples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "base/file.h"

namespace lepton::learn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ReadCsv : public testing::Test {
 protected:
  Examples read(std::string const& text, Columns const& columns = {"default", "id", {}, {}}) {
    write_file_atomically(directory_.path() / "data.csv", text);
    return read_csv(system_call(clock_), directory_.path() / "data.csv", columns, runtime::Task::binary_classification);
  }
  Error refusal(std::string const& text, Columns const& columns = {"default", "id", {}, {}}) {
    try {
      (void)read(text, columns);
    } catch (Error const& e) {
      EXPECT_EQ(e.code(), Code::invalid);
      return e;
    }
    return internal("accepted");
  }

  TemporaryDirectory directory_;
  ManualClock clock_;
};

TEST_F(ReadCsv, TakesEveryOtherColumnAsFeature) {
  auto const examples = read("id,age,\"owns, or rents\",default\r\n1,30,true,0\r\n\r\n2,,false,1\r\n");
  EXPECT_THAT(examples.features, ElementsAre("age", "owns, or rents"));
  EXPECT_THAT(examples.target, ElementsAre(0, 1));
  EXPECT_EQ(examples.values.at(0, 0), 30);
  EXPECT_EQ(examples.values.at(0, 1), 1);
  EXPECT_TRUE(std::isnan(examples.values.at(1, 0)));
  EXPECT_EQ(examples.keys[0], hash_key("1"));
}

TEST_F(ReadCsv, KeepsTheOrderOfNamedFeatures) {
  auto const examples = read("id,a,b,c,default\n1,10,20,30,0", {"default", "id", {"c", "a"}, {}});
  EXPECT_THAT(examples.features, ElementsAre("c", "a"));
  EXPECT_EQ(examples.values.at(0, 0), 30);
  EXPECT_EQ(examples.values.at(0, 1), 10);
}

TEST_F(ReadCsv, ReadsQuotedFieldsThatHoldQuotesAndLineEnds) {
  auto const examples =
      read("id,note,x,default\n\"a \"\"b\"\"\nc\",\"two\nlines\",\"1.5\",1\n", {"default", "id", {}, {"note"}});
  EXPECT_EQ(examples.keys[0], hash_key("a \"b\"\nc"));
  EXPECT_EQ(examples.values.at(0, 0), 1.5);
}

TEST_F(ReadCsv, NamesLineAndColumnOfWhatIsWrong) {
  EXPECT_THAT(
      refusal("id,name,default\n1,Ann,0\n").what(),
      HasSubstr("line 2, column 'name': expected a number, found 'Ann'; encode the column as numbers or name it"));
  EXPECT_THAT(refusal("id,x,default\n1,\"2\n\",0\n").what(), HasSubstr("expected a number"));
  EXPECT_THAT(refusal("id,x,default\n1,1e999,0\n").what(), HasSubstr("line 2, column 'x'"));
  EXPECT_THAT(refusal("id,x,default\n1,inf,0\n").what(), HasSubstr("not a finite number"));
  EXPECT_THAT(refusal("id,x,default\n1,2,0\n2,3\n").what(), HasSubstr("line 3: expected 3 fields, found 2"));
  EXPECT_THAT(refusal("id,x,default\n1,2,2\n").what(), HasSubstr("expected 0 or 1 as target, found '2'"));
  EXPECT_THAT(refusal("id,x,default\n1,2,\n").what(), HasSubstr("line 2, column 'default': the target is missing"));
  EXPECT_THAT(refusal("id,x,default\n\n1,\"2,0\n").what(),
              HasSubstr("line 3: the quote that begins here is never closed"));
  EXPECT_THAT(refusal("id,x,default\n1,2\"3,0\n").what(), HasSubstr("line 2: a quote stands inside a field"));
  EXPECT_THAT(refusal("id,x,default\n1,\"2\"3,0\n").what(), HasSubstr("line 2: text follows a closing quote"));
  EXPECT_THAT(refusal("id,x,x,default\n").what(), HasSubstr("'x' stands twice"));
}

TEST_F(ReadCsv, RefusesDataWithoutRowsOrColumns) {
  EXPECT_THAT(refusal("").what(), HasSubstr("not even a header"));
  EXPECT_THAT(refusal("id,x,default\n").what(), HasSubstr("no rows"));
  EXPECT_THAT(refusal("id,default\n1,0\n").what(), HasSubstr("no columns to learn from"));
}

TEST_F(ReadCsv, NamesEveryColumnThatIsNotThere) {
  auto const error = refusal("a,b\n1,2\n", {"default", "id", {"a", "c"}, {"d"}});
  EXPECT_THAT(error.what(), HasSubstr("it has a, b"));
  EXPECT_EQ(error.details(), (Details{{"/target", "there is no column 'default'"},
                                      {"/key", "there is no column 'id'"},
                                      {"/features/1", "there is no column 'c'"},
                                      {"/ignore/0", "there is no column 'd'"}}));
  EXPECT_EQ(refusal("a,b\n1,2\n", {"b", "", {"a", "b"}, {}}).details().begin()->second,
            "is the target: a model must not read what it is to predict");
}

TEST(HashKey, IsTheSameForever) {
  EXPECT_EQ(hash_key("1"), hash_key("1"));
  EXPECT_NE(hash_key("1"), hash_key("2"));
  EXPECT_EQ(hash_key(""), 17665956581633026203u);
}

}  // namespace
}  // namespace lepton::learn
