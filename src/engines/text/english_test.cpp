#include "text/english.h"

#include <gmock/gmock.h>

#include <random>

#include "base/error.h"

namespace lepton::text {
namespace {

using testing::ElementsAre;

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  for (auto const span : tokenize_english(text)) out.emplace_back(span.of(text));
  return out;
}

TEST(English, WordsAndPunctuation) {
  EXPECT_THAT(words("\"EU rejects German call,\" he said."),
              ElementsAre("\"", "EU", "rejects", "German", "call", ",", "\"", "he", "said", "."));
}

TEST(English, ContractionsLeaveTheirWord) {
  EXPECT_THAT(words("Don't! Smith's they'll I'm O'Brien's"),
              ElementsAre("Do", "n't", "!", "Smith", "'s", "they", "'ll", "I", "'m", "O'Brien", "'s"));
}

TEST(English, AbbreviationsKeepTheirDot) {
  EXPECT_THAT(words("The U.S. sent Mr. J. Doe of Acme Inc. to St. Paul."),
              ElementsAre("The", "U.S.", "sent", "Mr.", "J.", "Doe", "of", "Acme", "Inc.", "to", "St.", "Paul", "."));
}

TEST(English, NumbersDatesAndAddressesStayWhole) {
  EXPECT_THAT(words("1,000.50 1996-08-22 6-4 10:30 -3.5 .5 a@b.com reuters.com London-based AT&T"),
              ElementsAre("1,000.50", "1996-08-22", "6-4", "10:30", "-3.5", ".5", "a@b.com", "reuters.com",
                          "London-based", "AT&T"));
}

TEST(English, ASentenceEndWithoutSpaceIsCut) {
  EXPECT_THAT(words("end.Next (x)... --"), ElementsAre("end", ".", "Next", "(", "x", ")", "...", "--"));
}

TEST(English, HanStandsAloneAndWideSpaceSeparates) {
  EXPECT_THAT(words("中国GDP　增长"), ElementsAre("中", "国", "GDP", "增", "长"));
}

TEST(English, NoTokenIsLongerThanItsLimit) {
  std::string const text(1 << 20, 'a');
  auto const tokens = tokenize_english(text);
  ASSERT_EQ(tokens.size(), (1u << 20) / 256);
  EXPECT_EQ(tokens.back().end, text.size());
}

TEST(English, TooLongATextIsRefused) {
  EXPECT_THROW((void)tokenize_english(std::string(longest_text + 1, ' ')), Error);
}

/// Any bytes: tokens ascend, do not overlap, and leave out nothing but white space.
TEST(English, AnyBytesAreCovered) {
  std::mt19937 random(7);
  std::string const alphabet = "aB.'-n t9,\n\x80\xE4\xB8\xAD\xC3\xF0\xFF@&";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (auto i = random() % 40; i > 0; --i) text += alphabet[random() % alphabet.size()];
    std::size_t at = 0;
    for (auto const span : tokenize_english(text)) {
      ASSERT_GE(span.begin, at);
      ASSERT_GT(span.end, span.begin);
      ASSERT_LE(span.end, text.size());
      for (; at < span.begin; ++at) ASSERT_TRUE(text[at] == ' ' || text[at] == '\n') << text;
      at = span.end;
    }
    for (; at < text.size(); ++at) ASSERT_TRUE(text[at] == ' ' || text[at] == '\n') << text;
  }
}

}  // namespace
}  // namespace lepton::text
