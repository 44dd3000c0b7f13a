#include "learn/xgboost_trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/error.h"
#include "learn/xgboost_library.h"
#include "learn/xgboost_parameters.h"
#include "runtime/model.h"

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

class XgboostTrainerTest : public testing::Test {
 protected:
  Trained train(json::Object parameters, std::uint64_t seed = 1, int threads = 1) {
    parameters.emplace("rounds", 30);
    return XgboostTrainer().train(system_call(clock_), {train_, validation_, parameters, seed, threads, "default"},
                                  [](Progress const&) {});
  }

  ManualClock clock_;
  Examples train_ = rows_with_holes(1, 2000), validation_ = rows_with_holes(2, 500);
};

TEST_F(XgboostTrainerTest, PredictsAsXgboostDoesWithoutXgboost) {
  for (auto const* text : {R"({"max_depth":1})", R"({"max_depth":6,"min_child_weight":0})",
                           R"({"tree_method":"exact","early_stopping_rounds":0,"max_depth":10,"min_child_weight":0})",
                           R"({"tree_method":"approx","subsample":0.3,"scale_pos_weight":3})"}) {
    auto const trained = train(json::parse(text).get_object());
    auto const model = runtime::load(trained.artifact, trained.signature);
    Examples test = rows_with_holes(3, 1000);
    for (std::size_t j = 0; j < 4; ++j) test.values.at(0, j) = runtime::missing;
    BoosterData const data(test, 1);
    Booster reference({&data});
    reference.load(trained.artifact);
    auto const expected = reference.predict(data);
    auto const found = model->predict(test.values.view());
    for (std::size_t i = 0; i < expected.size(); ++i)
      ASSERT_FLOAT_EQ(static_cast<float>(found.at(i, 0)), expected[i]) << text << ", row " << i;
  }
}

TEST_F(XgboostTrainerTest, GivesTheSameBytesForTheSameInput) {
  auto const first = train({}, 7);
  EXPECT_EQ(first.artifact, train({}, 7).artifact);
  EXPECT_NE(first.artifact, train({}, 8).artifact);
  EXPECT_EQ(train({}, 7, 2).artifact, train({}, 7, 2).artifact);
}

TEST_F(XgboostTrainerTest, StopsWhenValidationNoLongerGains) {
  auto const trained =
      train(json::parse(R"({"learning_rate":1,"max_depth":8,"early_stopping_rounds":3})").get_object());
  EXPECT_LT(trained.rounds, 30);
  EXPECT_EQ(trained.best_round, trained.rounds - 3);
}

TEST_F(XgboostTrainerTest, RanksWhatMatters) {
  auto const importance = train({}).importance;
  ASSERT_EQ(importance.size(), 4u);
  EXPECT_THAT((std::vector{importance[0].feature, importance[1].feature}),
              testing::UnorderedElementsAre("income", "年龄"));
  EXPECT_GT(importance[0].splits, 0);
}

TEST_F(XgboostTrainerTest, HeedsTheCall) {
  std::stop_source stop;
  int rounds = 0;
  EXPECT_THROW(
      (void)XgboostTrainer().train(system_call(clock_, stop.get_token()), {train_, validation_, {}, 1, 1, "default"},
                                   [&](Progress const&) {
                                     if (++rounds == 3) stop.request_stop();
                                   }),
      Error);
  EXPECT_EQ(rounds, 3);
}

TEST_F(XgboostTrainerTest, RefusesDataInWhichNothingVaries) {
  for (std::size_t i = 0; i < train_.rows(); ++i)
    for (std::size_t j = 0; j < 4; ++j) train_.values.at(i, j) = j == 0 ? runtime::missing : 1;
  EXPECT_THROW((void)train({}), Error);
}

TEST(XgboostParameters, NamesEveryWrongField) {
  try {
    (void)XgboostParameters::read(
        json::parse(R"({"max_depth":"deep","learning_rate":2,"depth":3,"stop_metric":"auk"})").get_object());
    FAIL() << "accepted";
  } catch (Error const& e) {
    EXPECT_EQ(e.details().size(), 4u);
    EXPECT_EQ(e.details().at("/parameters/learning_rate"), "must be above 0 and at most 1");
    EXPECT_THAT(e.details().at("/parameters/stop_metric"), testing::HasSubstr("log_loss, auc"));
    EXPECT_THAT(e.details().at("/parameters/depth"), testing::HasSubstr("not a known field"));
  }
}

TEST(MakeTrainer, ListsTheTrainersThereAre) {
  try {
    (void)make_trainer("lightgbm");
    FAIL() << "accepted";
  } catch (Error const& e) {
    EXPECT_STREQ(e.what(), "there is no trainer 'lightgbm'; the trainers are: xgboost");
  }
}

}  // namespace
}  // namespace lepton::learn
