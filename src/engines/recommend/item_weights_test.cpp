#include "recommend/item_weights.h"

#include <gmock/gmock.h>

#include <cmath>

#include "recommend/evaluation.h"
#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

using testing::HasSubstr;

/// ‖√w·(X − X·B)‖² + λ‖B‖² + kept·Σ diag(XᵀX)·B²: what EASE makes least among weights without a diagonal.
double ease_objective(Interactions const& x, std::vector<float> const& b, EaseOptions const& options) {
  auto const counts = popularity(x);
  double sum = 0;
  std::vector<double> weighted(x.items());
  for (std::uint32_t user = 0; user < x.users(); ++user) {
    auto const weight = std::pow(static_cast<double>(x.of(user).size()), -options.user_damping);
    std::vector<double> row(x.items());
    for (auto const& taken : x.of(user)) {
      row[taken.item] = static_cast<double>(taken.value);
      weighted[taken.item] += weight * row[taken.item] * row[taken.item];
    }
    for (std::uint32_t j = 0; j < x.items(); ++j) {
      double difference = row[j];
      for (std::uint32_t i = 0; i < x.items(); ++i) difference -= row[i] * static_cast<double>(b[i * x.items() + j]);
      sum += weight * difference * difference;
    }
  }
  double const kept = options.dropout / (1 - options.dropout);
  for (std::uint32_t i = 0; i < x.items(); ++i)
    for (std::uint32_t j = 0; j < x.items(); ++j)
      sum += (options.regularisation + kept * weighted[i]) * std::pow(static_cast<double>(b[i * x.items() + j]), 2);
  return sum;
}

class EaseIsTheMinimum : public testing::TestWithParam<EaseOptions> {};

TEST_P(EaseIsTheMinimum, OfItsObjective) {
  auto const x = tastes(30, 2, 4, 1);
  auto const weights = train_ease(test_call(), x, GetParam());
  double const least = ease_objective(x, weights.values, GetParam());
  for (std::uint32_t i = 0; i < x.items(); ++i)
    for (std::uint32_t j = 0; j < x.items(); ++j) {
      if (i == j) {
        EXPECT_EQ(weights.values[i * x.items() + j], 0);
        continue;
      }
      for (float const change : {-0.02f, 0.02f}) {
        auto moved = weights.values;
        moved[i * x.items() + j] += change;
        EXPECT_GT(ease_objective(x, moved, GetParam()), least) << i << " " << j;
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Options, EaseIsTheMinimum,
                         testing::Values(EaseOptions{5, 0, 0, 0, 1}, EaseOptions{2, 0.3, 0, 0, 1},
                                         EaseOptions{1, 0.2, 0.5, 0, 1}));

TEST(Ease, ScalingItemsIsTheSameAsScalingTheData) {
  auto const x = tastes(40, 2, 5, 2);
  auto const counts = popularity(x);
  std::vector<Interaction> scaled;
  for (std::uint32_t user = 0; user < x.users(); ++user)
    for (auto const& [item, value] : x.of(user)) scaled.push_back({user, item, value / std::sqrt(counts[item])});
  auto const direct = train_ease(test_call(), x, {1, 0, 0, 0.5, 1});
  auto const by_data = train_ease(test_call(), Interactions(scaled, x.users(), x.items(), "scaled"), {1, 0, 0, 0, 1});
  for (std::uint32_t i = 0; i < x.items(); ++i)
    for (std::uint32_t j = 0; j < x.items(); ++j)
      EXPECT_NEAR(direct.values[i * x.items() + j],
                  by_data.values[i * x.items() + j] * std::sqrt(counts[j]) / std::sqrt(counts[i]), 1e-4);
}

TEST(Neighbours, AreCosinesOfTheNearest) {
  std::vector<Interaction> const list{{0, 0, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, 1}, {1, 2, 1}, {2, 2, 1}};
  auto const all = train_neighbours(test_call(), Interactions(list, 3, 3, "x"), {10, 0});
  EXPECT_FLOAT_EQ(all.values[0 * 3 + 1], 1);
  EXPECT_FLOAT_EQ(all.values[0 * 3 + 2], 0.5f);
  EXPECT_EQ(all.values[0], 0);
  auto const one = train_neighbours(test_call(), Interactions(list, 3, 3, "x"), {1, 0});
  EXPECT_FLOAT_EQ(one.values[0 * 3 + 1], 1);  // item 1 by its nearest, 0
  EXPECT_FLOAT_EQ(one.values[2 * 3 + 1], 0);
}

TEST(ItemWeights, RecommendWhatTheirTasteTakes) {
  auto const x = tastes(60, 3, 6, 3);
  for (auto const& weights : {train_ease(test_call(), x, {2, 0, 0, 0, 1}), train_neighbours(test_call(), x, {5, 1})}) {
    WeightScorer const scorer(weights.items, weights.values);
    std::vector<Taken> const history{{6, 1}, {7, 1}, {8, 1}};
    std::vector<float> scores(x.items());
    scorer.score(history, scores);
    for (std::uint32_t item : {9u, 10u, 11u})
      for (std::uint32_t other : {0u, 3u, 14u}) EXPECT_GT(scores[item], scores[other]);
    double sum = 0;
    for (auto const& reason : scorer.reasons(history, 10)) sum += reason.part;
    EXPECT_NEAR(sum, scores[10], 1e-5);
  }
}

TEST(ItemWeights, WhatCannotWorkIsRefused) {
  auto const x = tastes(10, 2, 3, 4);
  auto const wrong = error_of([&] { (void)train_ease(test_call(), x, {0, 2, -1, 3, 0}); });
  EXPECT_THAT(wrong.details(), testing::UnorderedElementsAre(testing::Key("/regularisation"), testing::Key("/dropout"),
                                                             testing::Key("/user_damping"),
                                                             testing::Key("/item_damping"), testing::Key("/threads")));
  EXPECT_EQ(error_of([&] { (void)train_neighbours(test_call(), x, {0, 1}); }).code(), Code::invalid);
  std::vector<Interaction> const one{{0, 0, 1}};
  EXPECT_THAT(error_of([&] { (void)train_ease(test_call(), Interactions(one, 1, 20'000, "x"), {}); }).what(),
              HasSubstr("learn factors instead"));
  EXPECT_NO_THROW((void)train_ease(test_call(), Interactions(one, 1, 1, "x"), {}));  // one user, one item
}

}  // namespace
}  // namespace lepton::recommend
