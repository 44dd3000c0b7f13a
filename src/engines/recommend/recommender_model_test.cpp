#include "recommend/recommender_model.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>

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

TEST(HistoryText, MayComeWithItemsThatAreNew) {
  auto const request = read_history_request(
      R"({"history": ["Heat"], "items": [{"item": "Ferrari", "title": "Ferrari!", "year": 2023, "plot": null}]})");
  ASSERT_EQ(request.history.size(), 1u);
  ASSERT_EQ(request.items.size(), 1u);
  EXPECT_EQ(request.items[0].name, "Ferrari");
  EXPECT_THAT(request.items[0].fields,
              testing::UnorderedElementsAre(testing::Pair("title", "Ferrari!"), testing::Pair("year", "2023")));
  EXPECT_EQ(read_history_request(R"({"history": "Heat, Ali"})").history.size(), 2u);
  EXPECT_EQ(read_history_request("Heat, Ali").history.size(), 2u);
  auto const said_of = [](std::string const& text) {
    return std::string(error_of([&] { (void)read_history_request(text); }).what());
  };
  EXPECT_THAT(said_of(R"({"items": [{"title": "x"}]})"), HasSubstr("element 0 of the items: expected an \"item\""));
  EXPECT_THAT(said_of(R"({"items": ["x"]})"), HasSubstr("element 0 of the items: expected an object"));
  EXPECT_THAT(said_of(R"({"items": [{"item": "x", "title": []}]})"), HasSubstr("null as \"title\""));
  EXPECT_THAT(said_of(R"({"items": {}})"), HasSubstr("expected \"history\""));
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
    artifact_ = Recommender::write(
        {.names = names,
         .popularity = counts,
         .weights = &weights,
         .features = &features,
         .feature_names = said,
         .columns = {{"director", ItemColumnKind::category, {}}, {"year", ItemColumnKind::number, {{1990, 1995}}}},
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

TEST_F(RecommenderModelTest, PlacesItemsThatComeWithTheRequest) {
  auto const request = [](std::string const& item) { return R"({"history": ["Heat"], "items": [)" + item + "]}"; };
  auto const model = load();
  auto const input = rows({request(R"({"item": "Ferrari", "director": "Mann|Nobody", "year": 2023})")});
  auto const answer = model->predict(input.view());
  EXPECT_EQ(answer.texts[0][0], R"(["Thief","Ferrari"])");  // it shares as much, and is as little popular
  auto const reasons = model->explain(input.view());
  EXPECT_EQ(reasons[0][1].contributions.at(0).name, "Heat – director: Mann");
  EXPECT_NEAR(reasons[0][1].contributions[0].value, std::sqrt(2.0), 1e-6);
  auto const refused = [&](std::string const& item) {
    return std::string(error_of([&] { (void)model->predict(rows({request(item)}).view()); }).what());
  };
  EXPECT_THAT(refused(R"({"item": "Ali"})"), HasSubstr("the model knows an item of this name"));
  EXPECT_THAT(refused(R"({"item": "x", "title": "y"})"), HasSubstr("row 0 of 'history': item 'x', \"title\""));
  EXPECT_THAT(refused(R"({"item": "x", "year": "soon"})"), HasSubstr("expected a number"));
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

/// Ali and Thief, which nobody took, are tied to Heat by facts; trees move Hero behind both.
std::string with_facts_and_ranker() {
  std::vector<std::string> const names{"Heat", "Ali", "Hero", "Thief"};
  std::vector<std::string> const entities{"Michael Mann", "Chicago"};
  std::vector<std::string> const relations{"http://film.example/director", "born in", "set in"};
  std::vector<float> const counts{5, 4, 3, 0};
  FactGraph const facts({{0, 0, 4}, {1, 0, 4}, {4, 1, 5}, {3, 2, 5}}, 4, 6, 3);
  Interactions const taken(std::vector<Interaction>{{0, 0, 1}, {0, 1, 1}, {1, 2, 1}, {2, 0, 1}, {2, 3, 1}}, 3, 4, "t");
  auto const paths = learn_paths(test_call(), facts, taken, 3);
  auto const trees = R"({"learner":{"learner_model_param":{"num_feature":"10","num_class":"0","base_score":"0"},
      "objective":{"name":"rank:ndcg"},"gradient_booster":{"name":"gbtree","model":{"trees":[
      {"left_children":[1,-1,-1],"right_children":[2,-1,-1],"split_indices":[9,0,0],
       "split_conditions":[0.5,-2,0],"default_left":[0,0,0]}]}}}})";
  return Recommender::write({.names = names,
                             .popularity = counts,
                             .facts = &facts,
                             .paths = &paths,
                             .entity_names = entities,
                             .relation_names = relations,
                             .blend = {.popularity = 0.01, .paths = 1},
                             .ranker = trees,
                             .ranker_unit = 0.5,
                             .most = 3});
}

std::vector<std::string> names_of(std::vector<runtime::Contribution> const& contributions) {
  std::vector<std::string> names;
  for (auto const& one : contributions) names.push_back(one.name);
  return names;
}

TEST_F(RecommenderModelTest, ExplainsByPathsAndByWhatTheRankerMadeOfIt) {
  artifact_ = with_facts_and_ranker();
  auto const model = load();
  auto const answer = model->predict(rows({"Heat"}).view());
  auto const items = json::parse(answer.texts[0][0]), scores = json::parse(answer.texts[1][0]);
  EXPECT_EQ(items.get_array().back().get_string(), "Hero");
  auto const reasons = model->explain(rows({"Heat"}).view());
  std::map<std::string, runtime::Explanation> of;
  for (auto const& one : reasons[0]) of[one.answer] = one;
  EXPECT_THAT(names_of(of["Ali"].contributions), testing::ElementsAre("Heat –director→ Michael Mann ←director– Ali"));
  EXPECT_THAT(names_of(of["Thief"].contributions),
              testing::ElementsAre("Heat –director→ Michael Mann –born in→ Chicago ←set in– Thief"));
  EXPECT_THAT(names_of(of["Hero"].contributions), testing::ElementsAre("ranker"));
  EXPECT_EQ(of["Hero"].contributions[0].value, -1);
  for (std::size_t i = 0; i < items.get_array().size(); ++i) {
    auto const& said = of[std::string(std::string_view(items.get_array()[i].get_string()))];
    double sum = said.base;
    for (auto const& one : said.contributions) sum += one.value;
    EXPECT_NEAR(sum, scores.get_array()[i].to_number<double>(), 1e-6);
  }
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
