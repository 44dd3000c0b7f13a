#include "embed/words/word_vectors.h"

#include <gmock/gmock.h>

#include <random>

#include "base/error.h"

namespace lepton::embed {
namespace {

using testing::HasSubstr;

SystemClock const clock_of_words;

/// Sentences "the ANIMAL VERB the THING": words of one kind keep the same company.
WordVectorLearner small_talk() {
  static std::vector<std::vector<std::string>> const kinds{
      {"cat", "dog", "fox", "hen"}, {"eats", "sees", "likes", "hides"}, {"bread", "stone", "river", "grass"}};
  std::mt19937 random(1);
  WordVectorLearner learner;
  for (int i = 0; i < 2000; ++i) {
    std::vector<std::string_view> const sentence{"the", kinds[0][random() % 4], kinds[1][random() % 4], "the",
                                                 kinds[2][random() % 4]};
    learner.add(sentence);
  }
  return learner;
}

TEST(WordVectors, WordsOfTheSameCompanyAreNear) {
  auto const vectors =
      WordVectors::parse(small_talk().learn(system_call(clock_of_words), {.dimensions = 4, .window = 2}));
  EXPECT_EQ(vectors.size(), 13u);
  EXPECT_EQ(vectors.dimensions(), 4u);
  EXPECT_EQ(vectors.word(0), "the");
  std::vector<std::string> near;
  for (auto const& neighbour : vectors.nearest(vectors.find("cat").value(), 3)) near.push_back(neighbour.word);
  EXPECT_THAT(near, testing::UnorderedElementsAre("dog", "fox", "hen"));
  EXPECT_FALSE(vectors.find("cow").has_value());
}

TEST(WordVectors, InPlaceWordsThatCouldStandForEachOtherAreNear) {
  // "left N" and "right N" keep the same company, but on different sides of it.
  WordVectorLearner learner;
  for (int i = 0; i < 200; ++i) {
    std::string const left = "left" + std::to_string(i % 3), right = "right" + std::to_string(i % 3);
    std::string_view const sentence[] = {left, i % 2 == 0 ? "and" : "or", right};
    learner.add(sentence);
  }
  auto const cosine = [](WordVectors const& vectors, std::string_view a, std::string_view b) {
    auto const x = vectors.vector(vectors.find(a).value()), y = vectors.vector(vectors.find(b).value());
    double sum = 0;
    for (std::size_t k = 0; k < x.size(); ++k) sum += static_cast<double>(x[k]) * y[k];
    return sum;
  };
  auto const call = system_call(clock_of_words);
  auto const in_place = WordVectors::parse(
      learner.learn(call, {.company = Company::in_place, .dimensions = 3, .window = 1, .least_count = 1}));
  EXPECT_GT(cosine(in_place, "left0", "left1"), 0.9);
  EXPECT_LT(cosine(in_place, "left0", "right0"), 0.3);
  auto const together = WordVectors::parse(learner.learn(call, {.dimensions = 3, .window = 1, .least_count = 1}));
  EXPECT_GT(cosine(together, "left0", "right0"), 0.9);
}

TEST(WordVectors, EqualTextsGiveEqualFilesAndRareWordsHaveNoVector) {
  auto const once = small_talk().learn(system_call(clock_of_words), {.dimensions = 4});
  EXPECT_EQ(once, small_talk().learn(system_call(clock_of_words), {.dimensions = 4}));
  auto learner = small_talk();
  std::string_view const rare[] = {"okapi", "eats"};
  learner.add(rare);
  EXPECT_FALSE(WordVectors::parse(learner.learn(system_call(clock_of_words), {.dimensions = 4})).find("okapi"));
}

TEST(WordVectors, CompanyEndsWithTheSentence) {
  WordVectorLearner apart, together;
  std::string_view const first[] = {"a", "b"}, second[] = {"c", "d"}, both[] = {"a", "b", "c", "d"};
  for (int i = 0; i < 20; ++i) {
    apart.add(first);
    apart.add(second);
    together.add(both);
  }
  EXPECT_NE(apart.learn(system_call(clock_of_words), {.dimensions = 2}),
            together.learn(system_call(clock_of_words), {.dimensions = 2}));
}

TEST(WordVectors, EveryFlippedByteIsNoticed) {
  auto const bytes = small_talk().learn(system_call(clock_of_words), {.dimensions = 2});
  for (std::size_t at = 0; at < bytes.size(); at += 7) {
    auto damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    EXPECT_THROW((void)WordVectors::parse(damaged), Error) << at;
  }
}

TEST(WordVectors, WrongOptionsAndTextsWithoutWordsAreRefused) {
  try {
    (void)small_talk().learn(system_call(clock_of_words), {.dimensions = 0, .window = 101});
    FAIL();
  } catch (Error const& error) {
    EXPECT_THAT(error.details(), testing::UnorderedElementsAre(testing::Key("/dimensions"), testing::Key("/window")));
  }
  try {
    (void)WordVectorLearner().learn(system_call(clock_of_words));
    FAIL();
  } catch (Error const& error) {
    EXPECT_THAT(error.what(), HasSubstr("no word comes 5 times"));
  }
}

}  // namespace
}  // namespace lepton::embed
