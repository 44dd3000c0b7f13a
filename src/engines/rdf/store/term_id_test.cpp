#include "rdf/store/term_id.h"

#include <gtest/gtest.h>

namespace lepton::rdf {
namespace {

std::string xsd(std::string_view name) {
  return "http://www.w3.org/2001/XMLSchema#" + std::string(name);
}

struct Case {
  char const* lexical;
  char const* type;
  bool fits;
};

class TermIdRoundTrip : public testing::TestWithParam<Case> {};

TEST_P(TermIdRoundTrip, KeepsTheLexicalFormOrRefuses) {
  Term const term = literal(GetParam().lexical, xsd(GetParam().type));
  auto const id = find_inline_id(term.view());
  ASSERT_EQ(id.has_value(), GetParam().fits);
  if (!id) return;
  EXPECT_TRUE(id->is_inline());
  EXPECT_EQ(inline_term(*id), term) << inline_term(*id).value;
}

INSTANTIATE_TEST_SUITE_P(
    Literals, TermIdRoundTrip,
    testing::Values(
        Case{"0", "integer", true}, Case{"-1", "integer", true}, Case{"36028797018963967", "integer", true},
        Case{"-36028797018963968", "integer", true}, Case{"36028797018963968", "integer", false},
        Case{"01", "integer", false}, Case{"+1", "integer", false}, Case{"-0", "integer", false},
        Case{"", "integer", false}, Case{"-", "integer", false}, Case{"1.0", "integer", false}, Case{"42", "int", true},
        Case{"7", "unsignedByte", true}, Case{"-7", "negativeInteger", true}, Case{"true", "boolean", true},
        Case{"1", "boolean", false}, Case{"1.50", "decimal", true}, Case{"-0.001", "decimal", true},
        Case{"5", "decimal", true}, Case{"-0.0", "decimal", false}, Case{".5", "decimal", false},
        Case{"5.", "decimal", false}, Case{"00.5", "decimal", false}, Case{"1234567890123.4567", "decimal", true},
        Case{"12345678901234567890.5", "decimal", false}, Case{"-", "decimal", false}, Case{"", "decimal", false},
        Case{"1.5E0", "double", true}, Case{"1.0E0", "double", true}, Case{"1.0E-7", "double", false},
        Case{"-2.5E10", "double", true}, Case{"1", "double", false}, Case{"1e0", "double", false},
        Case{"NaN", "double", true}, Case{"-INF", "double", true}, Case{"INF", "double", true},
        Case{"0.0E0", "double", true}, Case{"-0.0E0", "double", true}, Case{"1.1E0", "float", true},
        Case{"1.1", "float", false}, Case{"2008-02-29", "date", true}, Case{"2007-02-29", "date", false},
        Case{"2008-02-29Z", "date", true}, Case{"2008-02-29+05:30", "date", true},
        Case{"2008-02-29-14:00", "date", true}, Case{"2008-02-29+00:00", "date", false},
        Case{"2008-02-29+14:01", "date", false}, Case{"12008-02-29", "date", false}, Case{"-2008-02-29", "date", false},
        Case{"0000-01-01", "date", false}, Case{"2008-02-29T23:59:59", "dateTime", true},
        Case{"2008-02-29T23:59:59.5Z", "dateTime", true}, Case{"2008-02-29T23:59:59.500Z", "dateTime", false},
        Case{"2008-02-29T23:59:59.1234", "dateTime", false}, Case{"2008-02-29T24:00:00", "dateTime", false},
        Case{"9999-12-31T23:59:59.999-13:59", "dateTime", true}, Case{"9999-12-31T23:59:99", "dateTime", false},
        Case{"0001-01-01T00:00:00", "dateTime", true}, Case{"2008-02-29", "dateTime", false}, Case{"", "string", true},
        Case{"1234567", "string", true}, Case{"12345678", "string", false}, Case{"x", "anyURI", false}));

TEST(TermId, OrdersIntegersOfOneTypeAndShortStringsByValue) {
  EXPECT_LT(*find_integer_id(-5), *find_integer_id(-4));
  EXPECT_LT(*find_integer_id(-1), *find_integer_id(1));
  EXPECT_LT(*find_inline_id(literal_view("ab")), *find_inline_id(literal_view("b")));
  EXPECT_LT(*find_inline_id(literal_view("a")), *find_inline_id(literal_view("aa")));
}

TEST(TermId, GivesValues) {
  EXPECT_EQ(inline_integer(*find_integer_id(-12)), -12);
  InlineDecimal const decimal = inline_decimal(*find_inline_id(literal_view("-1.50", xsd_decimal)));
  EXPECT_EQ(decimal.unscaled, -150);
  EXPECT_EQ(decimal.scale, 2);
  EXPECT_EQ(inline_double(*find_inline_id(literal_view("-2.5E1", xsd_double))), -25.0);
  InlineMoment const moment =
      inline_date_time(*find_inline_id(literal_view("0001-01-02T00:00:01+01:00", xsd("dateTime"))));
  EXPECT_EQ(moment.local_milliseconds, 86'401'000);
  EXPECT_EQ(moment.offset_minutes, 60);
}

}  // namespace
}  // namespace lepton::rdf
