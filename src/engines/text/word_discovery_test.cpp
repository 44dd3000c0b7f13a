#include "text/word_discovery.h"

#include <gmock/gmock.h>

#include <random>

#include "base/error.h"
#include "text/utf8.h"

namespace lepton::text {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// Texts of characters drawn at random among which some words stand.
std::vector<std::string> texts_with(std::vector<std::string> const& words, int count) {
  std::mt19937 random(5);
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) {
    std::string text;
    for (int k = 0; k < 12; ++k)
      if (random() % 4 == 0)
        text += words[random() % words.size()];
      else
        append(text, 0x5000 + random() % 60);
    out.push_back(text);
  }
  return out;
}

std::vector<std::string> words_in(std::vector<std::string> const& texts, DiscoveryOptions const& options = {}) {
  SystemClock const clock;
  WordDiscovery discovery;
  for (auto const& text : texts) discovery.add(text);
  std::vector<std::string> words;
  for (auto const& found : discovery.find(system_call(clock), options)) words.push_back(found.word);
  return words;
}

TEST(WordDiscovery, WordsThatStandAmongNoiseAreFoundWholeAndNothingElse) {
  auto const words =
      words_in(texts_with({"蚂蚁", "区块链", "量化宽松"}, 2000), {.least_count = 30, .least_cohesion = 3});
  EXPECT_THAT(words, testing::UnorderedElementsAre("蚂蚁", "区块链", "量化宽松"));
}

TEST(WordDiscovery, APartOfAWordIsNotFreeAndAnEdgeOfATextIs) {
  auto const words = words_in({"区块链", "区块链", "区块链", "区块链", "区块链", "别的字"}, {.least_cohesion = 0});
  EXPECT_THAT(words, Contains("区块链"));
  EXPECT_THAT(words, Not(Contains("区块")));
  EXPECT_THAT(words, Not(Contains("块链")));
}

TEST(WordDiscovery, CountsAndBitsAreWhatTheyAreByHand) {
  SystemClock const clock;
  WordDiscovery discovery;
  discovery.add("甲乙，丙甲乙丁。甲乙");
  auto const found = discovery.find(system_call(clock), {.least_count = 3, .least_cohesion = 0, .least_freedom = 0});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].word, "甲乙");
  EXPECT_EQ(found[0].count, 3U);
  EXPECT_NEAR(found[0].freedom, std::log2(3), 1e-9);                        // an edge, 丁, an edge
  EXPECT_NEAR(found[0].cohesion, std::log2((3.0 / 8) / (9.0 / 64)), 1e-9);  // 8 characters
}

TEST(WordDiscovery, BrokenBytesDivideAndAnEmptyTextHasNone) {
  EXPECT_TRUE(words_in({"", "abc", "\xE4\xB8", "甲\xFF乙"}, {.least_count = 1, .least_cohesion = 0}).empty());
}

TEST(WordDiscovery, OptionsOutOfTheirRangeAreNamed) {
  try {
    (void)words_in({"甲乙"}, {.longest = 9});
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::invalid);
    EXPECT_THAT(error.what(), HasSubstr("at most 9 characters are sought, expected 2 to 8"));
  }
}

TEST(WordDiscovery, ACallThatEndsStopsIt) {
  SystemClock const clock;
  std::stop_source stop;
  stop.request_stop();
  WordDiscovery discovery;
  for (auto const& text : texts_with({"区块链"}, 20'000)) discovery.add(text);
  EXPECT_THROW((void)discovery.find(system_call(clock, stop.get_token()), {}), Error);
}

}  // namespace
}  // namespace lepton::text
