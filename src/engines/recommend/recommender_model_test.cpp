#include "recommend/recommender_model.h"

#include <gmock/gmock.h>

#include <cmath>

#include "recommend/history_text.h"
#include "recommend/recommend_testing.h"

namespace lepton::recommend {
namespace {

using testing::HasSubstr;

std::string said(std::string const& text) {
  return error_of([&] { (void)read_history(text); }).what();
}

TEST(HistoryText, IsAJsonArrayOrNamesWithCommas) {
  auto const history = read_history(R"( ["Heat", 7, {"item": "Ali, 2001", "value": 2.5}] )");
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0].name, "Heat");
  EXPECT_EQ(history[1].name, "7");
  EXPECT_EQ(history[2].name, "Ali, 2001");
  EXPECT_EQ(history[2].value, 2.5f);
  auto const plain = read_history(" Heat, 英雄 ,,");
  ASSERT_EQ(plain.size(), 2u);
  EXPECT_EQ(plain[1].name, "英雄");
  EXPECT_TRUE(read_history("").empty());
  EXPECT_TRUE(read_history(" \n").empty());
  EXPECT_TRUE(read_history("[]").empty());
}

TEST(HistoryText, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(said("[\"a\""), HasSubstr("line 1"));
  EXPECT_THAT(said("[\"a\", null]"), HasSubstr("element 1 of the history: expected the name of an item"));
  EXPECT_THAT(said("[1.5]"), HasSubstr("element 0"));
  EXPECT_THAT(said("[{\"value\": 1}]"), HasSubstr("expected an \"item\""));
  EXPECT_THAT(said("[{\"item\": \"a\", \"value\": -1}]"), HasSubstr("from 0 to 1000000"));
  EXPECT_THAT(said("[{\"item\": \"a\", \"value\": \"2\"}]"), HasSubstr("a number as \"value\""));
  EXPECT_THAT(said("[{\"item\": \"a\", \"count\": 2}]"), HasSubstr("alone"));
}

class RecommenderModelTest : public testing::Test {
 protected:
  RecommenderModelTest() {
    std::vector<float> const counts{5, 4, 3, 0};
    std::vector<Interaction> const facts{{0, 0, 1}, {3, 0, 1}, {1, 1, 1}, {2, 1, 1}};
    auto const features = telling_rows(ItemFeatures(facts, 4, 2, "features"));
    std::vector<std::string> const names{"Heat", "Ali", "Hero", "Thief"}, said{"director: Mann", "genre: drama"};
    ItemWeights weights{4, std::vector<float>(16)};
    weights.values[0 * 4 + 2] = 0.5f;  // who took Heat takes Hero
    artifact_ = Recommender::write({.names = names,
                                    .popularity = counts,
                                    .weights = &weights,
                                    .features = &features,
                                    .feature_names = said,
                                    .blend = {0.01, 1, 0, 2},
                                    .most = 2});
  }
  std::unique_ptr<runtime::Model> load() const {
    std::vector const kinds{recommender_kind()};
    return runtime::load(artifact_, recommender_signature("film"), kinds);
  }
  static runtime::Rows rows(std::vector<std::string> const& histories) {
    runtime::Rows rows(runtime::Matrix(histories.size(), 1));
    rows.texts = {histories};
    return rows;
  }

  std::string artifact_;
};

TEST_F(RecommenderModelTest, AnswersItemsScoresAndHowMuchItKnew) {
  auto const answer = load()->predict(rows({"[\"Heat\"]", "", "unknown, Ali"}).view());
  EXPECT_EQ(answer.texts[0][0], R"(["Thief","Hero"])");  // nobody took Thief: it shares its director
  EXPECT_EQ(answer.texts[0][1], R"(["Heat","Ali"])");
  EXPECT_EQ(answer.texts[0][2], R"(["Hero","Heat"])");
  EXPECT_EQ(answer.at(0, 2), 1);
  EXPECT_EQ(answer.at(1, 2), 0);
  EXPECT_EQ(answer.at(2, 2), 1);
  EXPECT_THAT(answer.texts[1][0], testing::StartsWith("[1.41"));
}

TEST_F(RecommenderModelTest, ExplainsByItemsAndByFactsOnTheWay) {
  auto const reasons = load()->explain(rows({"Heat", ""}).view());
  ASSERT_EQ(reasons[0].size(), 2u);
  EXPECT_EQ(reasons[0][0].answer, "Thief");
  ASSERT_EQ(reasons[0][0].contributions.size(), 1u);
  EXPECT_EQ(reasons[0][0].contributions[0].name, "Heat – director: Mann");
  EXPECT_NEAR(reasons[0][0].contributions[0].value, std::sqrt(2.0), 1e-6);
  EXPECT_EQ(reasons[0][1].contributions.at(0).name, "Heat");
  EXPECT_TRUE(reasons[1][0].contributions.empty());
  EXPECT_GT(reasons[1][0].base, 0);
}

TEST_F(RecommenderModelTest, NamesTheRowThatItCannotRead) {
  auto const model = load();
  EXPECT_THAT(error_of([&] {
                (void)model->predict(rows({"Heat", "[null]"}).view());
              }).what(),
              HasSubstr("row 1 of 'history': element 0"));
}

TEST_F(RecommenderModelTest, IsLoadedOnlyByItsKindAndWithItsSignature) {
  EXPECT_EQ(error_of([&] { (void)runtime::load(artifact_, recommender_signature("film")); }).code(), Code::invalid);
  auto other = recommender_signature("film");
  other.outputs.pop_back();
  std::vector const kinds{recommender_kind()};
  EXPECT_THAT(error_of([&] { (void)runtime::load(artifact_, other, kinds); }).what(), HasSubstr("signature"));
}

}  // namespace
}  // namespace lepton::recommend
