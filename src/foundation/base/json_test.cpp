#include "base/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/error.h"

namespace lepton::json {
namespace {

std::string refusal(std::string_view text) {
  try {
    (void)parse(text);
  } catch (Error const& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Json, ErrorsNameLineAndColumn) {
  EXPECT_THAT(refusal("{\n  \"a\": nope}"), testing::HasSubstr("line 2, column 8"));
  EXPECT_THAT(refusal("{\"a\": 1"), testing::HasSubstr("ends too early"));
  EXPECT_THAT(refusal("1 2"), testing::HasSubstr("after the value"));
  EXPECT_THAT(refusal("\"\xff\""), testing::HasSubstr("not JSON"));
  EXPECT_THAT(refusal(std::string(100, '[') + std::string(100, ']')), testing::HasSubstr("not JSON"));
}

TEST(Json, RefusesAKeyThatStandsTwice) {
  EXPECT_THAT(refusal(R"({"a":1,"b":{"a":2},"\u0061":3})"), testing::HasSubstr("twice"));
  EXPECT_EQ(refusal(R"([{"a":1},{"a":"x,\"a\":"}])"), "accepted");
}

TEST(Json, WritesNumbersAsPeopleDo) {
  EXPECT_EQ(write(parse(R"({"a":0.1,"b":[1,-2.5,1e300],"c":"银行\n"})")),
            R"({"a":0.1,"b":[1,-2.5,1e+300],"c":"银行\n"})");
}

TEST(Json, ReadsTheNearestDouble) {
  EXPECT_EQ(parse("333333333.33333329").as_double(), 333333333.33333329);
  EXPECT_EQ(parse("[0.1e-6, 9007199254740993.0]"), (Value{0.1e-6, 9007199254740992.0}));
  EXPECT_EQ(parse("-1.5e300").as_double(), -1.5e300);
  std::mt19937_64 random(7);
  for (int i = 0; i < 1000; ++i) {
    double const number = std::ldexp(static_cast<double>(random()), static_cast<int>(random() % 200) - 150);
    EXPECT_EQ(parse(fmt::format("{:.17e}", number)).as_double(), number);
  }
}

TEST(Json, CanonicalFormIsThatOfRfc8785) {
  EXPECT_EQ(write_canonical(parse(R"({"\ufb33":1,"\ud83d\ude00":2,"\u20ac":3,"a":4})")),
            "{\"a\":4,\"\xE2\x82\xAC\":3,\"\xF0\x9F\x98\x80\":2,\"\xEF\xAC\xB3\":1}");
  EXPECT_EQ(write_canonical(parse("[1E20, 1e21, -0.0, 4.50, 2e-3]")), "[100000000000000000000,1e+21,0,4.5,0.002]");
}

TEST(Json, CanonicalFormSortsKeys) {
  EXPECT_EQ(write_canonical(parse(R"({"b":{"z":1,"y":2}, "a":[true,null]})")),
            R"({"a":[true,null],"b":{"y":2,"z":1}})");
}

TEST(Json, PointersAreEscaped) {
  EXPECT_EQ(pointer_to(pointer_to("/a", "b/c~d"), 3), "/a/b~1c~0d/3");
}

}  // namespace
}  // namespace lepton::json
