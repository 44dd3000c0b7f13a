#include <gmock/gmock.h>

#include <random>

#include "base/error.h"
#include "learn/logistic_calibration.h"
#include "learn/training_test.h"

namespace lepton::learn {
namespace {

using testing::HasSubstr;

/// "Anna Smith of London said it ." in BIO, three sentences a document: "doc,sent,token,tag".
std::string news(unsigned seed, int documents) {
  std::mt19937 random(seed);
  auto const pick = [&](auto const& list) { return list[random() % list.size()]; };
  std::vector<std::string> const first{"Anna", "Peter", "Maria", "John"}, last{"Smith", "Wong", "Braun", "Silva"},
      cities{"London", "Paris", "Oslo", "Lima"}, verbs{"said", "denied", "hoped", "knew"};
  std::string csv = "doc,sent,token,tag\n";
  for (int d = 0; d < documents; ++d)
    for (int s = 0; s < 3; ++s) {
      auto const add = [&](std::string const& token, std::string const& tag) {
        csv += fmt::format("d{},{},{},{}\n", d, s, token, tag);
      };
      add(pick(first), "B-PER");
      add(pick(last), "I-PER");
      add("of", "O");
      add(pick(cities), "B-LOC");
      add(pick(verbs), "O");
      add("it", "O");
      add(".", "O");
    }
  return csv;
}

class SequenceTaggerTrainerTest : public TrainingTest {
 protected:
  static constexpr auto spec =
      R"({"trainer":"sequence-tagger","token":"token","tag":"tag","sentence":"sent","key":"doc","rounds":6})";
};

TEST_F(SequenceTaggerTrainerTest, LeavesAServableModelAndItsReport) {
  auto const result = train(news(1, 40), spec);
  auto const answer = ask(result, {"Señor José met Maria Braun of Lima.", ""});
  auto const entities = json::parse(answer.texts[0][0]).get_array();
  auto const found = [&](std::string_view text) {
    for (auto const& one : entities)
      if (one.at("text").get_string() == text) return one.get_object();
    return json::Object();
  };
  auto const maria = found("Maria Braun");
  ASSERT_FALSE(maria.empty()) << answer.texts[0][0];
  EXPECT_EQ(maria.at("type").get_string(), "PER");
  EXPECT_EQ(maria.at("begin").to_number<int>(), 15);  // characters, not bytes
  EXPECT_EQ(maria.at("end").to_number<int>(), 26);
  EXPECT_GT(maria.at("confidence").to_number<double>(), 0.5);
  EXPECT_EQ(answer.texts[0][1], "[]");

  auto const& report = result.report;
  EXPECT_EQ(report.metrics.at("test_entity_f1"), 1);
  EXPECT_EQ(report.train_rows + report.validation_rows + report.test_rows, 40 * 21);
  EXPECT_EQ(report.test_rows % 21, 0);  // documents are put apart as a whole
  EXPECT_EQ(report.rounds, 6);
  EXPECT_EQ(report.same_bytes_for, Determinism::same_processor);
  EXPECT_EQ(report.learning_curve.size(), 6u);
  EXPECT_EQ(observed_.back().done, 1);
  EXPECT_EQ(report.task, runtime::Task::text_entities);
}

TEST_F(SequenceTaggerTrainerTest, RepeatsItselfToTheByteForAnyThreads) {
  auto const first = train(news(1, 20), spec);
  auto with_threads = std::string(spec);
  with_threads.insert(1, R"("threads":3,)");
  EXPECT_EQ(first.artifact, train(news(1, 20), with_threads).artifact);
}

TEST_F(SequenceTaggerTrainerTest, EndsWhenHeldOutNamesAreFoundNoBetter) {
  auto const with = [](std::string const& more) {
    return R"({"trainer":"sequence-tagger","token":"token","tag":"tag","sentence":"sent","key":"doc",)" + more + "}";
  };
  auto const early = train(news(1, 40), with(R"("rounds":60,"early_stopping_rounds":3)"));
  auto const& report = early.report;
  EXPECT_EQ(report.rounds, report.best_round + 3);  // the names of this news are all found in one of the first rounds
  EXPECT_LT(report.rounds, 30);
  EXPECT_EQ(report.metrics.at("validation_entity_f1"), 1);
  std::vector<double> found;
  for (auto const& point : report.learning_curve)
    if (point.key == "validation_entity_f1") found.push_back(point.value);
  ASSERT_EQ(found.size(), static_cast<std::size_t>(report.rounds));
  EXPECT_EQ(found[static_cast<std::size_t>(report.best_round) - 1], *std::max_element(found.begin(), found.end()));
  EXPECT_EQ(early.artifact, train(news(1, 40), with(R"("rounds":60,"early_stopping_rounds":3)")).artifact);

  // folds learn for as many rounds as the first stage was best after, and are not judged
  auto const two = train(news(1, 40), with(R"("rounds":60,"early_stopping_rounds":3,"stages":2,"folds":2)")).report;
  EXPECT_EQ(two.metrics.at("validation_entity_f1"), 1);
  EXPECT_GT(two.best_round, report.rounds + 2 * report.best_round);
  EXPECT_EQ(two.rounds, two.best_round + 3);

  EXPECT_THAT(refusal(news(1, 40), with(R"("early_stopping_rounds":-1)")), HasSubstr("parameters"));
  EXPECT_EQ(details_.at("/parameters/early_stopping_rounds"), "must be 0 (never) or more");
}

TEST_F(SequenceTaggerTrainerTest, TwoStagesAndSentencesAsDocuments) {
  std::string csv = "sent,token,tag\n";
  for (int i = 0; i < 60; ++i) csv += fmt::format("{0},{1},S-NAME\n{0},报,O\n{0},告,O\n", i, i % 2 ? "王" : "李");
  auto const result = train(csv, R"({"trainer":"sequence-tagger","token":"token","tag":"tag","sentence":"sent",
    "unit":"character","stages":2,"folds":2,"rounds":4,"text":"文本"})");
  EXPECT_EQ(result.signature.inputs[0].name, "文本");
  EXPECT_THAT(ask(result, {"王报告"}).texts[0][0], HasSubstr(R"("begin":0,"end":1,"text":"王","type":"NAME")"));
  EXPECT_EQ(result.report.spec.split.by, SplitBy::stratified);
}

TEST_F(SequenceTaggerTrainerTest, SaysWhatSpokeForAnEntity) {
  auto const result = train(news(1, 40), spec);
  runtime::Rows rows(runtime::Matrix(1, 1));
  rows.texts = {{"Peter Wong of Oslo knew it."}};
  auto const reasons = runtime::load(result.artifact, result.signature)->explain(rows.view());
  ASSERT_EQ(reasons.at(0).size(), 2u);
  EXPECT_EQ(reasons[0][0].answer, "PER Peter Wong");
  EXPECT_FALSE(reasons[0][0].contributions.empty());
}

TEST_F(SequenceTaggerTrainerTest, AnswersWithReadingsWhereAskedTo) {
  auto const with = std::string(spec).substr(0, std::string_view(spec).size() - 1) + R"(,"readings":3})";
  auto const result = train(news(1, 40), with);
  ASSERT_EQ(result.signature.outputs.size(), 2u);
  auto const answer = ask(result, {"Señor José met Maria Braun of Lima. Peter Wong of Oslo knew it.", ""});
  auto const sentences = json::parse(answer.texts[1][0]).get_array();
  ASSERT_EQ(sentences.size(), 2u);
  ASSERT_EQ(sentences[1].get_array().size(), 3u);
  auto const& best = sentences[1].at(0);
  EXPECT_GT(best.at("probability").to_number<double>(), sentences[1].at(1).at("probability").to_number<double>());
  EXPECT_EQ(best.at("entities").at(0).at("text").get_string(), "Peter Wong");
  EXPECT_EQ(best.at("entities").at(0).at("begin").to_number<int>(), 36);
  EXPECT_EQ(answer.texts[1][1], "[]");
}

/// A city that no document has, known from a list, and a person whose neighbours are those of persons.
TEST_F(SequenceTaggerTrainerTest, TakesListsOfNamesAndTextsThatNobodyTagged) {
  give("places.csv", "kind,place\ncity,London\ncity,Paris\ncity,Oslo\ncity,Lima\ncity,Aix-en-Provence\n");
  std::string texts = "body\n";
  for (int i = 0; i < 30; ++i)
    for (auto const* first : {"Anna", "Peter", "Maria", "John", "Zenobia"})
      texts += fmt::format("{} Smith of Lima said it.\n", first);
  give("archive.csv", texts);
  auto const with = std::string(spec).substr(0, std::string_view(spec).size() - 1) +
                    R"(,"inputs":{"places":"places.csv","archive":"archive.csv"},
    "names":{"input":"places","type":"kind","name":"place"},"unlabelled":{"input":"archive","text":"body"}})";
  auto const answer = ask(train(news(1, 40), with), {"Zenobia Zulu of Aix-en-Provence said it."}).texts[0][0];
  EXPECT_THAT(answer, HasSubstr(R"("text":"Zenobia Zulu","type":"PER")"));
  EXPECT_THAT(answer, HasSubstr(R"("text":"Aix-en-Provence","type":"LOC")"));
}

TEST_F(SequenceTaggerTrainerTest, UnitsComeInSixteens) {
  auto const head = std::string(spec).substr(0, std::string_view(spec).size() - 1);
  for (auto const* units : {"24", "-16", "528"}) {
    EXPECT_THAT(refusal(news(1, 40), head + R"(,"units":)" + units + "}"), HasSubstr("parameters")) << units;
    EXPECT_EQ(details_.at("/parameters/units"), "must be a multiple of 16 between 0 and 512") << units;
  }
}

TEST_F(SequenceTaggerTrainerTest, NamesWhatIsWrongWithFurtherTables) {
  auto const head = std::string(spec).substr(0, std::string_view(spec).size() - 1);
  auto const names = head + R"(,"inputs":{"places":"places.csv"},"names":{"input":"places"}})";
  give("places.csv", "kind,name\ncity,London\n");
  EXPECT_THAT(refusal(news(1, 40), names), HasSubstr("the table of names 'places' does not have"));
  EXPECT_EQ(details_.at("/parameters/names/type"), "there is no column 'type'");
  give("places.csv", "type,name\ncity,London\n,Paris\n");
  EXPECT_THAT(refusal(news(1, 40), names), HasSubstr("places, line 3, column 'type': the list of the name is missing"));
  give("places.csv", "type,name\ncity,London\ncity,\n");
  EXPECT_THAT(refusal(news(1, 40), names), HasSubstr("places, line 3, column 'name': the name is missing"));
  std::string many = "type,name\n";
  for (int i = 0; i < 65; ++i) many += fmt::format("list {},London\n", i);
  give("places.csv", many);
  EXPECT_THAT(refusal(news(1, 40), names), HasSubstr("line 66, column 'type': 'list 64' is one list more than the 64"));
  auto const texts = head + R"(,"inputs":{"archive":"archive.csv"},"unlabelled":{"input":"archive"}})";
  give("archive.csv", "text\nA\xff\n");
  EXPECT_THAT(refusal(news(1, 40), texts), HasSubstr("line 2, column 'text': the text is not UTF-8"));
}

TEST_F(SequenceTaggerTrainerTest, NamesTheRowThatIsWrong) {
  auto const wrong = [&](std::string const& rows) { return refusal("doc,sent,token,tag\n" + rows, spec); };
  EXPECT_THAT(wrong(""), HasSubstr("no rows"));
  EXPECT_THAT(wrong("d,1,Anna,B-PER\nd,1,said,\n"), HasSubstr("line 3, column 'tag': the tag is missing"));
  EXPECT_THAT(wrong("d,1,Anna,PER\n"), HasSubstr("line 2, column 'tag': 'PER' is no label"));
  EXPECT_THAT(wrong("d,1,,B-X\n"), HasSubstr("line 2, column 'token': the token is missing"));
  EXPECT_THAT(wrong("d,1,New York,B-LOC\n"), HasSubstr("line 2, column 'token': 'New York' holds white space"));
  EXPECT_THAT(wrong("d,1," + std::string(1 << 20, 'x') + ",B-LOC\n"),
              HasSubstr("line 2, column 'token': a token of 1048576 bytes"));
  EXPECT_THAT(wrong("d,1,A\xff,B-LOC\n"), HasSubstr("line 2, column 'token': the text is not UTF-8"));
  EXPECT_THAT(wrong("d,,A,B-LOC\n"), HasSubstr("line 2, column 'sent': the sentence of the token is missing"));
  EXPECT_THAT(wrong("d,1,A,B-LOC\ne,1,B,O\nd,1,C,O\n"), HasSubstr("line 4, column 'doc': document 'd' goes on"));
  EXPECT_THAT(wrong("d,1,A,B-LOC\nd,2,B,O\nd,1,C,O\n"), HasSubstr("line 4, column 'sent': sentence '1' goes on"));
  EXPECT_THAT(wrong("d,1,A,O\nd,1,B,O\n"), HasSubstr("every label is O"));
  EXPECT_THAT(wrong("d,1,A,B-LOC\nd,1,B,O\n"), HasSubstr("part"));
  EXPECT_THAT(refusal("sent,token,tag\n1,ab,S-X\n", R"({"trainer":"sequence-tagger","token":"token","tag":"tag",
                "sentence":"sent","unit":"character"})"),
              HasSubstr("line 2, column 'token': 'ab' is more than one character"));
  EXPECT_THAT(refusal("sent,token,tag\n1,ab,S-X\n", spec), HasSubstr("it has sent, token, tag"));
  EXPECT_EQ(details_.at("/key"), "there is no column 'doc'");
}

TEST_F(SequenceTaggerTrainerTest, RefusesATypeThatOnlyHeldOutDocumentsHave) {
  for (int rare = 0; rare < 40; ++rare) {
    std::string csv = "doc,sent,token,tag\n";
    for (int d = 0; d < 40; ++d)
      csv += fmt::format("d{0},0,Anna,{1}\nd{0},0,said,O\n", d, d == rare ? "U-RARE" : "U-PER");
    auto const said = refusal(csv, spec);
    if (said == "accepted") continue;
    EXPECT_EQ(said, fmt::format("line {}, column 'tag': 'U-RARE' is of a type that no document of the training part "
                                "has: give it more documents",
                                2 * rare + 2));
    return;
  }
  FAIL() << "no document was held out";
}

TEST(LogisticCalibration, FindsTheLineThatOutcomesWereDrawnFrom) {
  std::mt19937 random(3);
  std::vector<std::pair<double, bool>> scored;
  for (int i = 0; i < 20000; ++i) {
    double const odds = static_cast<double>(random() % 8000) / 1000 - 4;
    double const chance = 1 / (1 + std::exp(-(0.5 * odds - 1)));
    scored.emplace_back(1 / (1 + std::exp(-odds)), static_cast<double>(random() % 100'000) / 1e5 < chance);
  }
  auto const line = fit_calibration(scored);
  EXPECT_NEAR(line.slope, 0.5, 0.03);
  EXPECT_NEAR(line.shift, -1, 0.05);
  EXPECT_EQ(fit_calibration({}).slope, 1);
  EXPECT_GT(fit_calibration({{0.9, false}, {0.1, true}}).slope, 0);
}

}  // namespace
}  // namespace lepton::learn
