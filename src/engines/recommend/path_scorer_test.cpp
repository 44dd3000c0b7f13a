#include "recommend/path_scorer.h"

#include <gmock/gmock.h>

#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

/// Two tastes of six items each, by relation 0 with what all of a taste have, and by relation 1 with what has nothing
/// to do with taste. Items 5 and 11 nobody took.
class PathScorerTest : public testing::Test {
 protected:
  PathScorerTest() {
    std::vector<embed::Triple> facts;
    for (std::uint32_t item = 0; item < 12; ++item) {
      facts.push_back({item, 0, 12 + item / 6});
      facts.push_back({item, 1, 14 + item % 2});
    }
    graph_ = std::make_unique<FactGraph>(facts, 12, 16, 2);
    std::mt19937 random(1);
    std::vector<Interaction> list;
    for (std::uint32_t user = 0; user < 80; ++user)
      for (std::uint32_t item = 0; item < 12; ++item)
        if (item % 6 != 5 && random() % 10 < (item / 6 == user % 2 ? 7u : 1u)) list.push_back({user, item, 1});
    taken_ = std::make_unique<Interactions>(list, 80, 12, "tastes");
    table_ = learn_paths(test_call(), *graph_, *taken_, 2);
  }

  std::unique_ptr<FactGraph> graph_;
  std::unique_ptr<Interactions> taken_;
  PathTable table_;
};

TEST_F(PathScorerTest, WeighsKindsByHowOftenTheSamePeopleTookBothEnds) {
  FactPath by_taste, by_chance;
  by_taste.length = by_chance.length = 2;
  by_taste.steps = {{{0, 12}, {1, 1}}};
  by_chance.steps = {{{2, 14}, {3, 2}}};
  EXPECT_GT(table_.weight(by_taste.kind()), 0.3);
  EXPECT_LT(table_.weight(by_chance.kind()), 0.1);
  EXPECT_EQ(table_.weight(12345), 0);
}

TEST_F(PathScorerTest, FindsWhatNobodyTook) {
  PathScorer const scorer(*graph_, table_);
  std::vector<Taken> const history{{0, 1}, {2, 1}};
  std::vector<float> scores(12), counts(12);
  scorer.score(history, scores);
  EXPECT_GT(scores[5], 2 * scores[11]);
  scorer.count(history, counts);
  EXPECT_EQ(counts[5], 2);
  double sum = 0;
  for (auto const& reason : scorer.reasons(history, 5)) sum += reason.part;
  EXPECT_NEAR(sum, static_cast<double>(scores[5]), 1e-6);
}

TEST_F(PathScorerTest, NamesThePathsThatScoresAreTheSumOf) {
  PathScorer const scorer(*graph_, table_);
  std::vector<Taken> const history{{0, 1}, {2, 3}};
  std::vector<float> scores(12);
  scorer.score(history, scores);
  auto const paths = scorer.paths(history, 4, 100);
  ASSERT_GE(paths.size(), 2u);
  EXPECT_EQ(paths[0].from, 2u);
  EXPECT_EQ(paths[0].path.steps[0].node, 12u);
  EXPECT_EQ(paths[0].path.end(), 4u);
  double sum = 0;
  for (auto const& path : paths) sum += path.part;
  EXPECT_NEAR(sum, static_cast<double>(scores[4]), 1e-6);
  EXPECT_EQ(scorer.paths(history, 4, 1).size(), 1u);
}

TEST_F(PathScorerTest, RefusesWhatDoesNotFit) {
  EXPECT_EQ(error_of([&] { (void)learn_paths(test_call(), *graph_, *taken_, 4); }).code(), Code::invalid);
  auto damaged = table_;
  damaged.items.at(0) = 12;
  EXPECT_EQ(error_of([&] { damaged.require_sound(12); }).code(), Code::invalid);
  table_.require_sound(12);
}

}  // namespace
}  // namespace lepton::recommend
