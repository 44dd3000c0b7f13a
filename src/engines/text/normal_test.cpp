#include "text/normal.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "text/shape.h"
#include "text/utf8.h"

namespace lepton::text {
namespace {

TEST(Normal, CompatibilityFormsBecomeOne) {
  EXPECT_EQ(normalise("ＡＢＣ１２３　ｶﾞﬁ"), "ABC123 ガfi");
  EXPECT_EQ(normalise("e\xCC\x81"), "\xC3\xA9");
  EXPECT_EQ(normalise("Straße ÄÖ", {true, true}), "strasse äö");
  EXPECT_EQ(normalise("ﬁ", {false, false}), "ﬁ");
  EXPECT_EQ(normalise("Ärger Ｘ", {false, true}), "ärger ｘ");
}

TEST(Normal, BrokenBytesBecomeReplacements) {
  EXPECT_EQ(normalise("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(repair("\xC0\x80\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(lower("\xE4\xB8X"), "\xEF\xBF\xBD\xEF\xBF\xBDx");
}

/// Every character there is survives encoding and decoding; what is none decodes to a single broken byte.
TEST(Normal, EveryCharacterDecodesToItself) {
  for (char32_t c = 0; c <= 0x110000; ++c) {
    std::string bytes;
    append(bytes, c);
    auto const decoded = decode(bytes, 0);
    bool const real = c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
    ASSERT_EQ(decoded.character, real ? c : replacement);
    ASSERT_EQ(decoded.bytes, real ? bytes.size() : 1u);
    ASSERT_EQ(is_utf8(bytes), real);
  }
}

TEST(Normal, LowerAndTitleKeepLength) {
  EXPECT_EQ(lower("ÉCOLE Zürich"), "école zürich");
  EXPECT_EQ(title("éCOLE"), "École");
  EXPECT_EQ(length("école"), 5u);
}

TEST(Shape, ClassesAndFacts) {
  EXPECT_EQ(shape("Reuters-96", false), "Xxxxxxx-00");
  EXPECT_EQ(shape("Reuters-96", true), "Xx-0");
  EXPECT_EQ(shape("中国A", true), "CX");
  EXPECT_EQ(shape(std::string(1000, 'x'), false).size(), 24u);
  EXPECT_TRUE(spelling("McDonald").mixed_case);
  EXPECT_FALSE(spelling("London").mixed_case);
  EXPECT_TRUE(spelling("J.").initial);
  EXPECT_TRUE(spelling("U.S.").all_capitals);
  EXPECT_TRUE(spelling("--").sign);
  EXPECT_NE(spelling("EU").bits(), spelling("Eu").bits());
  EXPECT_EQ(mask_digits("1996-08-22"), "0000-00-00");
}

}  // namespace
}  // namespace lepton::text
