#include "recommend/feature_scorer.h"

#include <gmock/gmock.h>

#include <cmath>

#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

/// Items 0 and 1 share a rare feature, 0, 1, 2 and 3 a frequent one; 4 has none, 5 what nobody else has.
FeatureScorer six_items() {
  std::vector<Interaction> const has{{0, 0, 1}, {1, 0, 1}, {0, 1, 1}, {1, 1, 1}, {2, 1, 1}, {3, 1, 1}, {5, 2, 1}};
  return FeatureScorer(telling_rows(ItemFeatures(has, 6, 3, "features")));
}

TEST(FeatureScorer, RareFeaturesTellMore) {
  auto const scorer = six_items();
  EXPECT_NEAR(scorer(0, 1), 1, 1e-6);
  EXPECT_NEAR(scorer(2, 3), 1, 1e-6);
  EXPECT_NEAR(scorer(0, 2), std::sqrt(0.5 / (0.5 + std::sqrt(0.5))), 1e-6);
  EXPECT_EQ(scorer(0, 4), 0);
  EXPECT_EQ(scorer(0, 5), 0);
}

TEST(FeatureScorer, ScoresAreTheMeanProductWithTheHistory) {
  auto const scorer = six_items();
  std::vector<Taken> const history{{1, 3}, {2, 1}};
  std::vector<float> scores(6);
  scorer.score(history, scores);
  EXPECT_NEAR(scores[0], 0.75 * (0.5 + std::sqrt(0.5)) + 0.25 * 0.5, 1e-6);
  EXPECT_EQ(scores[4], 0);
  for (std::uint32_t item = 0; item < 6; ++item) {
    double of_items = 0, of_features = 0;
    for (auto const& reason : scorer.reasons(history, item)) of_items += reason.part;
    for (auto const& shared : scorer.shared(history, item)) of_features += shared.part;
    EXPECT_NEAR(of_items, static_cast<double>(scores[item]), 1e-6);
    EXPECT_NEAR(of_features, static_cast<double>(scores[item]), 1e-6);
  }
  auto const shared = scorer.shared(history, 0);
  ASSERT_EQ(shared.size(), 2u);
  EXPECT_EQ(shared[0].feature, 0u);
  EXPECT_EQ(shared[0].from, 1u);
  EXPECT_EQ(shared[1].feature, 1u);
}

TEST(FeatureScorer, WithoutAHistoryNothingIsAlike) {
  std::vector<float> scores(6, 1.0f);
  six_items().score({}, scores);
  EXPECT_THAT(scores, testing::Each(0.0f));
}

}  // namespace
}  // namespace lepton::recommend
