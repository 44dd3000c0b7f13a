#include "recommend/implicit_als.h"

#include <gmock/gmock.h>

#include <cmath>

#include "recommend/evaluation.h"
#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

AlsOptions small_als() {
  AlsOptions options;
  options.dimension = 16;
  options.block = 16;
  options.rounds = 8;
  options.regularisation = 0.02;
  return options;
}

/// What is minimised, for one user's vector.
double user_loss(AlsOptions const& options, std::vector<float> const& items, std::span<Taken const> taken,
                 std::vector<float> const& vector) {
  auto const size = static_cast<std::size_t>(options.dimension);
  auto const count = items.size() / size;
  double loss = 0, squares = 0;
  for (float const value : vector) squares += static_cast<double>(value) * static_cast<double>(value);
  for (std::size_t item = 0; item < count; ++item) {
    double product = 0;
    for (std::size_t d = 0; d < size; ++d) product += static_cast<double>(items[item * size + d] * vector[d]);
    loss += options.unobserved * product * product;
    for (auto const& one : taken)
      if (one.item == item) loss += static_cast<double>(one.value) * (product - 1) * (product - 1);
  }
  double const seen = static_cast<double>(taken.size()) + options.unobserved * static_cast<double>(count);
  return loss + options.regularisation * std::pow(seen, options.scaling) * squares;
}

TEST(ImplicitAls, FoldsAHistoryIntoTheMinimumOfItsLoss) {
  auto const x = tastes(40, 2, 8, 1);
  auto const factors = train_als(test_call(), x, small_als());
  FactorScorer const scorer(factors.options, factors.rows);
  std::vector<Taken> const history{{1, 1}, {2, 3}, {9, 1}};
  auto const vector = scorer.fold_in(history);
  double const least = user_loss(factors.options, factors.rows, history, vector);
  for (std::size_t d = 0; d < vector.size(); ++d)
    for (float const change : {-0.05f, 0.05f}) {
      auto moved = vector;
      moved[d] += change;
      EXPECT_GT(user_loss(factors.options, factors.rows, history, moved), least);
    }
}

TEST(ImplicitAls, ReasonsSumUpToTheScore) {
  auto const x = tastes(40, 2, 8, 2);
  auto const factors = train_als(test_call(), x, small_als());
  FactorScorer const scorer(factors.options, factors.rows);
  std::vector<Taken> const history{{1, 1}, {2, 2}, {9, 1}};
  std::vector<float> scores(scorer.items());
  scorer.score(history, scores);
  auto const reasons = scorer.reasons(history, 4);
  ASSERT_EQ(reasons.size(), 3u);
  EXPECT_NEAR(reasons[0].part + reasons[1].part + reasons[2].part, static_cast<double>(scores[4]), 1e-4);
  EXPECT_GT(reasons[1].part, reasons[2].part);  // of the same taste, and twice
}

TEST(ImplicitAls, BlocksLearnWhatTheWholeLearns) {
  auto const x = tastes(80, 4, 8, 3), held_out = tastes(80, 4, 8, 4);
  auto options = small_als();
  options.dimension = 32;
  for (std::int64_t const block : {16, 32}) {
    options.block = block;
    auto const factors = train_als(test_call(), x, options);
    auto const report = judge_top(test_call(), FactorScorer(options, factors.rows), x, held_out, 4);
    EXPECT_GT(report.recall, 0.25) << block;  // by chance .15
  }
}

TEST(ImplicitAls, TheNumberOfThreadsChangesNothingTheSeedDoes) {
  auto const x = tastes(50, 2, 10, 5);
  auto options = small_als();
  auto const alone = train_als(test_call(), x, options);
  options.threads = 3;
  EXPECT_EQ(alone.rows, train_als(test_call(), x, options).rows);
  options.seed = 2;
  EXPECT_NE(alone.rows, train_als(test_call(), x, options).rows);
}

TEST(ImplicitAls, NobodyKnownIsServedAndWhatCannotWorkIsRefused) {
  std::vector<Interaction> const one{{0, 0, 1}};
  auto const factors = train_als(test_call(), Interactions(one, 1, 3, "x"), small_als());
  FactorScorer const scorer(factors.options, factors.rows);
  std::vector<float> scores(3, 9.0f);
  scorer.score({}, scores);
  EXPECT_THAT(scores, testing::Each(0.0f));
  auto options = small_als();
  options.dimension = 20;
  options.unobserved = 0;
  auto const error = error_of([&] { (void)train_als(test_call(), Interactions(one, 1, 3, "x"), options); });
  EXPECT_THAT(error.details(), testing::UnorderedElementsAre(testing::Key("/dimension"), testing::Key("/unobserved")));
  std::vector<Interaction> const negative{{0, 0, -1}};
  EXPECT_EQ(error_of([&] { (void)train_als(test_call(), Interactions(negative, 1, 1, "x"), small_als()); }).code(),
            Code::invalid);
}

TEST(FactorScorer, VectorsThatNoTrainingGivesAreRefused) {
  AlsOptions options;
  options.dimension = options.block = 16;
  std::vector<float> const rows(32, 1e25f);
  FactorScorer const scorer(options, rows);
  std::vector<Taken> const history{{0, 1}};
  std::vector<float> scores(2);
  EXPECT_EQ(error_of([&] { scorer.score(history, scores); }).code(), Code::invalid);
  EXPECT_EQ(error_of([&] { (void)scorer.reasons(history, 1); }).code(), Code::invalid);
}

}  // namespace
}  // namespace lepton::recommend
