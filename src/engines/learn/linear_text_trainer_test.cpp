#include <gmock/gmock.h>

#include <random>

#include "base/error.h"
#include "learn/training_test.h"

namespace lepton::learn {
namespace {

using testing::HasSubstr;

/// Questions to a bank, English and Chinese, with their topic: "id,question,topic".
std::string questions(unsigned seed, int rows) {
  std::mt19937 random(seed);
  std::vector<std::vector<std::string>> const words{{"card", "lost", "pin", "blocked", "银行卡", "密码"},
                                                    {"transfer", "send", "payment", "pending", "转账", "汇款"},
                                                    {"exchange", "rate", "interest", "percent", "利率", "汇率"}};
  std::vector<std::string> const topics{"card", "转账", "rate"};
  std::string csv = "id,question,topic\n";
  for (int i = 0; i < rows; ++i) {
    auto const one = static_cast<std::size_t>(i % 3);
    auto const pick = [&] { return words[one][random() % 6]; };
    csv += fmt::format("{},\"my {}, {} today {}\",{}\n", i, pick(), pick(), random() % 100, topics[one]);
  }
  return csv;
}

class LinearTextTrainerTest : public TrainingTest {
 protected:
  static constexpr auto spec = R"({"trainer":"linear-text","text":"question","label":"topic","seed":3})";
};

TEST_F(LinearTextTrainerTest, LeavesAServableModelAndItsReport) {
  auto const result = train(questions(1, 300), spec);
  auto const answer = ask(result, {"my card is blocked", "请问转账要多久", "what is the interest rate?"});
  EXPECT_THAT(answer.texts[0], testing::ElementsAre("card", "转账", "rate"));
  ASSERT_EQ(answer.columns, 5u);
  EXPECT_NEAR(answer.at(0, 2) + answer.at(0, 3) + answer.at(0, 4), 1, 1e-9);
  EXPECT_EQ(answer.at(0, 1), answer.at(0, 2));
  EXPECT_EQ(*result.signature.outputs[2].labels, (std::vector<std::string>{"card", "rate", "转账"}));
  EXPECT_EQ(result.signature.inputs[0].name, "question");

  auto const& report = result.report;
  EXPECT_EQ(report.train_rows + report.validation_rows + report.test_rows, 300);
  EXPECT_EQ(report.test_rows, 60);
  EXPECT_GT(report.metrics.at("test_accuracy"), 0.95);
  EXPECT_EQ(report.test.at("confusion").get_array().size(), 3u);
  EXPECT_EQ(report.same_bytes_for, Determinism::any_threads);
  EXPECT_EQ(report.task, runtime::Task::text_classification);
  ASSERT_EQ(observed_.size(), 81u) << "three classes in five folds of five choices, and twice for good";
  EXPECT_EQ(observed_.back().done, 1);
}

TEST_F(LinearTextTrainerTest, ComparesWithPlainerModels) {
  auto const result = train(questions(1, 600), R"({"trainer":"linear-text","text":"question","label":"topic",
    "slices":["topic"],"least_slice":10})");
  auto const& report = result.report;
  ASSERT_EQ(report.comparisons.size(), 2u);
  EXPECT_NEAR(report.comparisons[0].baseline_value, 1 / 3.0, 0.01);
  EXPECT_LT(report.comparisons[0].p_value.value(), 1e-6);
  EXPECT_EQ(report.comparisons[1].baseline, "naive Bayes");
  EXPECT_GT(report.comparisons[1].baseline_value, 0.9);
  EXPECT_EQ(report.slices.size(), 3u);
  EXPECT_FALSE(report.slices[0].auc) << "that is of two classes of numbers";
  EXPECT_THAT(refusal("t,a,b\nx,1,0\n", R"({"trainer":"linear-text","text":"t","labels":["a","b"],"slices":["a"]})"),
              HasSubstr("go with 'label' only"));
}

TEST_F(LinearTextTrainerTest, LearnsCompanyOfWordsFromTextsWithoutLabels) {
  std::string archive = "body\n";
  for (int i = 0; i < 40; ++i) {
    for (auto const* word : {"blocked", "frozen"}) archive += fmt::format("the account was {} by police {}\n", word, i);
    for (auto const* word : {"pending", "rate"}) archive += fmt::format("every {} of month {} is listed\n", word, i);
  }
  give("archive.csv", archive);
  auto const head =
      std::string(spec).substr(0, std::string_view(spec).size() - 1) + R"(,"inputs":{"archive":"archive.csv"})";
  auto const result = train(questions(1, 300), head + R"(,"unlabelled":{"input":"archive","text":"body"}})");
  EXPECT_GE(result.report.metrics.at("context"), 0.5);
  EXPECT_EQ(ask(result, {"frozen"}).texts[0][0], "card") << "a word that no row has";
  EXPECT_THAT(refusal(questions(1, 300), head + R"(,"unlabelled":{"input":"archive"}})"),
              HasSubstr("the table of texts 'archive' does not have"));
  EXPECT_THAT(refusal(questions(1, 300), head + R"(,"unlabelled":{"input":"other"}})"),
              HasSubstr("expected the name of an input beside the first; there are archive"));
}

TEST_F(LinearTextTrainerTest, RepeatsItselfToTheByteForAnyThreads) {
  auto const first = train(questions(1, 120), spec);
  auto const again =
      train(questions(1, 120), R"({"trainer":"linear-text","text":"question","label":"topic","seed":3,"threads":3})");
  EXPECT_EQ(first.artifact, again.artifact);
  EXPECT_EQ(first.report.metrics, again.report.metrics);
  EXPECT_NE(
      first.artifact,
      train(questions(1, 120), R"({"trainer":"linear-text","text":"question","label":"topic","seed":4})").artifact);
}

TEST_F(LinearTextTrainerTest, SaysWhichTermsDecided) {
  auto const result = train(questions(1, 300), spec);
  runtime::Rows rows(runtime::Matrix(1, 1));
  rows.texts = {{"my card, please"}};
  auto const reasons = runtime::load(result.artifact, result.signature)->explain(rows.view());
  ASSERT_EQ(reasons.at(0).size(), 1u);
  EXPECT_EQ(reasons[0][0].answer, "card");
  EXPECT_EQ(reasons[0][0].contributions.at(0).name, "card");
}

/// Nine texts cannot make a model certain, however clear they are.
TEST_F(LinearTextTrainerTest, IsAsSureAsItsValidationAllows) {
  auto const few = ask(train(questions(1, 60), spec), {"my card is blocked"});
  EXPECT_GT(few.at(0, 1), 0.8);
  EXPECT_LT(few.at(0, 1), 0.99);
}

TEST_F(LinearTextTrainerTest, SeveralLabelsAText) {
  std::string csv = "text,wheat,oil\n";
  for (int i = 0; i < 200; ++i)
    csv += fmt::format("{}{}report {},{},{}\n", i % 2 ? "wheat harvest " : "", i / 2 % 2 ? "crude oil " : "", i % 7,
                       i % 2, i / 2 % 2 ? "true" : "false");
  auto const result = train(csv, R"({"trainer":"linear-text","text":"text","labels":["wheat","oil"]})");
  auto const answer = ask(result, {"oil and wheat", "a report"});
  EXPECT_THAT(answer.texts[0], testing::ElementsAre(R"(["wheat","oil"])", "[]"));
  EXPECT_EQ(answer.columns, 3u);
  EXPECT_EQ(result.report.metrics.at("test_exact"), 1);
  EXPECT_EQ(result.report.task, runtime::Task::text_labelling);
}

TEST_F(LinearTextTrainerTest, LearnsToReject) {
  auto const result =
      train(questions(1, 300), R"({"trainer":"linear-text","text":"question","label":"topic","reject":0.05})");
  EXPECT_EQ(result.signature.outputs.back().name, "in_scope");
  auto const answer = ask(result, {"my card, lost today 7", "weather forecast for the mountains"});
  EXPECT_EQ(answer.at(0, 5), 1);
  EXPECT_EQ(answer.at(1, 5), 0);
}

TEST_F(LinearTextTrainerTest, KeepsRowsOfAKeyTogether) {
  std::string csv = "text,label,customer\n";
  for (int i = 0; i < 300; ++i)
    csv += fmt::format("{} today,{},c{}\n", i % 2 ? "good news" : "bad loss", i % 2 ? "up" : "down", i % 30);
  auto const result = train(csv, R"({"trainer":"linear-text","text":"text","label":"label","key":"customer"})");
  EXPECT_EQ(result.report.test_rows % 10, 0);
  EXPECT_EQ(result.report.spec.split.by, SplitBy::key);
}

TEST_F(LinearTextTrainerTest, RefusesDataThatTeachesNothing) {
  EXPECT_THAT(refusal("", spec), HasSubstr("empty"));
  EXPECT_THAT(refusal("question,topic\n", spec), HasSubstr("no rows"));
  EXPECT_THAT(refusal("question,topic\na,x\nb,x\n", spec), HasSubstr("column 'topic' is 'x' in all 2 rows"));
  EXPECT_THAT(refusal("question,topic\na,x\nb,y\n", spec), HasSubstr("part"));
  EXPECT_THAT(refusal("question,subject\na,x\n", spec), HasSubstr("it has question, subject"));
  EXPECT_EQ(details_.at("/parameters/label"), "there is no column 'topic'");
}

TEST_F(LinearTextTrainerTest, NamesTheRowThatIsWrong) {
  EXPECT_THAT(refusal("question,topic\na,x\nb,\n", spec), HasSubstr("line 3, column 'topic': the label is missing"));
  EXPECT_THAT(refusal("question,topic\na,x\n\"\",y\n", spec),
              HasSubstr("line 3, column 'question': the text is missing"));
  EXPECT_THAT(refusal("question,topic\na,x\n\xff\xfe,y\n", spec),
              HasSubstr("line 3, column 'question': the text is not UTF-8"));
  EXPECT_THAT(refusal("question,topic\na,x,z\n", spec), HasSubstr("line 2: expected 2 fields, found 3"));
  EXPECT_THAT(refusal("text,a,b\nx,1,0\ny,2,0\n", R"({"trainer":"linear-text","text":"text","labels":["a","b"]})"),
              HasSubstr("line 3, column 'a': expected 0 or 1, found '2'"));
}

/// With a key, chance may put all rows of a label into the held-out part.
TEST_F(LinearTextTrainerTest, RefusesALabelThatOnlyHeldOutRowsHave) {
  for (int customer = 0; customer < 100; ++customer) {
    std::string csv = "question,topic,customer\n";
    for (int i = 0; i < 100; ++i)
      csv += fmt::format("word {},{},c{}\n", i % 5, i == customer ? "rare" : i % 2 ? "even" : "odd", i);
    auto const said = refusal(csv, R"({"trainer":"linear-text","text":"question","label":"topic","key":"customer"})");
    if (said == "accepted") continue;
    EXPECT_EQ(said, fmt::format("line {}, column 'topic': 'rare' is a label that no row of the training part has: give "
                                "it more rows, or split.by: stratified",
                                customer + 2));
    return;
  }
  FAIL() << "no customer was held out";
}

TEST_F(LinearTextTrainerTest, AHundredThousandLabelsAreTooMany) {
  std::string csv = "question,topic\n";
  for (int i = 0; i < 100'000; ++i) csv += fmt::format("text,{}\n", i);
  EXPECT_THAT(refusal(csv, spec), HasSubstr("has 100000 different values; a classifier takes at most 1000 classes"));
}

TEST_F(LinearTextTrainerTest, AMegabyteWithoutASpaceIsAText) {
  auto csv = questions(1, 120);
  csv += "900," + std::string(1 << 20, 'x') + ",card\n";
  std::string han;
  for (int i = 0; i < 350'000; ++i) han += "汇";
  csv += "901," + han + ",rate\n";
  auto const result = train(csv, spec);
  EXPECT_THAT(ask(result, {"my card is blocked", std::string(1 << 20, 'x')}).texts[0][0], "card");
}

}  // namespace
}  // namespace lepton::learn
