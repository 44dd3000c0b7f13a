#include "base/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace lepton {
namespace {

TEST(Yaml, ReadsTheCoreSchema) {
  auto const documents = parse_yaml("a: 1\nb: [true, 1.5, '1', ~, 007x]\n---\n部门: 风险\n", "f.yaml");
  ASSERT_EQ(documents.size(), 2U);
  EXPECT_EQ(documents[0], json::parse(R"({"a":1,"b":[true,1.5,"1",null,"007x"]})"));
  EXPECT_EQ(documents[1], json::parse(R"({"部门":"风险"})"));
}

TEST(Yaml, ErrorsNameFileLineAndColumn) {
  auto const refusal = [](std::string_view text) -> std::string {
    try {
      (void)parse_yaml(text, "f.yaml");
    } catch (Error const& e) {
      return e.what();
    }
    return "accepted";
  };
  EXPECT_THAT(refusal("a: 1\na: 2\n"), testing::HasSubstr("f.yaml:2:1"));
  EXPECT_THAT(refusal("a: [1\nb: 2"), testing::HasSubstr("f.yaml:2"));
  EXPECT_THAT(refusal(std::string_view("a: 1\nb: \0x", 10)), testing::HasSubstr("f.yaml:2:1: a control"));
  EXPECT_THAT(refusal("a: \xff"), testing::HasSubstr("UTF-8"));
  EXPECT_THAT(refusal("[{a: 1}, {b: 2}: 3]"), testing::HasSubstr("plain word"));
  EXPECT_THAT(refusal("? [x]\n: 1\n"), testing::HasSubstr("plain word"));
}

TEST(Yaml, RefusesWhatWouldNotEnd) {
  auto const refusal = [](std::string_view text) -> std::string {
    try {
      (void)parse_yaml(text, "f.yaml");
    } catch (Error const& e) {
      return e.what();
    }
    return "accepted";
  };
  // Found by fuzz_yaml: yaml-cpp read empty documents from this until memory ended.
  EXPECT_THAT(refusal(","), testing::HasSubstr("f.yaml:1:1"));
  EXPECT_THAT(refusal("a: &x [*x]"), testing::HasSubstr("inside of what it names"));
  std::string bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += fmt::format("a{}: &a{} [", i, i);
    for (int k = 0; k < 10; ++k) bomb += fmt::format("{}*a{}", k == 0 ? "" : ", ", i - 1);
    bomb += "]\n";
  }
  EXPECT_THAT(refusal(bomb), testing::HasSubstr("too large"));
  EXPECT_THAT(refusal(std::string(100, '[') + std::string(100, ']')), testing::HasSubstr("too deeply"));
  EXPECT_EQ(parse_yaml("a: &x [1]\nb: *x", "f").at(0), json::parse(R"({"a":[1],"b":[1]})"));
  EXPECT_EQ(parse_yaml("--- 1\n---\n--- 2\n", "f"), (std::vector<json::Value>{1, nullptr, 2}));
}

TEST(Yaml, WhatIsWrittenReadsBack) {
  auto const value =
      json::parse(R"({"a":"1","b":"true","c":{"d":[1,2.5,"x y",null,"","-","多\n行"]},"e":false,"f":{},"g":[],
                  "--- h":"--- i","True":"TRUE","":"~","j: k":"#"})");
  EXPECT_EQ(parse_yaml(write_yaml(value), "w").at(0), value);
}

TEST(Yaml, APointerMeansALine) {
  std::string const text = "# first\nmaps:\n  - name: a\n    facts: [{p: 1},\n            {p: 2}]\n  - a/b: 3\n";
  EXPECT_EQ(yaml_line(text, "/maps/0/name"), 3);
  EXPECT_EQ(yaml_line(text, "/maps/0/facts/1/p"), 5);
  EXPECT_EQ(yaml_line(text, "/maps/1/a~1b"), 6);
  EXPECT_EQ(yaml_line(text, "/maps/1/nothing/there"), 6) << "of what is around it";
  EXPECT_EQ(yaml_line("a: [", "/a"), std::nullopt);
}

}  // namespace
}  // namespace lepton
