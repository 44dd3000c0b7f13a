#include "access/row_filter.h"

#include <gmock/gmock.h>

namespace lepton::access {
namespace {

using testing::Contains;
using testing::Key;

std::map<std::string, std::string> const kBen{
    {"region", "EU"}, {"clearance", "2"}, {"since", "2020-01-31"}, {"staff", "true"}, {"evil", "' OR 1=1 --"}};

TEST(RowFilterTest, AttributesBecomeTypedLiterals) {
  auto const filter = json::parse(R"({"type": "and",
    "left": {"type": "in", "term": "region", "values": ["US", {"attribute": "region"}]},
    "right": {"type": "not", "child": {"type": "or",
      "left": {"type": "gt", "term": "level", "value": {"attribute": "clearance", "as": "long"}},
      "right": {"type": "lt", "term": "opened", "value": {"attribute": "since", "as": "date"}}}}})");
  EXPECT_TRUE(problems_of_row_filter(filter).empty());
  auto const bound = bind_row_filter(filter, kBen);
  ASSERT_TRUE(bound);
  EXPECT_EQ(*bound, json::parse(R"({"type": "and",
    "left": {"type": "in", "term": "region", "values": ["US", "EU"]},
    "right": {"type": "not", "child": {"type": "or",
      "left": {"type": "gt", "term": "level", "value": 2},
      "right": {"type": "lt", "term": "opened", "value": "2020-01-31"}}}})"));
  EXPECT_THAT(columns_of_row_filter(filter), testing::ElementsAre("level", "opened", "region"));
}

TEST(RowFilterTest, TextStaysText) {
  auto const bound =
      bind_row_filter(json::parse(R"({"type": "eq", "term": "x", "value": {"attribute": "evil"}})"), kBen);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->at("value"), json::Value("' OR 1=1 --"));
}

TEST(RowFilterTest, AMissingOrMistypedAttributeIsAnError) {
  for (std::string const attribute :
       {R"({"attribute": "unknown"})", R"({"attribute": "region", "as": "long"})",
        R"({"attribute": "region", "as": "date"})", R"({"attribute": "region", "as": "boolean"})",
        R"({"attribute": "evil", "as": "double"})", R"({"attribute": "region", "as": "timestamp"})"}) {
    auto const filter =
        json::parse(R"({"type": "not", "child": {"type": "eq", "term": "x", "value": )" + attribute + "}}");
    EXPECT_TRUE(problems_of_row_filter(filter).empty()) << attribute;
    auto const bound = bind_row_filter(filter, kBen);
    ASSERT_FALSE(bound) << attribute;
    EXPECT_EQ(bound.error().code(), Code::denied);
  }
}

TEST(RowFilterTest, EveryProblemIsNamed) {
  auto const problems = problems_of_row_filter(json::parse(R"({"type": "and", "extra": 1,
    "left": {"type": "eq", "term": "", "value": null},
    "right": {"type": "or", "left": {"type": "in", "term": "x", "values": []},
      "right": {"type": "sql", "text": "1=1"}}})"),
                                               "/row_filter");
  for (std::string const pointer : {"/row_filter/extra", "/row_filter/left/term", "/row_filter/left/value",
                                    "/row_filter/right/left/values", "/row_filter/right/right/type"})
    EXPECT_THAT(problems, Contains(Key(pointer)));
  EXPECT_EQ(problems.size(), 5u);
  for (std::string const text : {"null", "\"x = 1\"", "[]", "{}", R"({"type": "not"})", R"({"type": "is-null"})",
                                 R"({"type": "eq", "term": {"type": "transform"}, "value": 1})",
                                 R"({"type": "eq", "term": "x", "value": {"attribute": "a", "as": "uuid"}})"})
    EXPECT_FALSE(problems_of_row_filter(json::parse(text)).empty()) << text;
}

TEST(RowFilterTest, DepthIsLimited) {
  json::Value filter(true);
  for (int i = 0; i < 31; ++i) filter = json::Object{{"type", "not"}, {"child", filter}};
  EXPECT_TRUE(problems_of_row_filter(filter).empty());
  filter = json::Object{{"type", "not"}, {"child", filter}};
  EXPECT_FALSE(problems_of_row_filter(filter).empty());
}

}  // namespace
}  // namespace lepton::access
