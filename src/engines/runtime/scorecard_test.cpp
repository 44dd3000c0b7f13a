#include "runtime/scorecard.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "runtime/scorecard_model.h"

namespace lepton::runtime {
namespace {

using testing::HasSubstr;

ScorecardContent two_lines() {
  ScorecardContent card;
  card.features = {{"income", {1000, 2000}, {100, 200, 280}, 150, 210, {10, 20, 30, 5}, {.3, .2, .1, .2}},
                   {"late", {1}, {320, 240}, 320, 300, {50, 10, 0}, {.1, .6, 0}}};
  return card;
}

std::string refusal(ScorecardContent const& card) {
  try {
    (void)Scorecard(card);
  } catch (Error const& error) {
    EXPECT_EQ(error.code(), Code::invalid);
    return error.what();
  }
  return "accepted";
}

TEST(ScorecardTest, AddsThePointsOfRanges) {
  Scorecard const card(two_lines());
  EXPECT_EQ(card.points(std::vector<float>{999, 0}), 420);
  EXPECT_EQ(card.points(std::vector<float>{1000, 0}), 520) << "a value that reaches a cut is behind it";
  EXPECT_EQ(card.points(std::vector<float>{2500, 3}), 520);
  EXPECT_EQ(card.points(std::vector<float>{missing, missing}), 470);
}

TEST(ScorecardTest, TellsTheOddsOfPoints) {
  Scorecard const card(two_lines());
  EXPECT_DOUBLE_EQ(card.probability(600), 1 / 51.0);
  EXPECT_DOUBLE_EQ(card.probability(620), 1 / 101.0) << "20 points more double the odds";
  EXPECT_DOUBLE_EQ(card.probability(1'000'000), 0);
  EXPECT_DOUBLE_EQ(card.probability(-1'000'000), 1);
}

TEST(ScorecardTest, ComesBackFromItsBytes) {
  auto const bytes = Scorecard(two_lines()).write();
  EXPECT_TRUE(Scorecard::is(bytes));
  auto const again = Scorecard::parse(bytes);
  EXPECT_EQ(again.write(), bytes);
  EXPECT_EQ(again.content().features[0].points, (std::vector<std::int64_t>{100, 200, 280}));
}

TEST(ScorecardTest, RefusesWhatCannotBeAdded) {
  EXPECT_EQ(refusal(two_lines()), "accepted");
  auto card = two_lines();
  card.features[0].cuts = {2000, 1000};
  EXPECT_THAT(refusal(card), HasSubstr("the cuts of 'income' do not ascend"));
  card = two_lines();
  card.features[1].points.pop_back();
  EXPECT_THAT(refusal(card), HasSubstr("'late' needs points for each range"));
  card = two_lines();
  card.features[1].rates.clear();
  EXPECT_THAT(refusal(card), HasSubstr("'late' needs rows and rates"));
  card = two_lines();
  card.features[0].missing = 1'000'000'000'000;
  EXPECT_THAT(refusal(card), HasSubstr("the points of 'income' are beyond"));
  card = two_lines();
  card.double_odds = 0;
  EXPECT_THAT(refusal(card), HasSubstr("odds are numbers above 0"));
  card.features.clear();
  card.double_odds = 20;
  EXPECT_THAT(refusal(card), HasSubstr("no features"));
  card = two_lines();
  card.version = 2;
  EXPECT_THAT(refusal(card), HasSubstr("another kind or version"));
}

class ScorecardModelTest : public testing::Test {
 protected:
  static std::unique_ptr<Model> model(ScorecardContent const& card) {
    return load(Scorecard(card).write(), signature_of(card, "default"));
  }
  static Matrix one(float income, float late) { return Matrix(2, std::vector<float>{income, late}); }
};

TEST_F(ScorecardModelTest, AnswersProbabilityClassAndPoints) {
  auto card = two_lines();
  card.base_points = 500;
  card.base_odds = 1;
  auto const out = model(card)->predict(one(1500, 0).view());
  EXPECT_FLOAT_EQ(static_cast<float>(out.at(0, 0)), 1 / 3.0F) << "520 points: odds of two to one against";
  EXPECT_EQ(out.at(0, 1), 0);
  EXPECT_EQ(out.at(0, 2), 520);
}

TEST_F(ScorecardModelTest, GivesReasonsBySizeOfTheLoss) {
  auto const row = one(999, 2);
  auto const reasons = model(two_lines())->explain(row.view()).at(0).at(0);
  EXPECT_EQ(reasons.answer, "points");
  EXPECT_EQ(reasons.base, 600) << "the best of both lines";
  ASSERT_EQ(reasons.contributions.size(), 2u);
  EXPECT_EQ(reasons.contributions[0].name, "income");
  EXPECT_EQ(reasons.contributions[0].value, -180);
  EXPECT_EQ(reasons.contributions[1].name, "late");
  EXPECT_EQ(reasons.contributions[1].value, -80);
  auto const best = one(5000, 0);
  EXPECT_TRUE(model(two_lines())->explain(best.view()).at(0).at(0).contributions.empty());
}

TEST_F(ScorecardModelTest, TellsReasonsAgainstTheMeanRow) {
  auto card = two_lines();
  card.reasons = ReasonReference::neutral;
  auto const row = one(2000, 1);
  auto const reasons = model(card)->explain(row.view()).at(0).at(0);
  EXPECT_EQ(reasons.base, 510);
  ASSERT_EQ(reasons.contributions.size(), 2u);
  EXPECT_EQ(reasons.contributions[0].name, "late");
  EXPECT_EQ(reasons.contributions[0].value, -60);
  EXPECT_EQ(reasons.contributions[1].value, 70) << "what speaks for the row comes last";
}

TEST_F(ScorecardModelTest, RefusesAnotherSignature) {
  auto signature = signature_of(two_lines(), "default");
  signature.inputs.pop_back();
  EXPECT_THROW((void)load(Scorecard(two_lines()).write(), signature), Error);
}

}  // namespace
}  // namespace lepton::runtime
