#include "recommend/ranker.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.h"
#include "recommend/item_weights.h"
#include "recommend/recommend_testing.h"
#include "recommend/recommendation.h"

namespace lepton::recommend {
namespace {

using testing::HasSubstr;

/// Trees as XGBoost saves them: one split on a feature, below a threshold `low`, else `high`.
runtime::BoostedTrees one_split(std::size_t features, std::size_t feature, double threshold, double low, double high) {
  return runtime::BoostedTrees::parse(fmt::format(
      R"({{"learner":{{"learner_model_param":{{"num_feature":"{}","num_class":"0","base_score":"0"}},
        "objective":{{"name":"rank:ndcg"}},"gradient_booster":{{"name":"gbtree","model":{{"trees":[
        {{"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[{},0,0],
          "split_conditions":[{},{},{}],"default_left":[0,0,0]}}]}}}}}}}})",
      features, feature, threshold, low, high));
}

class RankerTest : public testing::Test {
 protected:
  static std::vector<float> logarithms_of(Interactions const& taken) {
    auto counts = popularity(taken);
    for (auto& count : counts) count = std::log1p(count);
    return counts;
  }
  RankerView view() const {
    return {.popularity = &popular_, .weights = &together_, .logarithms = logarithms_, .counts = {0.1, 1}, .most = 5};
  }

  Interactions const taken_ = tastes(60, 2, 20, 3);
  ItemWeights const weights_ = train_neighbours(test_call(), taken_, {});
  std::vector<float> const logarithms_ = logarithms_of(taken_);
  PopularityScorer popular_{logarithms_};
  WeightScorer together_{weights_.items, weights_.values};
};

TEST_F(RankerTest, SaysOfEachCandidateWhereItStands) {
  CandidateReader const reader(view());
  auto const candidates = reader.read(taken_.of(0));
  EXPECT_EQ(candidates.items.size(), 40 - taken_.of(0).size());
  for (auto const& taken : taken_.of(0))
    EXPECT_EQ(std::count(candidates.items.begin(), candidates.items.end(), taken.item), 0);
  ASSERT_EQ(reader.names().size(), candidates.rows.columns());
  EXPECT_EQ(reader.names()[0], "score by all");
  auto const best = std::max_element(candidates.scores.begin(), candidates.scores.end()) - candidates.scores.begin();
  EXPECT_EQ(candidates.rows.at(static_cast<std::size_t>(best), 1), 0);  // log(1 + place 0)
  for (float const value :
       std::vector(candidates.rows.view().data,
                   candidates.rows.view().data + candidates.rows.rows() * candidates.rows.columns()))
    EXPECT_TRUE(std::isfinite(value));
}

TEST_F(RankerTest, OrdersByTheBlendAndWhatTreesAdd) {
  CandidateReader const reader(view());
  auto const names = reader.names();
  auto const place = static_cast<std::size_t>(std::find(names.begin(), names.end(), "popularity") - names.begin());
  double const middle = static_cast<double>(logarithms_[7]);
  RankedScorer const ranked(view(), one_split(names.size(), place, middle, 2, 0), 0.5);
  auto const history = taken_.of(0);
  std::vector<float> scores(40);
  ranked.score(history, scores);
  auto const candidates = reader.read(history);
  auto const corrections = ranked.corrections(history);
  ASSERT_EQ(corrections.size(), candidates.items.size());
  for (std::size_t i = 0; i < corrections.size(); ++i) {
    bool const unpopular = static_cast<double>(logarithms_[candidates.items[i]]) < middle;
    EXPECT_EQ(corrections[i].part, unpopular ? 1 : 0);
    EXPECT_NEAR(scores[candidates.items[i]], candidates.scores[i] + (unpopular ? 1 : 0), 1e-6);
  }
  EXPECT_FALSE(std::isfinite(scores[history[0].item]));
  double sum = 0, expected = 0;
  for (auto const& reason : ranked.reasons(history, candidates.items[0])) sum += reason.part;
  for (auto const& reason : together_.reasons(history, candidates.items[0])) expected += reason.part;
  EXPECT_NEAR(sum, expected, 1e-9);
}

TEST_F(RankerTest, RefusesTreesThatReadSomethingElse) {
  EXPECT_THAT(error_of([&] { (void)RankedScorer(view(), one_split(3, 0, 1, 0, 1), 1); }).what(),
              HasSubstr("expected score by all"));
}

}  // namespace
}  // namespace lepton::recommend
