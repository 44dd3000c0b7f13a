#include "learn/class_corpus.h"

#include <gmock/gmock.h>

#include <random>

namespace lepton::learn {
namespace {

SystemClock const clock_of_classes;

/// Sentences "the ANIMAL VERB the THING .": words of one kind could stand for each other.
ClassCorpus small_talk(std::string_view last) {
  static std::vector<std::vector<std::string>> const kinds{
      {"cat", "dog", "fox", "hen"}, {"eats", "sees", "likes", "hides"}, {"bread", "stone", "river", "grass"}};
  std::mt19937 random(1);
  ClassCorpus corpus(runtime::TagUnit::word);
  for (int i = 0; i < 500; ++i)
    corpus.add("the " + kinds[0][random() % 4] + " " + kinds[1][random() % 4] + " the " + kinds[2][random() % 4] +
               " 1" + std::string(last));
  return corpus;
}

TEST(ClassCorpus, WordsHaveClassesOfBothKinds) {
  auto const corpus = small_talk(".");
  EXPECT_EQ(corpus.tokens(), 3500u);
  auto const words = corpus.learn(system_call(clock_of_classes), {.classes = {4, 5, 6}});
  auto const& lexicon = words.classes;
  EXPECT_EQ(lexicon.find("1"), nullptr);
  for (auto const* word : {"the", "cat", "grass", "0", "."}) {
    auto const* const classes = lexicon.find(word);
    ASSERT_NE(classes, nullptr) << word;
    EXPECT_THAT(*classes, testing::Each(testing::Ge(1))) << word;
  }
  EXPECT_EQ(words.vectors.size(), lexicon.size() * words.dimensions);  // words are tokens
  auto const again = small_talk(".").learn(system_call(clock_of_classes), {.classes = {4, 5, 6}});
  EXPECT_EQ(lexicon.write(), again.classes.write());
  EXPECT_EQ(words.vectors, again.vectors);
}

TEST(ClassCorpus, DigitsAreOneWord) {
  auto const words = small_talk("7").learn(system_call(clock_of_classes), {.classes = {4, 5, 6}});
  EXPECT_NE(words.classes.find("00"), nullptr);
}

TEST(ClassCorpus, OfChineseWordsHaveClassesAndCharactersVectors) {
  ClassCorpus corpus(runtime::TagUnit::character);
  for (int i = 0; i < 40; ++i) corpus.add(i % 2 == 0 ? "我们3月在银行。" : "他们5月去银行。");
  auto const words = corpus.learn(system_call(clock_of_classes), {.classes = {2, 2, 2}});
  auto const length = [&](std::string_view word) {
    float squares = 0;
    for (std::uint32_t i = 0; i < words.vectors.size() / words.dimensions; ++i)
      if (words.classes.word(i) == word)
        for (std::size_t k = 0; k < words.dimensions; ++k) {
          float const value = words.vectors[i * words.dimensions + k];
          squares += value * value;
        }
    return squares;
  };
  ASSERT_NE(words.classes.find("银行"), nullptr);
  EXPECT_GT(words.classes.find("银行")->front(), 0);
  EXPECT_EQ(length("银行"), 0);
  ASSERT_NE(words.classes.find("银"), nullptr);
  EXPECT_EQ(words.classes.find("银")->front(), 0);
  EXPECT_NEAR(length("银"), 1, 1e-4);
  EXPECT_NEAR(length("0"), 1, 1e-4);  // of every digit
  EXPECT_EQ(words.classes.find("3"), nullptr);
}

TEST(ClassCorpus, NothingToCountHasNoClasses) {
  ClassCorpus corpus(runtime::TagUnit::word);
  corpus.add("once only");
  EXPECT_EQ(corpus.learn(system_call(clock_of_classes), {}).classes.size(), 0u);
}

}  // namespace
}  // namespace lepton::learn
