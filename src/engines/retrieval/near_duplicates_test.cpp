#include "retrieval/near_duplicates.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "retrieval/retrieval_testing.h"

namespace lepton::retrieval {
namespace {

Duplicates duplicates_in(std::vector<std::string> const& texts, DuplicateOptions const& options = {}) {
  return find_duplicates(a_call(), std::vector<std::string_view>(texts.begin(), texts.end()), options);
}

TEST(NearDuplicates, LikenessIsTheShareOfCommonShingles) {
  EXPECT_EQ(likeness("a b c d", "A, b C... d!"), 1);
  EXPECT_DOUBLE_EQ(likeness("a b c d", "a b c e"), 1.0 / 3);  // abc of abc, bcd, bce
  EXPECT_EQ(likeness("a b c d", "x y z"), 0);
  EXPECT_EQ(likeness("", ""), 0);
  EXPECT_EQ(likeness("hi", "hi"), 1);
  EXPECT_DOUBLE_EQ(likeness("我的卡丢了", "我的卡丢"), 2.0 / 3);
}

TEST(NearDuplicates, FindsThePairsThatComparingAllFinds) {
  Draw draw(11);
  std::vector<std::string> texts;
  for (int i = 0; i < 60; ++i) {
    auto const original = draw.text(20 + draw.number(60));
    texts.push_back(original);
    for (auto copies = draw.number(4); copies > 0; --copies) {
      auto copy = original;
      for (auto slips = draw.number(5); slips > 0; --slips) copy[draw.number(copy.size())] = 'z';
      texts.push_back(copy);
    }
  }
  DuplicateOptions const options{.least_likeness = 0.6};
  std::vector<bool> repeats(texts.size(), false);  // equal texts are paired with the first of them only
  for (std::uint32_t a = 0; a < texts.size(); ++a)
    for (std::uint32_t b = a + 1; b < texts.size(); ++b)
      if (likeness(texts[a], texts[b]) == 1) repeats[b] = true;
  std::vector<DuplicatePair> right;
  for (std::uint32_t a = 0; a < texts.size(); ++a)
    for (std::uint32_t b = a + 1; b < texts.size(); ++b) {
      auto const alike = likeness(texts[a], texts[b]);
      if (alike >= options.least_likeness && !repeats[a] && (alike == 1 || !repeats[b])) right.push_back({a, b, alike});
    }
  auto const found = duplicates_in(texts, options);
  ASSERT_GT(right.size(), 40u);
  EXPECT_EQ(found.pairs, right);
  EXPECT_LT(found.compared, texts.size() * 5);
  EXPECT_EQ(duplicates_in(texts, options).pairs, found.pairs);
}

TEST(NearDuplicates, ClustersAreWhatPairsConnect) {
  std::vector<std::string> const texts{"please send me a new card to my home address in town this week",
                                       "something else",
                                       "please send me a new card to my home address in town this month",
                                       "",
                                       "something, ELSE",
                                       "",
                                       "please send me a new card to my home address in town this month or next"};
  auto const found = duplicates_in(texts, {.least_likeness = 0.7});
  EXPECT_THAT(found.clusters, testing::ElementsAre(testing::ElementsAre(0u, 2u, 6u), testing::ElementsAre(1u, 4u)));
}

TEST(NearDuplicates, ManyEqualTextsAreCheap) {
  auto const found = duplicates_in(std::vector<std::string>(20'000, "the same text as all the others"));
  EXPECT_EQ(found.pairs.size(), 19'999u);
  EXPECT_EQ(found.compared, 0u);
  ASSERT_EQ(found.clusters.size(), 1u);
}

TEST(NearDuplicates, BrokenBytesLongWordsAndNoTexts) {
  EXPECT_TRUE(duplicates_in({}).pairs.empty());
  EXPECT_EQ(duplicates_in({"lost \xFF card today", "lost \xC3 card today"}).pairs.size(), 1u);
  std::string const one_word(1 << 20, 'x');
  EXPECT_TRUE(duplicates_in({one_word, one_word + " y"}).pairs.empty());
  EXPECT_EQ(duplicates_in({one_word, one_word + " y"}, {.least_likeness = 0.5}).pairs.size(), 1u);
}

TEST(NearDuplicates, OptionsOutOfRangeAreNamed) {
  try {
    (void)duplicates_in({}, {.least_likeness = 0, .shingle = 0, .missed = 2});
    FAIL();
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::invalid);
    EXPECT_EQ(error.details().size(), 3u);
  }
}

}  // namespace
}  // namespace lepton::retrieval
