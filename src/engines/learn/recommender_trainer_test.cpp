#include <gmock/gmock.h>

#include <random>

#include "base/error.h"
#include "learn/recommendation_report.h"
#include "learn/training_test.h"
#include "recommend/recommender_model.h"

namespace lepton::learn {
namespace {

using testing::HasSubstr;

/// Readers of three tastes, each with twelve books of a shelf; the later rows are the later ones.
std::string readers(unsigned seed, int users) {
  std::mt19937 random(seed);
  std::string csv = "reader,book,day,shelf\n";
  for (int day = 0; day < 12; ++day)
    for (int user = 0; user < users; ++user) {
      auto const taste = static_cast<unsigned>(user % 3);
      auto const shelf = random() % 10 < 8 ? taste : random() % 3;
      csv += fmt::format("r{},\"b{}, {}\",2026-01-{:02},{}\n", user, shelf, random() % 12, day + 1,
                         std::vector<std::string>{"poems", "crime", "诗"}[shelf]);
    }
  return csv;
}

class RecommenderTrainerTest : public TrainingTest {
 protected:
  static constexpr auto spec = R"({"trainer":"recommender","user":"reader","item":"book","time":"day",
                                   "item_features":["shelf"],"most":5,"dimension":16,"seed":3})";

  static std::unique_ptr<runtime::Model> load(TrainingResult const& result) {
    std::vector const kinds{recommend::recommender_kind()};
    return runtime::load(result.artifact, result.signature, kinds);
  }
  static runtime::Rows histories(std::vector<std::string> const& texts) {
    runtime::Rows rows(runtime::Matrix(texts.size(), 1));
    rows.texts = {texts};
    return rows;
  }
};

TEST_F(RecommenderTrainerTest, LeavesAServableModelAndItsReport) {
  auto const result = train(readers(1, 150), spec);
  auto const model = load(result);
  auto const answer = model->predict(histories({R"(["b1, 0", "b1, 3", "b1, 7"])", ""}).view());
  auto const items = json::parse(answer.texts[0][0]);
  ASSERT_EQ(items.get_array().size(), 5u);
  EXPECT_THAT(std::string(items.get_array()[0].get_string()), testing::StartsWith("b1, "));
  EXPECT_EQ(json::parse(answer.texts[0][1]).get_array().size(), 5u);
  EXPECT_EQ(answer.at(0, 2), 3);
  EXPECT_EQ(answer.at(1, 2), 0);

  auto const& report = result.report;
  EXPECT_EQ(report.task, runtime::Task::recommendation);
  EXPECT_EQ(report.same_bytes_for, Determinism::any_threads);
  EXPECT_GT(report.metrics.at("test_ndcg"), 1.3 * report.metrics.at("test_popularity_ndcg"));
  EXPECT_LT(report.metrics.at("test_ndcg_low"), report.metrics.at("test_ndcg"));
  EXPECT_GT(report.metrics.at("test_ndcg_high"), report.metrics.at("test_ndcg"));
  EXPECT_EQ(report.test.at("methods").get_array().size(), 2u);
  EXPECT_GT(report.test.at("above_popularity").at("low").to_number<double>(), 0);
  EXPECT_GE(report.test.at("tried").get_array().size(), 8u);
  EXPECT_GT(report.test_rows, 200);
  EXPECT_EQ(report.test.at("features").to_number<int>(), 3);
  EXPECT_TRUE(report.warnings.empty());
}

TEST_F(RecommenderTrainerTest, RepeatsItselfToTheByteForAnyThreads) {
  auto const first = train(readers(1, 40), spec);
  std::string threaded = spec;
  threaded.insert(threaded.size() - 1, R"(,"threads":3)");
  auto const again = train(readers(1, 40), threaded);
  EXPECT_TRUE(first.artifact == again.artifact);
  EXPECT_EQ(first.report.metrics, again.report.metrics);
}

TEST_F(RecommenderTrainerTest, EachMethodAnswers) {
  for (auto const* method : {"popularity", "neighbours", "ease", "als"}) {
    auto const result = train(readers(1, 60), fmt::format(R"({{"trainer":"recommender","user":"reader","item":"book",
        "method":"{}","blend":false,"dimension":16}})",
                                                          method));
    EXPECT_EQ(result.report.test.at("method").get_string(), method);
    auto const answer = load(result)->predict(histories({"\"b1, 0\""}).view());
    EXPECT_EQ(json::parse(answer.texts[0][0]).get_array().size(), 10u) << method;
  }
}

/// A book that came last and that nobody could have taken before is found by its shelf.
TEST_F(RecommenderTrainerTest, PlacesWhatNobodyTookByItsFeatures) {
  auto csv = readers(1, 60);
  for (int user = 1; user < 60; user += 3)
    for (auto const* title : {"new one", "new two"}) csv += fmt::format("r{},{},2026-02-01,crime\n", user, title);
  csv += "r2,new song,2026-02-01,诗\nr5,new song,2026-02-01,诗\nr8,new song,2026-02-01,诗\n";
  auto const result = train(csv, R"({"trainer":"recommender","user":"reader","item":"book","time":"day","most":1,
                                     "item_features":["shelf"],"dimension":16,"split":{"test":0.2}})");
  auto const& cold = result.report.test.at("cold");
  EXPECT_EQ(cold.at("items").to_number<int>(), 3);
  EXPECT_GT(cold.at("recall").to_number<double>(), 0.45);  // of two books one can come
  EXPECT_NEAR(cold.at("by_chance").to_number<double>(), 1.0 / 3, 1e-9);
}

/// 28 books by two writers and with two words in their titles. A reader takes books of one writer and word, and later
/// ones that came later; one of each nobody has taken yet.
class FurtherTablesTest : public RecommenderTrainerTest {
 protected:
  FurtherTablesTest() {
    std::string books = "book,title,pages\n", facts = "subject,relation,object\n";
    auto const add = [&](std::string const& name, unsigned cell, unsigned pages) {
      books += fmt::format("{},The {} of {},{}\n", name, cell % 2 == 0 ? "moon" : "knife", name, pages);
      facts += fmt::format("writer {},http://books.example/wrote,{}\n", cell / 2, name);
    };
    for (unsigned i = 0; i < 16; ++i) add(fmt::format("b{}", i), i / 4, 100 + i);
    for (unsigned cell = 0; cell < 4; ++cell)
      for (auto const* name : {"new", "newer", "unread"}) add(fmt::format("{}-{}", name, cell), cell, 140);
    give("books.csv", books);
    give("facts.csv", facts + "writer 0,lives in,Lima\n");
  }
  static std::string readings() {
    std::string csv = "reader,book,day\n";
    for (unsigned reader = 0; reader < 160; ++reader)
      for (unsigned day = 0; day < 5; ++day) {
        auto const cell = reader / 2 % 4, old = cell * 4 + (reader / 16 + day) % 4;
        csv += fmt::format("r{},{},{}\n", reader,
                           day == 4                          ? fmt::format("newer-{}", cell)
                           : day == 3 && reader / 8 % 2 == 1 ? fmt::format("new-{}", cell)
                                                             : fmt::format("b{}", old),
                           day);
      }
    return csv;
  }
  static constexpr auto with_tables = R"({"trainer":"recommender","user":"reader","item":"book","time":"day","most":10,
      "dimension":16,"seed":3,"inputs":{"books":"books.csv","facts":"facts.csv"},
      "items":{"input":"books","item":"book","text":["title"],"number":["pages"]},
      "facts":{"input":"facts"}})";

  static std::string explanations(TrainingResult const& result, std::string const& history) {
    std::string all;
    auto const reasons = load(result)->explain(histories({history}).view());
    for (auto const& one : reasons[0])
      for (auto const& said : one.contributions) all += said.name + "\n";
    return all;
  }
};

TEST_F(FurtherTablesTest, ExplainByItemWordAndPath) {
  auto const result = train(readings(), with_tables);
  auto const& report = result.report.test;
  EXPECT_EQ(report.at("items").to_number<int>(), 28);
  EXPECT_EQ(report.at("facts").at("facts").to_number<int>(), 29);
  EXPECT_EQ(report.at("facts").at("items").to_number<int>(), 28);
  EXPECT_EQ(report.at("facts").at("path_kinds").to_number<int>(), 1);
  EXPECT_GT(report.at("ranker").at("importance").get_array().size(), 10u);
  EXPECT_GT(report.at("cold").at("recall").to_number<double>(), 0.9);
  EXPECT_TRUE(result.report.warnings.empty());
  auto const said = explanations(result, R"(["b0", "b1", "b2"])");
  EXPECT_THAT(said, HasSubstr("b1\n"));
  EXPECT_THAT(said, HasSubstr(" – title: moon"));
  EXPECT_THAT(said, HasSubstr("b0 ←wrote– writer 0 –wrote→ "));
}

TEST_F(FurtherTablesTest, RepeatThemselvesToTheByteForAnyThreads) {
  auto const first = train(readings(), with_tables);
  std::string threaded = with_tables;
  threaded.insert(threaded.size() - 1, R"(,"threads":3)");
  EXPECT_TRUE(first.artifact == train(readings(), threaded).artifact);
}

TEST_F(FurtherTablesTest, PlaceWhatNobodyTook) {
  std::string longer = with_tables;
  longer.insert(longer.size() - 1, R"(,"ranker":false)");
  longer.replace(longer.find("\"most\":10"), 9, "\"most\":28");
  auto const answer = load(train(readings(), longer))->predict(histories({"b0, b1, b2"}).view());
  auto const items = answer.texts[0][0];
  EXPECT_LT(items.find("unread-0"), items.find("unread-1")) << items;  // another word
  EXPECT_LT(items.find("unread-0"), items.find("unread-2")) << items;  // another writer
}

TEST_F(FurtherTablesTest, AreNamedWhereTheyAreWrong) {
  auto const details = [&](std::string const& parameters) {
    (void)refusal(
        readings(),
        R"({"trainer":"recommender","user":"reader","item":"book","inputs":{"facts":"facts.csv"},)" + parameters + "}");
    return details_;
  };
  EXPECT_EQ(details(R"("items":{"input":"films"})").at("/parameters/items/input"),
            "expected the name of an input beside the first; there are facts");
  EXPECT_EQ(details(R"("facts":{"input":"facts","steps":4})").at("/parameters/facts/steps"), "must be between 1 and 3");
  EXPECT_EQ(details(R"("facts":{"input":"facts","object":"to"})").at("/parameters/facts/object"),
            "there is no column 'to'");
}

TEST_F(RecommenderTrainerTest, RefusesDataThatTeachesNothing) {
  EXPECT_THAT(refusal("", spec), HasSubstr("empty"));
  EXPECT_THAT(refusal("reader,book,day,shelf\n", spec), HasSubstr("no rows"));
  EXPECT_THAT(refusal("reader,book,day,shelf\nr,b,1,s\nr,c,2,s\n", spec), HasSubstr("at least two of each"));
  EXPECT_THAT(refusal("reader,book,day,shelf\nr,b,1,s\nq,c,2,s\n", spec), HasSubstr("no user has enough items"));
  EXPECT_THAT(refusal("reader,book,shelf\nr,b,s\n", spec), HasSubstr("it has reader, book, shelf"));
  EXPECT_EQ(details_.at("/parameters/time"), "there is no column 'day'");
  EXPECT_THAT(refusal("reader,book,day,shelf\nr,b,1,s\nq,,2,s\n", spec), HasSubstr("line 3, column 'book'"));
}

TEST_F(RecommenderTrainerTest, NamesWrongParameters) {
  auto const details = [&](std::string const& parameters) {
    (void)refusal("", R"({"trainer":"recommender","user":"u","item":"i",)" + parameters + "}");
    return details_;
  };
  EXPECT_TRUE(details(R"("most":0)").contains("/parameters/most"));
  EXPECT_TRUE(details(R"("diversity":2)").contains("/parameters/diversity"));
  EXPECT_TRUE(details(R"("diversity":0.5,"method":"popularity")").contains("/parameters/diversity"));
  EXPECT_TRUE(details(R"("method":"magic")").contains("/parameters/method"));
  EXPECT_TRUE(details(R"("regularisation":1)").contains("/parameters/regularisation"));
  EXPECT_TRUE(details(R"("dimension":20)").contains("/parameters/dimension"));
  EXPECT_TRUE(details(R"("key":"u")").contains("/key"));
}

TEST(BootstrapMean, HoldsTheMeanAndNarrowsWithMore) {
  std::vector<float> few, many;
  std::mt19937 random(1);
  for (int i = 0; i < 4000; ++i) (i < 40 ? few : many).push_back(static_cast<float>(random() % 100) / 100);
  auto const wide = bootstrap_mean(few, 1), narrow = bootstrap_mean(many, 1);
  EXPECT_LT(narrow.low, narrow.mean);
  EXPECT_GT(narrow.high, narrow.mean);
  EXPECT_LT(narrow.high - narrow.low, 0.3 * (wide.high - wide.low));
  EXPECT_NEAR(narrow.high - narrow.low, 2 * 1.96 * 0.289 / std::sqrt(3960.0), 0.004);
  EXPECT_EQ(wide.low, bootstrap_mean(few, 1).low);
  EXPECT_EQ(bootstrap_mean({}, 1).mean, 0);
}

}  // namespace
}  // namespace lepton::learn
