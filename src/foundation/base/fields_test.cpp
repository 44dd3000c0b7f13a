#include "base/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lepton {

enum class Colour { red, green };
template <>
struct EnumNames<Colour> {
  static constexpr std::array<std::pair<Colour, std::string_view>, 2> values{
      {{Colour::red, "red"}, {Colour::green, "green"}}};
};

namespace {

struct Inner {
  std::int32_t count = 0;
  static constexpr auto fields() { return std::tuple{required("count", &Inner::count, "how many")}; }
};

struct Outer {
  std::string name;
  std::vector<Inner> inners;
  std::optional<double> ratio;
  Colour colour = Colour::red;
  Duration lifetime{};
  std::map<std::string, std::string> tags;
  static constexpr auto fields() {
    return std::tuple{required("name", &Outer::name, "its name"),     optional("inners", &Outer::inners, "parts"),
                      optional("ratio", &Outer::ratio, "share"),      optional("colour", &Outer::colour, "paint"),
                      optional("lifetime", &Outer::lifetime, "life"), optional("tags", &Outer::tags, "words")};
  }
};

TEST(Fields, RoundTrip) {
  auto const value = json::parse(
      R"({"name":"n","inners":[{"count":3}],"ratio":0.5,"colour":"green","lifetime":"90d","tags":{"a":"b"}})");
  auto const outer = from_json<Outer>(value);
  EXPECT_EQ(outer.inners.at(0).count, 3);
  EXPECT_EQ(outer.colour, Colour::green);
  EXPECT_EQ(to_json(outer), value);
}

TEST(Fields, EveryProblemIsNamed) {
  try {
    (void)from_json<Outer>(json::parse(
        R"({"inners":[{"count":1},{"count":"x"},{"count":5000000000}],"colour":"blue","lifetime":"soon","nmae":1,"ratio":[]})"));
    FAIL();
  } catch (Error const& e) {
    EXPECT_EQ(e.code(), Code::invalid);
    using testing::HasSubstr;
    using testing::Pair;
    EXPECT_THAT(e.details(), testing::UnorderedElementsAre(
                                 Pair("/name", HasSubstr("required")),
                                 Pair("/inners/1/count", HasSubstr("expected an integer, found a string")),
                                 Pair("/inners/2/count", HasSubstr("out of range")),
                                 Pair("/colour", HasSubstr("red or green")), Pair("/lifetime", HasSubstr("duration")),
                                 Pair("/nmae", HasSubstr("not a known field")), Pair("/ratio", HasSubstr("a number"))));
  }
}

TEST(Fields, AnAbsentOptionalIsNotWritten) {
  EXPECT_EQ(json::write(to_json(Outer{.name = "n"})),
            R"({"name":"n","inners":[],"colour":"red","lifetime":"0s","tags":{}})");
}

TEST(Fields, SchemaSaysWhatIsRequired) {
  auto const schema = schema_of<Outer>();
  EXPECT_EQ(schema.at("required"), json::parse(R"(["name"])"));
  EXPECT_EQ(schema.at("properties").at("colour").at("enum"), json::parse(R"(["red","green"])"));
  EXPECT_EQ(schema.at("properties").at("inners").at("items").at("properties").at("count").at("format"), "int32");
}

}  // namespace
}  // namespace lepton
