#include "learn/scorecard_trainer.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "base/error.h"
#include "learn/training_test.h"
#include "runtime/scorecard.h"

namespace lepton::learn {
namespace {

using testing::Contains;
using testing::HasSubstr;

class ScorecardTrainerTest : public TrainingTest {
 protected:
  /// Income and how often somebody was late decide; the shoe size does not.
  static std::string table(int rows) {
    std::mt19937 random(5);
    std::string csv = "id,income,late,shoe,bad\n";
    for (int i = 0; i < rows; ++i) {
      int const income = static_cast<int>(random() % 4000), late = static_cast<int>(random() % 5);
      double const odds = -1.5 + 0.9 * late - income / 1000.0;
      bool const bad = std::generate_canonical<double, 32>(random) < 1 / (1 + std::exp(-odds));
      csv += fmt::format("{},{},{},{},{}\n", i, random() % 10 == 0 ? "" : std::to_string(income), late,
                         36 + random() % 10, bad ? 1 : 0);
    }
    return csv;
  }
  static constexpr auto spec = R"({"trainer":"scorecard","target":"bad","key":"id","double_odds":40,
    "monotone":{"income":"decreasing"}})";
};

TEST_F(ScorecardTrainerTest, MakesACardThatTellsRisk) {
  auto const result = train(table(6000), spec);
  auto const card = runtime::Scorecard::parse(result.artifact).content();
  ASSERT_EQ(card.features.size(), 2u);
  auto const& income = card.features[0];
  EXPECT_EQ(income.name, "income");
  EXPECT_TRUE(std::is_sorted(income.points.begin(), income.points.end())) << "more income, more points";
  EXPECT_TRUE(std::is_sorted(card.features[1].points.rbegin(), card.features[1].points.rend()));
  EXPECT_GT(result.report.metrics.at("test_auc"), 0.75);
  EXPECT_LT(result.report.test.at("calibration_error").to_number<double>(), 0.03);
  EXPECT_THAT(result.report.warnings, Contains(HasSubstr("'shoe' is not on the card")));
  EXPECT_EQ(result.report.importance.size(), 3u);
  EXPECT_EQ(result.signature.outputs.size(), 3u);
  EXPECT_EQ(train(table(6000), spec).artifact, result.artifact);
}

TEST_F(ScorecardTrainerTest, ServesWhatItWasTaught) {
  auto const result = train(table(3000), spec);
  auto const model = runtime::load(result.artifact, result.signature);
  runtime::Matrix rows(2, 2);
  rows.at(0, 0) = 3900, rows.at(0, 1) = 0, rows.at(1, 0) = 100, rows.at(1, 1) = 4;
  auto const out = model->predict(rows.view());
  EXPECT_GT(out.at(0, 2), out.at(1, 2));
  EXPECT_LT(out.at(0, 0), out.at(1, 0));
  auto const reasons = model->explain(rows.view()).at(1).at(0);
  double sum = reasons.base;
  for (auto const& reason : reasons.contributions) sum += reason.value;
  EXPECT_EQ(sum, out.at(1, 2)) << "reasons add up to the points";
}

TEST_F(ScorecardTrainerTest, TellsSlicesAndBaselines) {
  auto const result = train(table(3000), R"({"trainer":"scorecard","target":"bad","key":"id","ignore":["shoe"],
    "slices":["late","shoe"],"least_slice":100})");
  auto const& report = result.report;
  ASSERT_EQ(report.slices.size(), 5u) << "five values of 'late'; a shoe size has some sixty held-out rows";
  EXPECT_EQ(report.slices[0].column, "late");
  EXPECT_GE(report.slices[4].rows, 100);
  EXPECT_THAT(report.warnings, Contains(HasSubstr("slices of 'shoe': 10 values")));
  ASSERT_EQ(report.comparisons.size(), 1u);
  EXPECT_EQ(report.comparisons[0].baseline, "majority class");
  EXPECT_THAT(refusal(table(300), R"({"trainer":"scorecard","target":"bad","slices":["region"]})"),
              HasSubstr("columns that were asked for"));
  EXPECT_TRUE(details_.contains("/slices/0"));
  EXPECT_THAT(refusal(table(300), R"({"trainer":"scorecard","target":"bad","least_slice":1})"),
              HasSubstr("must be 10 or more"));
}

TEST_F(ScorecardTrainerTest, SaysWhatIsWrong) {
  EXPECT_THAT(refusal(table(300), R"({"trainer":"scorecard"})"), HasSubstr("parameters/target"));
  EXPECT_THAT(refusal(table(300), R"({"trainer":"scorecard","target":"bad","most_ranges":1,"double_odds":0})"),
              HasSubstr("2 parameters"));
  EXPECT_THAT(refusal(table(300), R"({"trainer":"scorecard","target":"bad","monotone":{"age":"increasing"}})"),
              HasSubstr("no feature 'age'"));
  EXPECT_THAT(refusal(table(300), R"({"trainer":"scorecard","target":"bad","features":["shoe"],
                                      "least_information":0.5})"),
              HasSubstr("no column tells the target apart"));
  EXPECT_THAT(refusal(table(300), R"({"trainer":"scorecard","target":"income"})"), HasSubstr("expected 0 or 1"));
  EXPECT_THAT(refusal("a,bad\n1,0\n2,0\n3,0\n4,0\n", R"({"trainer":"scorecard","target":"bad"})"),
              HasSubstr("needs rows of both classes"));
}

}  // namespace
}  // namespace lepton::learn
