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
  EXPECT_THAT(refusal("? [x]\n: 1\n"), testing::HasSubstr("plain word"));
}

TEST(Yaml, WhatIsWrittenReadsBack) {
  auto const value =
      json::parse(R"({"a":"1","b":"true","c":{"d":[1,2.5,"x y",null,"","-","多\n行"]},"e":false,"f":{},"g":[]})");
  EXPECT_EQ(parse_yaml(write_yaml(value), "w").at(0), value);
}

}  // namespace
}  // namespace lepton
