#include "text/word_classes.h"

#include <gtest/gtest.h>

#include <random>

#include "base/error.h"

namespace lepton::text {
namespace {

/// Sentences "determiner noun verb" of three kinds of words: what stands in the same place belongs together.
std::vector<Bigram> grammar() {
  std::mt19937 random(3);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> counts;
  for (int i = 0; i < 20000; ++i) {
    std::uint32_t const determiner = random() % 4, noun = 4 + random() % 20, verb = 24 + random() % 12;
    ++counts[{determiner, noun}];
    ++counts[{noun, verb}];
    ++counts[{verb, determiner}];
  }
  std::vector<Bigram> bigrams;
  for (auto const& [pair, count] : counts) bigrams.push_back({pair.first, pair.second, count});
  return bigrams;
}

TEST(WordClasses, WordsOfOnePlaceShareAClass) {
  SystemClock const clock;
  auto const classes = cluster_words(system_call(clock), 36, grammar(), {.classes = 3});
  auto const all_equal = [&](std::size_t first, std::size_t last) {
    return std::all_of(classes.begin() + static_cast<long>(first), classes.begin() + static_cast<long>(last),
                       [&](auto label) { return label == classes[first]; });
  };
  EXPECT_TRUE(all_equal(0, 4));
  EXPECT_TRUE(all_equal(4, 24));
  EXPECT_TRUE(all_equal(24, 36));
  EXPECT_NE(classes[0], classes[4]);
  EXPECT_NE(classes[4], classes[24]);
}

TEST(WordClasses, TheObjectiveRisesAndThreadsChangeNothing) {
  SystemClock const clock;
  std::vector<double> objectives;
  auto const one = cluster_words(system_call(clock), 36, grammar(), {.classes = 5},
                                 [&](int, double, double objective) { objectives.push_back(objective); });
  ASSERT_GT(objectives.size(), 1u);
  EXPECT_TRUE(std::is_sorted(objectives.begin(), objectives.end()));
  EXPECT_EQ(cluster_words(system_call(clock), 36, grammar(), {.classes = 5, .threads = 3}), one);
}

/// Words judged in one batch without seeing each other move must not undo what the others gained.
TEST(WordClasses, BatchesNeverLowerTheObjective) {
  SystemClock const clock;
  std::mt19937 random(5);
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> counts;
  for (int i = 0; i < 30000; ++i) ++counts[{random() % 3000, random() % 3000}];
  std::vector<Bigram> bigrams;
  for (auto const& [pair, count] : counts) bigrams.push_back({pair.first, pair.second, count});
  std::vector<double> objectives;
  (void)cluster_words(system_call(clock), 3000, bigrams, {.classes = 300, .rounds = 4},
                      [&](int, double, double objective) { objectives.push_back(objective); });
  ASSERT_EQ(objectives.size(), 4u);
  EXPECT_TRUE(std::is_sorted(objectives.begin(), objectives.end()));
}

TEST(WordClasses, NothingAndNonsense) {
  SystemClock const clock;
  EXPECT_TRUE(cluster_words(system_call(clock), 0, {}, {}).empty());
  std::vector<Bigram> const wrong{{0, 9, 1}};
  EXPECT_THROW((void)cluster_words(system_call(clock), 3, wrong, {.classes = 2}), Error);
  EXPECT_THROW((void)cluster_words(system_call(clock), 3, {}, {.classes = 1}), Error);
}

}  // namespace
}  // namespace lepton::text
