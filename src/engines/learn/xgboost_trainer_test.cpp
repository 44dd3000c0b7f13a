#include <gmock/gmock.h>

#include <random>

#include "base/error.h"
#include "learn/training_test.h"

namespace lepton::learn {
namespace {

using testing::HasSubstr;

class XgboostTrainerTest : public TrainingTest {
 protected:
  /// "id,query,income,age,<target>": the target of a row is what `target` makes of income and age.
  static std::string table(int rows, std::function<std::string(int income, int age)> const& target) {
    std::mt19937 random(7);
    std::string csv = "id,query,income,age,y\n";
    for (int i = 0; i < rows; ++i) {
      int const income = static_cast<int>(random() % 1000), age = static_cast<int>(20 + random() % 50);
      csv += fmt::format("{},q{},{},{},{}\n", i, i / 10, random() % 9 == 0 ? "" : std::to_string(income), age,
                         target(income, age));
    }
    return csv;
  }
};

TEST_F(XgboostTrainerTest, PredictsNumbers) {
  auto const csv = table(1500, [](int income, int age) { return fmt::format("{}", 5000 + 3.5 * income - age); });
  auto const result = train(csv, R"({"objective":"regression","target":"y","key":"id","ignore":["query"],"rounds":150,
    "monotone":{"income":"increasing"}})");
  auto const& report = result.report;
  EXPECT_GT(report.metrics.at("test_r2"), 0.8);
  EXPECT_GT(report.metrics.at("test_rmse"), report.metrics.at("test_mae"));
  EXPECT_EQ(report.test.at("calibration").get_array().size(), 10u);
  EXPECT_EQ(report.task, runtime::Task::regression);
  runtime::Matrix rows(2, 2);
  rows.at(0, 0) = 100, rows.at(1, 0) = 900, rows.at(0, 1) = rows.at(1, 1) = 40;
  auto const model = runtime::load(result.artifact, result.signature);
  auto const out = model->predict(rows.view());
  EXPECT_NEAR(out.at(0, 0), 5310, 400);
  EXPECT_NEAR(out.at(1, 0), 8110, 400);
  auto const reasons = model->explain(rows.view());
  double sum = reasons[1][0].base;
  for (auto const& one : reasons[1][0].contributions) sum += one.value;
  EXPECT_NEAR(sum, out.at(1, 0), 0.01);
  EXPECT_EQ(reasons[1][0].contributions[0].name, "income");
}

TEST_F(XgboostTrainerTest, TellsSeveralClassesApart) {
  auto const csv = table(1500, [](int income, int age) { return income < 300 ? "-1" : age > 45 ? "5" : "2"; });
  auto const result = train(csv, R"({"objective":"multiclass","target":"y","ignore":["id","query"],"rounds":60})");
  EXPECT_GT(result.report.metrics.at("test_accuracy"), 0.85);
  EXPECT_EQ(*result.signature.outputs[2].labels, (std::vector<std::string>{"-1", "2", "5"}));
  runtime::Matrix rows(2, 2);
  rows.at(0, 0) = 100, rows.at(1, 0) = 900, rows.at(0, 1) = rows.at(1, 1) = 60;
  auto const out = runtime::load(result.artifact, result.signature)->predict(rows.view());
  EXPECT_THAT(out.texts[0], testing::ElementsAre("-1", "5"));
  EXPECT_NEAR(out.at(0, 2) + out.at(0, 3) + out.at(0, 4), 1, 1e-5);
  EXPECT_EQ(out.at(0, 1), out.at(0, 2));
}

TEST_F(XgboostTrainerTest, TakesTextsForClasses) {
  auto const csv = table(900, [](int income, int age) { return income < 300 ? "poor" : age > 45 ? "年长" : "10"; });
  auto const result = train(csv, R"({"objective":"multiclass","target":"y","ignore":["id","query"],"rounds":60})");
  EXPECT_EQ(*result.signature.outputs[2].labels, (std::vector<std::string>{"10", "poor", "年长"}));
  runtime::Matrix rows(2, 2);
  rows.at(0, 0) = 100, rows.at(1, 0) = 900, rows.at(0, 1) = rows.at(1, 1) = 60;
  auto const out = runtime::load(result.artifact, result.signature)->predict(rows.view());
  EXPECT_THAT(out.texts[0], testing::ElementsAre("poor", "年长"));
  EXPECT_EQ(result.report.comparisons.at(0).baseline, "majority class");
}

TEST_F(XgboostTrainerTest, StopsReadingWhenThereAreTooManyClasses) {
  int next = 0;
  auto const csv = table(3000, [&](int, int) { return fmt::format("c{}", next++); });
  EXPECT_THAT(refusal(csv, R"({"objective":"multiclass","target":"y","ignore":["query"]})"),
              HasSubstr("line 1002, column 'y': more than 1000 different values"));
}

TEST_F(XgboostTrainerTest, OrdersTheRowsOfAKey) {
  auto const csv = table(2000, [](int income, int) { return income > 800 ? "2" : income > 500 ? "1" : "0"; });
  auto const result = train(csv, R"({"objective":"ranking","target":"y","key":"query","ignore":["id"],"rounds":40})");
  EXPECT_GT(result.report.metrics.at("test_ndcg_10"), 0.9);
  EXPECT_EQ(result.report.test_rows % 10, 0);  // queries are put apart as a whole
  EXPECT_EQ(result.report.test.at("queries").to_number<int>() * 10, result.report.test_rows);
  EXPECT_EQ(result.signature.outputs[0].name, "score");
}

TEST_F(XgboostTrainerTest, RepeatsItselfToTheByte) {
  auto const csv = table(600, [](int income, int) { return income > 800 ? "2" : income > 500 ? "1" : "0"; });
  for (std::string const objective : {"regression", "multiclass", "ranking"}) {
    auto const spec = fmt::format(
        R"({{"objective":"{}","target":"y","key":"query","ignore":["id"],"rounds":20,"threads":2}})", objective);
    auto const first = train(csv, spec), again = train(csv, spec);
    EXPECT_EQ(first.artifact, again.artifact) << objective;
    EXPECT_EQ(json::write(to_json(first.report)), json::write(to_json(again.report))) << objective;
  }
}

TEST_F(XgboostTrainerTest, RefusesTargetsThatAreNone) {
  auto const csv = [&](std::string const& target) { return table(50, [&](int, int) { return target; }); };
  EXPECT_THAT(refusal(csv("2.5"), R"({"objective":"multiclass","target":"y","ignore":["query"]})"),
              HasSubstr("line 2, column 'y': expected a class (a whole number or a text), found 2.5"));
  EXPECT_THAT(refusal(csv("3"), R"({"objective":"multiclass","target":"y","ignore":["query"]})"),
              HasSubstr("column 'y' is 3 in all 50 rows"));
  EXPECT_THAT(refusal(csv("-1"), R"({"objective":"ranking","target":"y","key":"query"})"),
              HasSubstr("row 1, column 'y': expected a relevance (a whole number from 0 to 30), found -1"));
  EXPECT_THAT(refusal(csv("x"), R"({"objective":"regression","target":"y"})"), HasSubstr("expected a number"));
  EXPECT_THAT(refusal(csv(""), R"({"objective":"regression","target":"y","ignore":["query"]})"),
              HasSubstr("the target is missing"));
  EXPECT_THAT(refusal(csv("1"), R"({"objective":"ranking","target":"y"})"), HasSubstr("key is required"));
}

}  // namespace
}  // namespace lepton::learn
