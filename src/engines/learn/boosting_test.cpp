#include "learn/boosting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/error.h"
#include "learn/xgboost_library.h"
#include "learn/xgboost_parameters.h"
#include "runtime/boosted_trees.h"

namespace lepton::learn {
namespace {

/// Rows whose answer depends on two columns, with noise and holes.
Examples rows_with_holes(unsigned seed, std::size_t rows) {
  std::mt19937 random(seed);
  Examples examples{{"income", "年龄", "a \"b\" [c] <d>", "noise"}, runtime::Matrix(rows, 4), {}, {}};
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < 4; ++j)
      if (random() % 7 != 0) examples.values.at(i, j) = static_cast<float>(random() % 10'000) / 10 - 300;
    float const income = examples.values.at(i, 0), age = examples.values.at(i, 1);
    bool const risky = (std::isnan(income) || income < 100) && (std::isnan(age) || age > 50);
    examples.target.push_back((random() % 10 == 0) != risky ? 1.0f : 0.0f);
    examples.keys.push_back(i);
  }
  return examples;
}

/// What XGBoost itself makes of the artifact.
struct Reference {
  Reference(std::string const& artifact, Examples const& rows)
      : data(rows, 1), booster(std::vector<BoosterData const*>{&data}) {
    booster.load(artifact);
  }
  BoosterData data;
  Booster booster;
};

class BoostingTest : public testing::Test {
 protected:
  Boosted grown(std::string const& parameters, std::uint64_t seed = 1, int threads = 1, std::size_t classes = 0) {
    auto object = json::parse(parameters).get_object();
    object.emplace("rounds", 30);
    object.emplace("target", "default");
    auto const read = XgboostParameters::read(object);
    return boost(system_call(clock_), {train_, validation_, read, classes, seed, threads}, sink_);
  }
  /// Three classes, or a number, of the same rows.
  void retarget(float (*target)(std::span<float const>)) {
    for (auto* part : {&train_, &validation_})
      for (std::size_t i = 0; i < part->rows(); ++i) part->target[i] = target(part->values.row(i));
  }
  static void expect_as_xgboost(std::string const& artifact, std::string const& about) {
    Examples test = rows_with_holes(3, 1000);
    for (std::size_t j = 0; j < 4; ++j) test.values.at(0, j) = runtime::missing;
    auto const trees = runtime::BoostedTrees::parse(artifact);
    std::vector<float> found(test.rows() * trees.outputs());
    trees.evaluate(test.values.view(), found.data());
    auto const expected = Reference(artifact, test).booster.predict(BoosterData(test, 1));
    ASSERT_EQ(expected.size(), found.size());
    for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_FLOAT_EQ(found[i], expected[i]) << about << ", " << i;
  }

  ManualClock clock_;
  Examples train_ = rows_with_holes(1, 2000), validation_ = rows_with_holes(2, 500);
  ProgressSink sink_ = [](Progress const&) {};
};

float one_of_three(std::span<float const> row) {
  return std::isnan(row[0]) ? 2 : row[0] < 100 ? 0 : row[1] > 50 ? 1 : 2;
}

float a_number(std::span<float const> row) {
  return 1000 + (std::isnan(row[0]) ? 0 : 3 * row[0]) - (std::isnan(row[1]) ? 50 : row[1]);
}

TEST_F(BoostingTest, PredictsAsXgboostDoesWithoutXgboost) {
  for (std::string const text :
       {R"({"max_depth":1})", R"({"max_depth":6,"min_child_weight":0})",
        R"({"tree_method":"exact","early_stopping_rounds":0,"max_depth":10,"min_child_weight":0})",
        R"({"tree_method":"approx","subsample":0.3,"scale_pos_weight":3})"})
    expect_as_xgboost(grown(text).artifact, text);
}

TEST_F(BoostingTest, PredictsSeveralClassesAndNumbersAsXgboostDoes) {
  retarget(a_number);
  expect_as_xgboost(grown(R"({"objective":"regression"})").artifact, "regression");
  retarget(one_of_three);
  expect_as_xgboost(grown(R"({"objective":"multiclass"})", 1, 1, 3).artifact, "multiclass");
}

/// XGBoost sums in single precision.
void expect_contributions_as_xgboost(std::string const& artifact) {
  Examples const test = rows_with_holes(5, 200);
  Reference const reference(artifact, test);
  auto const expected = reference.booster.contributions(reference.data);
  auto const trees = runtime::BoostedTrees::parse(artifact);
  std::size_t const width = 5;
  ASSERT_EQ(expected.size(), test.rows() * trees.outputs() * width);
  for (std::size_t row = 0; row < test.rows(); ++row)
    for (std::size_t output = 0; output < trees.outputs(); ++output) {
      auto const found = trees.contributions(test.values.row(row), output);
      for (std::size_t i = 0; i < width; ++i)
        ASSERT_NEAR(found[i], expected[(row * trees.outputs() + output) * width + i], 1e-4 * (1 + std::abs(found[i])))
            << "row " << row << ", output " << output << ", place " << i;
    }
}

TEST_F(BoostingTest, ExplainsAsXgboostDoes) {
  expect_contributions_as_xgboost(grown(R"({"max_depth":8,"min_child_weight":0})").artifact);
  expect_contributions_as_xgboost(grown(R"({"tree_method":"exact","max_depth":2})").artifact);
  retarget(a_number);
  expect_contributions_as_xgboost(grown(R"({"objective":"regression"})").artifact);
  retarget(one_of_three);
  expect_contributions_as_xgboost(grown(R"({"objective":"multiclass"})", 1, 1, 3).artifact);
}

TEST_F(BoostingTest, RanksRowsOfAKey) {
  for (auto* part : {&train_, &validation_})
    for (std::size_t i = 0; i < part->rows(); ++i) {
      part->keys[i] = i / 10;
      part->target[i] = part->values.at(i, 0) > 300 ? 2 : part->values.at(i, 0) > 0 ? 1 : 0;
    }
  double last = 0;
  sink_ = [&](Progress const& p) { last = p.metrics.at("validation_ndcg"); };
  auto const boosted = grown(R"({"objective":"ranking"})");
  EXPECT_GT(last, 0.9);
  expect_as_xgboost(boosted.artifact, "ranking");
}

TEST_F(BoostingTest, AConstraintHoldsEverywhere) {
  auto const lowest_step = [&](std::string const& parameters) {
    auto const trees = runtime::BoostedTrees::parse(grown(parameters).artifact);
    float worst = 0;
    for (int base = 0; base < 20; ++base) {
      Examples const others = rows_with_holes(static_cast<unsigned>(100 + base), 1);
      runtime::Matrix rows(200, 4);
      for (std::size_t i = 0; i < rows.rows(); ++i) {
        for (std::size_t j = 0; j < 4; ++j) rows.at(i, j) = others.values.at(0, j);
        rows.at(i, 1) = static_cast<float>(i) * 5 - 300;
      }
      std::vector<float> scores(rows.rows());
      trees.evaluate(rows.view(), scores.data());
      for (std::size_t i = 1; i < scores.size(); ++i) worst = std::min(worst, scores[i] - scores[i - 1]);
    }
    return worst;
  };
  EXPECT_LT(lowest_step("{}"), 0);
  EXPECT_GE(lowest_step(R"({"monotone":{"年龄":"increasing"}})"), 0);
  try {
    (void)grown(R"({"monotone":{"years":"increasing"}})");
    FAIL() << "accepted";
  } catch (Error const& e) {
    EXPECT_TRUE(e.details().contains("/parameters/monotone/years"));
  }
}

TEST_F(BoostingTest, GivesTheSameBytesForTheSameInput) {
  auto const first = grown("{}", 7);
  EXPECT_EQ(first.artifact, grown("{}", 7).artifact);
  EXPECT_NE(first.artifact, grown("{}", 8).artifact);
  EXPECT_EQ(grown("{}", 7, 2).artifact, grown("{}", 7, 2).artifact);
}

TEST_F(BoostingTest, StopsWhenValidationNoLongerGains) {
  auto const boosted = grown(R"({"learning_rate":1,"max_depth":8,"early_stopping_rounds":3})");
  EXPECT_LT(boosted.rounds, 30);
  EXPECT_EQ(boosted.best_round, boosted.rounds - 3);
}

TEST_F(BoostingTest, RanksWhatMatters) {
  auto const importance = grown("{}").importance;
  ASSERT_EQ(importance.size(), 4u);
  EXPECT_THAT((std::vector{importance[0].feature, importance[1].feature}),
              testing::UnorderedElementsAre("income", "年龄"));
  EXPECT_GT(importance[0].splits, 0);
}

TEST_F(BoostingTest, HeedsTheCall) {
  std::stop_source stop;
  int rounds = 0;
  auto const parameters = XgboostParameters::read({{"target", "default"}});
  EXPECT_THROW((void)boost(system_call(clock_, stop.get_token()), {train_, validation_, parameters, 0, 1, 1},
                           [&](Progress const&) {
                             if (++rounds == 3) stop.request_stop();
                           }),
               Error);
  EXPECT_EQ(rounds, 3);
}

TEST_F(BoostingTest, RefusesDataInWhichNothingVaries) {
  for (std::size_t i = 0; i < train_.rows(); ++i)
    for (std::size_t j = 0; j < 4; ++j) train_.values.at(i, j) = j == 0 ? runtime::missing : 1;
  EXPECT_THROW((void)grown("{}"), Error);
}

TEST(XgboostParameters, NamesEveryWrongField) {
  try {
    (void)XgboostParameters::read(
        json::parse(R"({"target":"y","max_depth":"deep","learning_rate":2,"depth":3,"stop_metric":"auk"})")
            .get_object());
    FAIL() << "accepted";
  } catch (Error const& e) {
    EXPECT_EQ(e.details().size(), 4u);
    EXPECT_EQ(e.details().at("/parameters/learning_rate"), "must be above 0 and at most 1");
    EXPECT_THAT(e.details().at("/parameters/stop_metric"), testing::HasSubstr("log_loss, auc"));
    EXPECT_THAT(e.details().at("/parameters/depth"), testing::HasSubstr("not a known field"));
  }
}

TEST(XgboostParameters, GoTogetherWithTheObjective) {
  auto const problems = [](std::string const& text) {
    try {
      (void)XgboostParameters::read(json::parse(text).get_object());
    } catch (Error const& error) {
      return error.details();
    }
    return Details{};
  };
  EXPECT_EQ(problems(R"({"target":"y","objective":"regression","stop_metric":"auc"})").at("/parameters/stop_metric"),
            "must be one of rmse, mae with objective regression");
  EXPECT_TRUE(problems(R"({"target":"y","objective":"ranking","scale_pos_weight":2})")
                  .contains("/parameters/scale_pos_weight"));
  EXPECT_TRUE(problems(R"({"target":"y","objective":"multiclass","monotone":{"a":"increasing"}})")
                  .contains("/parameters/monotone"));
  EXPECT_TRUE(problems(R"({"target":"y","objective":"ordinal"})").contains("/parameters/objective"));
  EXPECT_TRUE(problems(R"({"target":"y","objective":"ranking","stop_metric":"map"})").empty());
}

TEST(MakeTrainer, ListsTheTrainersThereAre) {
  try {
    (void)make_trainer("lightgbm");
    FAIL() << "accepted";
  } catch (Error const& e) {
    EXPECT_STREQ(e.what(),
                 "there is no trainer 'lightgbm'; the trainers are: anomaly, linear-text, recommender, scorecard, "
                 "sequence-tagger, xgboost");
  }
}

}  // namespace
}  // namespace lepton::learn
