#include "recommend/recommendation.h"

#include <gmock/gmock.h>

#include <cmath>

#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

using testing::ElementsAre;

TEST(BestItems, ComeInOrderWithoutWhatIsExcludedOrNoNumber) {
  std::vector<float> const scores{1, 4, 2, NAN, 4, 3};
  std::vector<std::uint32_t> const excluded{2};
  EXPECT_THAT(best_items(scores, excluded, 3), ElementsAre(1, 4, 5));
  EXPECT_THAT(best_items(scores, excluded, 99), ElementsAre(1, 4, 5, 0));
  EXPECT_THAT(best_items({}, {}, 3), ElementsAre());
}

/// Items of the same parity are alike.
class ParityLikeness final : public ItemLikeness {
 public:
  double operator()(std::uint32_t a, std::uint32_t b) const override { return a % 2 == b % 2 ? 1 : 0; }
};

TEST(DiverseItems, TradeScoreForDifference) {
  std::vector<float> const scores{10, 3, 9, 2, 8, 0};
  std::vector<std::uint32_t> const candidates{0, 2, 4, 1, 3, 5};
  EXPECT_THAT(diverse_items(candidates, scores, ParityLikeness(), 0, 3), ElementsAre(0, 2, 4));
  EXPECT_THAT(diverse_items(candidates, scores, ParityLikeness(), 0.6, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(diverse_items({}, scores, ParityLikeness(), 0.5, 3), ElementsAre());
  EXPECT_EQ(diverse_items(candidates, scores, ParityLikeness(), 0.5, 99).size(), candidates.size());
}

TEST(RowLikeness, IsTheCosineFromZeroOn) {
  std::vector<float> const rows{1, 0, 3, 3, -1, 0, 0, 0};
  RowLikeness const likeness(rows, 2);
  EXPECT_NEAR(likeness(0, 1), std::sqrt(0.5), 1e-9);
  EXPECT_EQ(likeness(0, 2), 0);
  EXPECT_EQ(likeness(0, 3), 0);
  EXPECT_NEAR(likeness(1, 1), 1, 1e-9);
}

TEST(Recommend, LeavesOutTheHistoryAndSaysWhy) {
  std::vector<float> const weights{0,  1, 2, -1,  //
                                   1,  0, 1, 3,   //
                                   2,  1, 0, 0,   //
                                   -1, 3, 0, 0};
  WeightScorer const scorer(4, weights);
  std::vector<Taken> const history{{0, 1}, {1, 1}};
  auto const all = recommend(scorer, history, {}, {.most = 5});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].item, 2u);
  EXPECT_EQ(all[0].score, 3);
  ASSERT_EQ(all[0].because.size(), 2u);
  EXPECT_EQ(all[0].because[0].item, 0u);
  EXPECT_EQ(all[0].because[0].part, 2);
  ASSERT_EQ(all[1].because.size(), 1u);  // item 0 speaks against it
  EXPECT_EQ(all[1].because[0].item, 1u);
  std::vector<std::uint32_t> const excluded{2};
  EXPECT_EQ(recommend(scorer, history, excluded, {.most = 5}).size(), 1u);
  ParityLikeness const likeness;
  EXPECT_EQ(recommend(scorer, history, {}, {.most = 1, .reasons = 1, .diversity = 0.5}, &likeness).size(), 1u);
}

TEST(Recommend, BrokenQuestionsAreRefused) {
  std::vector<float> const counts{1, 2};
  PopularityScorer const scorer(counts);
  EXPECT_EQ(recommend(scorer, {}, {}, {})[0].item, 1u);
  std::vector<Taken> const unknown{{2, 1}};
  EXPECT_THAT(error_of([&] { (void)recommend(scorer, unknown, {}, {}); }).details(),
              testing::Contains(testing::Key("/history/0/item")));
  for (double const diversity : {0.5, -1.0, std::nan(""), 2.0})
    EXPECT_THAT(error_of([&] { (void)recommend(scorer, {}, {}, {.diversity = diversity}); }).details(),
                testing::Contains(testing::Key("/diversity")));
}

}  // namespace
}  // namespace lepton::recommend
