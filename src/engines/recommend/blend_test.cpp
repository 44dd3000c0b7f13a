#include "recommend/blend.h"

#include <gmock/gmock.h>

#include "recommend/evaluation.h"
#include "recommend/item_weights.h"
#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

TEST(BlendScorer, IsTheWeightedSumReasonsAndAll) {
  std::vector<float> const counts{3, 2, 1}, weights{0, 1, 2, 1, 0, 3, 2, 3, 0};
  PopularityScorer const popular(counts);
  WeightScorer const together(3, weights);
  BlendScorer const blend({{&popular, 0.5}, {&together, 2}});
  std::vector<Taken> const history{{0, 1}, {1, 2}};
  std::vector<float> scores(3);
  blend.score(history, scores);
  EXPECT_FLOAT_EQ(scores[2], 0.5f + 2 * (2 + 2 * 3));
  auto const reasons = blend.reasons(history, 2);
  ASSERT_EQ(reasons.size(), 2u);
  EXPECT_DOUBLE_EQ(reasons[0].part, 4);
  EXPECT_DOUBLE_EQ(reasons[1].part, 12);
}

/// A scorer that knows, beside one that draws lots.
TEST(LearnBlend, TrustsWhatOrdersTheHeldOutItems) {
  auto const all = tastes(300, 3, 12, 4);
  std::vector<Interaction> seen, kept;
  for (std::uint32_t user = 0; user < all.users(); ++user)
    for (auto const& taken : all.of(user))
      ((user + taken.item) % 4 == 0 ? kept : seen).push_back({user, taken.item, 1});
  Interactions const history(seen, 300, 36, "history"), held_out(kept, 300, 36, "held out");
  auto const weights = train_ease(test_call(), history, {});
  std::vector<float> lots(36);
  std::mt19937 random(1);
  for (auto& lot : lots) lot = static_cast<float>(random() % 100) / 100;
  WeightScorer const knows(36, weights.values);
  PopularityScorer const draws(lots);
  std::vector<ItemScorer const*> const scorers{&knows, &draws};
  auto const learnt = learn_blend(test_call(), scorers, history, held_out, 5);
  ASSERT_TRUE(learnt.has_value());
  EXPECT_GT((*learnt)[0], 2 * std::abs((*learnt)[1]));
  auto const ndcg = [&](ItemScorer const& scorer) { return judge_top(test_call(), scorer, history, held_out, 5).ndcg; };
  EXPECT_GT(ndcg(BlendScorer({{&knows, (*learnt)[0]}, {&draws, (*learnt)[1]}})), 0.99 * ndcg(knows));
  EXPECT_GT(ndcg(knows), 1.5 * ndcg(draws));
}

TEST(LearnBlend, KnowsNothingWhereNothingWasEverRight) {
  std::vector<Interaction> const seen{{0, 0, 1}, {1, 1, 1}}, kept{{1, 1, 1}};  // held out, and in the history
  Interactions const history(seen, 2, 2, "history"), held_out(kept, 2, 2, "held out");
  std::vector<float> const counts{1, 1};
  PopularityScorer const popular(counts);
  std::vector<ItemScorer const*> const scorers{&popular};
  EXPECT_EQ(learn_blend(test_call(), scorers, history, held_out, 5), std::nullopt);
}

}  // namespace
}  // namespace lepton::recommend
