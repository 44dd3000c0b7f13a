#include "recommend/evaluation.h"

#include <gmock/gmock.h>

#include <cmath>

#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

TEST(TopReport, AgreesWithCountingByHand) {
  std::vector<float> const counts{5, 4, 3, 2, 1};
  PopularityScorer const scorer(counts);
  std::vector<Interaction> const seen{{0, 0, 1}, {1, 1, 1}, {2, 2, 1}}, kept{{0, 2, 1}, {0, 4, 1}, {1, 4, 1}};
  Interactions const history(seen, 3, 5, "history"), held_out(kept, 3, 5, "held out");
  auto const report = judge_top(test_call(), scorer, history, held_out, 2);
  EXPECT_EQ(report.users, 2u);  // nothing was held out of user 2
  // User 0 is shown 1 and 2, of which 2 is right: half of two. User 1 is shown 0 and 2: nothing.
  EXPECT_DOUBLE_EQ(report.recall, 0.25);
  EXPECT_DOUBLE_EQ(report.hit_rate, 0.5);
  double const gain = 1 / std::log2(3.0);
  EXPECT_DOUBLE_EQ(report.ndcg, gain / (1 + gain) / 2);
  EXPECT_DOUBLE_EQ(report.coverage, 3.0 / 5);
  std::vector<char> const only_last{0, 0, 0, 0, 1};
  EXPECT_DOUBLE_EQ(judge_top(test_call(), scorer, history, held_out, 2, only_last).recall, 0.75);
}

TEST(TopReport, RefusesWhatDoesNotGoTogether) {
  std::vector<float> const counts{1, 2};
  std::vector<Interaction> const one{{0, 0, 1}};
  Interactions const x(one, 1, 2, "x"), other(one, 2, 2, "y");
  EXPECT_EQ(error_of([&] { (void)judge_top(test_call(), PopularityScorer(counts), x, other, 1); }).code(),
            Code::invalid);
  EXPECT_EQ(error_of([&] { (void)judge_top(test_call(), PopularityScorer(counts), x, x, 0); }).code(), Code::invalid);
}

TEST(AreaUnderCurve, IsTheShareOfPairsInOrder) {
  std::vector<float> const positive{3, 1, 2}, negative{2, 0};
  EXPECT_DOUBLE_EQ(area_under_curve(positive, negative), (1 + 1 + 0 + 1 + 0.5 + 1) / 6);
  EXPECT_DOUBLE_EQ(area_under_curve({}, negative), 0.5);
}

TEST(RootMeanSquare, IsWhatItSays) {
  std::vector<float> const a{1, 2}, b{2, 4};
  EXPECT_DOUBLE_EQ(root_mean_square(a, b), std::sqrt(2.5));
  EXPECT_EQ(root_mean_square({}, {}), 0);
}

}  // namespace
}  // namespace lepton::recommend
