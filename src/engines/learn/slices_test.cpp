#include "learn/slices.h"

#include <gmock/gmock.h>

namespace lepton::learn {
namespace {

/// Rows 0, 2, 4 … of a table are held out.
TestAnswers every_second(std::size_t rows) {
  TestAnswers answers;
  for (std::size_t i = 0; i < rows; ++i) {
    answers.rows.push_back(2 * i);
    answers.actual.push_back(i % 3 == 0 ? 1 : 0);
    answers.predicted.push_back(i % 6 == 0 ? 1 : 0);
    answers.scores.push_back(i % 6 == 0 ? 0.9F : 0.2F);
  }
  return answers;
}

TEST(SlicesTest, TellsTheFiguresOfEachValue) {
  std::vector<std::string> values(200, "odd row, never looked at");
  for (std::size_t i = 0; i < 200; i += 2) values[i] = i < 120 ? "north" : "south";
  auto const found = slice(every_second(100), "region", values, 30);
  ASSERT_EQ(found.slices.size(), 2u);
  auto const& north = found.slices[0];
  EXPECT_EQ(north.column, "region");
  EXPECT_EQ(north.value, "north");
  EXPECT_EQ(north.rows, 60);
  EXPECT_NEAR(north.accuracy, 50 / 60.0, 1e-9);
  EXPECT_NEAR(north.positive_rate.value(), 20 / 60.0, 1e-6);
  EXPECT_NEAR(north.auc.value(), 0.75, 1e-9) << "half of the positive rows rank above all others, half tie";
  EXPECT_EQ(found.slices[1].value, "south");
  EXPECT_EQ(found.values_hidden, 0u);
}

TEST(SlicesTest, HidesValuesOfFewRows) {
  std::vector<std::string> values(200, "many");
  for (std::size_t i = 0; i < 58; i += 2) values[i] = "few";
  auto const found = slice(every_second(100), "region", values, 30);
  ASSERT_EQ(found.slices.size(), 1u);
  EXPECT_EQ(found.slices[0].value, "many");
  EXPECT_EQ(found.values_hidden, 1u);
  EXPECT_EQ(found.rows_hidden, 29);
}

TEST(SlicesTest, HasNoAreaWhereOneClassIsAlone) {
  auto answers = every_second(60);
  answers.actual.assign(60, 0);
  auto const found = slice(answers, "region", std::vector<std::string>(120, "x"), 10);
  EXPECT_FALSE(found.slices.at(0).auc);
  EXPECT_EQ(found.slices.at(0).positive_rate, 0);
  answers.scores.clear();
  EXPECT_FALSE(slice(answers, "region", std::vector<std::string>(120, "x"), 10).slices.at(0).positive_rate);
}

}  // namespace
}  // namespace lepton::learn
