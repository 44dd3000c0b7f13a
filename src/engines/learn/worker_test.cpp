#include "learn/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "learn/training.h"
#include "runtime/model.h"

namespace lepton::learn {
namespace {

using testing::HasSubstr;

class TrainWorker : public testing::Test {
 protected:
  TrainWorker() {
    std::mt19937 random(3);
    std::string csv = "customer_id,limit,late,default\n";
    for (int i = 0; i < 2000; ++i) {
      auto const late = random() % 5;
      csv += fmt::format("{},{},{},{}\n", i, random() % 50 * 1000, late == 4 ? "" : std::to_string(late),
                         random() % 10 < 1 + 2 * late ? 1 : 0);
    }
    write("data.csv", csv);
    write("training.json", R"({"target":"default","key":"customer_id","seed":3,"parameters":{"rounds":40}})");
  }

  void write(std::string const& name, std::string const& content) {
    write_file_atomically(job_.path() / name, content);
  }
  std::string read(std::string const& name) { return read_file(job_.path() / name); }
  bool exists(std::string const& name) { return std::filesystem::exists(job_.path() / name); }
  int run() {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    int const code = train_worker_main(std::vector{job_.path().string()});
    said_ = testing::internal::GetCapturedStdout();
    complained_ = testing::internal::GetCapturedStderr();
    return code;
  }

  TemporaryDirectory job_;
  std::string said_, complained_;
};

TEST_F(TrainWorker, LeavesAServableModelAndItsReport) {
  ASSERT_EQ(run(), 0) << complained_;
  auto const signature = runtime::parse_signature(json::parse(read("outputs/signature.json")));
  auto const model = runtime::load(read("outputs/model.json"), signature);
  runtime::Matrix rows(2, 2);
  rows.at(0, 1) = 0, rows.at(1, 1) = 3;
  auto const out = model->predict(rows.view());
  EXPECT_LT(out.at(0, 0), out.at(1, 0));

  auto const report = from_json<TrainingReport>(json::parse(read("outputs/report.json")));
  EXPECT_GT(report.metrics.at("test_auc"), 0.7);
  EXPECT_EQ(report.train_rows + report.validation_rows + report.test_rows, 2000);
  EXPECT_EQ(report.test.at("threshold").to_number<double>(), signature.threshold);
  EXPECT_LT(report.metrics.at("test_auc_low"), report.metrics.at("test_auc"));
  EXPECT_GT(report.metrics.at("test_auc_high"), report.metrics.at("test_auc"));
  EXPECT_EQ(report.same_bytes_for, Determinism::same_threads);
  EXPECT_EQ(report.learning_curve.size(), 2 * static_cast<std::size_t>(report.rounds));
  EXPECT_EQ(report.spec.split.by, SplitBy::key);
  EXPECT_THAT(said_, HasSubstr("test_auc 0."));
  EXPECT_EQ(json::parse(read("progress.json")).at("fraction").to_number<double>(), 1);
  EXPECT_THAT(read("metrics.jsonl"), HasSubstr(R"({"key":"test_auc","step":)"));
}

TEST_F(TrainWorker, RepeatsItselfToTheByte) {
  ASSERT_EQ(run(), 0);
  auto const model = read("outputs/model.json"), report = read("outputs/report.json");
  ASSERT_EQ(run(), 0);
  EXPECT_EQ(read("outputs/model.json"), model);
  EXPECT_EQ(read("outputs/report.json"), report);
}

TEST_F(TrainWorker, SaysWhatIsWrongAndLeavesNoOutputs) {
  write("data.csv", "customer_id,limit,default\n1,abc,0\n");
  EXPECT_EQ(run(), 7);
  EXPECT_THAT(complained_, HasSubstr("line 2, column 'limit': expected a number, found 'abc'"));
  EXPECT_EQ(json::parse(read("error.json")).at("code").get_string(), "invalid");
  EXPECT_FALSE(exists("outputs"));
}

TEST_F(TrainWorker, NamesTheFieldsOfAWrongSpecification) {
  write("training.json", R"({"target":"default","threads":0,"split":{"by":"key"}})");
  EXPECT_EQ(run(), 7);
  auto const details = json::parse(read("error.json")).at("details").get_object();
  EXPECT_TRUE(details.contains("/threads"));
  EXPECT_TRUE(details.contains("/split/by"));
}

TEST_F(TrainWorker, WarnsOfColumnsThatTellNothing) {
  std::string csv = read("data.csv");
  std::string wider;
  for (std::size_t begin = 0, line = 0; begin < csv.size(); ++line) {
    auto const end = csv.find('\n', begin);
    wider += csv.substr(begin, end - begin) + (line == 0 ? ",branch,fax\n" : ",7,\n");
    begin = end + 1;
  }
  write("data.csv", wider);
  ASSERT_EQ(run(), 0) << complained_;
  EXPECT_THAT(said_, HasSubstr("warning: column 'branch' is 7 in every training row"));
  EXPECT_THAT(said_, HasSubstr("warning: column 'fax' is empty in every training row"));
}

TEST(CheckRecipe, TakesTheTrainersParametersBesideItsOwn) {
  auto const spec = parse_training_spec(json::parse(R"({"target":"y","max_depth":3,"parameters":{"gamma":1}})"));
  EXPECT_EQ(spec.parameters.at("max_depth").as_int64(), 3);
  EXPECT_EQ(spec.parameters.at("gamma").to_number<double>(), 1);
  check_recipe("xgboost", json::parse(R"({"target":"y","key":"id","max_depth":3})").as_object(), 1, 2, {});
}

TEST(CheckRecipe, NamesWhatIsWrongAsTheRecipeHasIt) {
  auto const problems = [](std::string const& trainer, std::string const& parameters, std::int64_t threads = 1) {
    try {
      check_recipe(trainer, json::parse(parameters).as_object(), 1, threads, {"banks.csv", "news.csv"});
    } catch (Error const& error) {
      return error.details();
    }
    return Details{};
  };
  EXPECT_TRUE(problems("xgboost", R"({"max_depth":3})").contains("/parameters/target"));
  EXPECT_TRUE(problems("xgboost", R"({"target":"y","max_depth":99})").contains("/parameters/max_depth"));
  EXPECT_TRUE(problems("xgboost", R"({"target":"y","depth":9})").contains("/parameters/depth"));
  EXPECT_TRUE(problems("xgboost", R"({"target":"y","split":{"by":"key"}})").contains("/parameters/split/by"));
  EXPECT_TRUE(problems("xgboost", R"({"target":"y","seed":3})").contains("/parameters/seed"));
  EXPECT_TRUE(problems("xgboost", R"({"target":"y","split":{"test":2}})").contains("/parameters/split/test"));
  EXPECT_TRUE(problems("xgboost", R"({"target":"y","objective":"ranking"})").contains("/parameters/key"));
  EXPECT_TRUE(problems("linear-text", R"({"label":"topic"})").contains("/parameters/text"));
  EXPECT_TRUE(problems("linear-text", R"({"text":"t"})").contains("/parameters/label"));
  EXPECT_TRUE(problems("linear-text", R"({"text":"t","label":"l","cost":-1})").contains("/parameters/cost"));
  EXPECT_TRUE(problems("linear-text", R"({"text":"t","label":"l","ngrams":3})").contains("/parameters/ngrams"));
  EXPECT_TRUE(problems("sequence-tagger", R"({"token":"t","tag":"g"})").contains("/parameters/sentence"));
  EXPECT_TRUE(problems("sequence-tagger", R"({"token":"t","tag":"g","sentence":"s","rounds":0})")
                  .contains("/parameters/rounds"));
  EXPECT_TRUE(problems("sequence-tagger", R"({"token":"t","tag":"g","sentence":"s","unit":"byte"})")
                  .contains("/parameters/unit"));
  auto const tagger = [&](std::string const& more) {
    return problems("sequence-tagger", R"({"token":"t","tag":"g","sentence":"s",)" + more + "}");
  };
  EXPECT_TRUE(tagger(R"("names":{"input":"banks.csv"},"unlabelled":{"input":"news.csv"})").empty());
  EXPECT_EQ(tagger(R"("names":{"input":"cities.csv"})").at("/parameters/names/input"),
            "expected the name of an input beside the first; there are banks.csv, news.csv");
  EXPECT_TRUE(tagger(R"("names":"banks.csv")").contains("/parameters/names"));
  EXPECT_TRUE(tagger(R"("inputs":{"banks.csv":"/etc/passwd"})").contains("/parameters/inputs"));
  EXPECT_TRUE(problems("xgboost", R"({"target":"y"})", 999).contains("/resources/threads"));
  EXPECT_TRUE(problems("lightgbm", R"({"target":"y"})").contains("/trainer"));
}

TEST_F(TrainWorker, NeedsADirectory) {
  EXPECT_EQ(train_worker_main({}), 2);
}

}  // namespace
}  // namespace lepton::learn
