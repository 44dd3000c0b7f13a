#include <gmock/gmock.h>

#include <random>

#include "anomaly/detector_model.h"
#include "base/error.h"
#include "learn/anomaly_training.h"
#include "learn/training_test.h"

namespace lepton::learn {
namespace {

using testing::HasSubstr;

/// Ten weeks of complaints, few at weekends; the last Thursday and Friday speak of fees.
std::string complaints(unsigned seed) {
  std::mt19937 random(seed);
  std::string csv = "day,said,branch\n";
  for (int day = 0; day < 70; ++day) {  // 2026-01-05 is a Monday
    auto const date = anomaly::name_of_period(
        anomaly::Unit::day, anomaly::period_of(anomaly::Unit::day, find_timestamp("2026-01-05").value()) + day);
    int const many = day % 7 < 5 ? 60 + static_cast<int>(random() % 9) : 20;
    for (int i = 0; i < many; ++i) {
      bool const fees = (day == 66 || day == 67) ? i % 2 == 0 : random() % 30 == 0;
      csv += fmt::format("{},the {} was {},{}\n", date, fees ? "fees" : "card", random() % 2 == 0 ? "late" : "lost",
                         random() % 3 == 0 ? "Köln|online" : "Bonn");
    }
  }
  return csv;
}

class AnomalyTrainerTest : public TrainingTest {
 protected:
  static constexpr auto spec = R"({"trainer":"anomaly","time":"day","text":"said","category":["branch"],"horizon":3})";
};

TEST_F(AnomalyTrainerTest, LeavesAServableDetectorAndItsReport) {
  auto const csv = complaints(1);
  auto const result = train(csv, spec);
  auto const& test = result.report.test;
  EXPECT_EQ(result.report.task, runtime::Task::anomaly_detection);
  EXPECT_EQ(test.at("periods").to_number<int>(), 70);
  EXPECT_EQ(test.at("first_held_out").get_string(), "2026-03-02");
  EXPECT_EQ(test.at("season").to_number<int>(), 7);
  EXPECT_LT(result.report.metrics.at("test_mase"), 1.2);
  EXPECT_EQ(result.report.train_rows + result.report.validation_rows + result.report.test_rows,
            std::count(csv.begin(), csv.end(), '\n') - 1);
  auto const episodes = from_json<std::vector<FoundEpisode>>(test.at("episodes"));
  ASSERT_GE(episodes.size(), 1u);
  EXPECT_EQ(episodes[0].series, "said: fees");
  EXPECT_EQ(episodes[0].begin, "2026-03-12");
  EXPECT_EQ(episodes[0].end, "2026-03-13");
  EXPECT_TRUE(episodes[0].held_out);
  auto const drawn = from_json<std::vector<DrawnSeries>>(test.at("drawn"));
  ASSERT_GE(drawn.size(), 2u);
  EXPECT_EQ(drawn[0].series, "total");
  EXPECT_FALSE(drawn[0].periods[0].expected.has_value());
  EXPECT_TRUE(drawn[0].periods[69].expected.has_value());
  EXPECT_EQ(drawn[1].series, "said: fees");
  EXPECT_TRUE(drawn[1].periods[66].burst);
  EXPECT_FALSE(drawn[1].periods[65].burst);

  std::vector const kinds{anomaly::detector_kind()};
  auto const model = runtime::load(result.artifact, result.signature, kinds);
  runtime::Rows rows(runtime::Matrix(1, 2));
  rows.texts = {{"2026-03-16"}, {R"({"total": 62, "counts": {"said: fees": 30, "said: card": 32}})"}};
  auto const answer = model->predict(rows.view());
  EXPECT_THAT(answer.texts[0][0], HasSubstr(R"("series":"said: fees","count":30)"));
  EXPECT_EQ(from_json<std::vector<anomaly::Threshold>>(json::parse(answer.texts[2][0])).size(), 3u);
}

TEST_F(AnomalyTrainerTest, RepeatsItselfToTheByte) {
  EXPECT_EQ(train(complaints(1), spec).artifact, train(complaints(1), spec).artifact);
  EXPECT_NE(train(complaints(1), spec).artifact, train(complaints(2), spec).artifact);
}

TEST_F(AnomalyTrainerTest, WatchesSumsOfAColumnAlone) {
  std::string csv = "hour,calls\n";
  for (int i = 0; i < 100; ++i)
    csv += fmt::format("2026-01-{:02} {:02}:15:00,{}\n", 1 + i / 24, i % 24, 50 + 10 * (i % 24 < 8 ? 0 : 1));
  auto const result =
      train(csv, R"({"trainer":"anomaly","time":"hour","count":"calls","unit":"hour","least_count":1})");
  EXPECT_EQ(result.report.test.at("series").to_number<int>(), 0);
  EXPECT_EQ(result.report.test.at("season").to_number<int>(), 24);
  EXPECT_NEAR(result.report.metrics.at("test_mase"), 0, 1);
  std::vector const kinds{anomaly::detector_kind()};
  auto const model = runtime::load(result.artifact, result.signature, kinds);
  runtime::Rows rows(runtime::Matrix(1, 2));
  rows.texts = {{""}, {R"([{"calls": 400}])"}};
  EXPECT_THAT(model->predict(rows.view()).texts[0][0], HasSubstr(R"("series":"total","count":400)"));
}

TEST_F(AnomalyTrainerTest, NamesWhatIsWrongWithLineAndColumn) {
  EXPECT_THAT(refusal("", spec), HasSubstr("empty"));
  EXPECT_THAT(refusal("day,said,branch\n", spec), HasSubstr("no rows"));
  EXPECT_THAT(refusal("day,said\n2026-01-01,x\n", spec), HasSubstr("it has day, said"));
  EXPECT_EQ(details_.at("/parameters/category/0"), "there is no column 'branch'");
  for (auto const* day : {"2026-13-01", "19 October", "", "NaN", "20261019"})
    EXPECT_THAT(refusal(fmt::format("day,said,branch\n2026-01-01,x,y\n{},x,y\n", day), spec),
                HasSubstr(fmt::format("line 3, column 'day': expected a date or a time, such as 2026-11-29 or "
                                      "2026-11-29T08:15:00Z, found '{}'",
                                      day)));
  EXPECT_THAT(refusal("day,said,branch\n2026-01-01,x,y\n2026-01-03,x,y\n", spec), HasSubstr("there are 3 periods"));
  EXPECT_THAT(refusal("day,said,branch\n0001-01-01,x,y\n2026-01-03,x,y\n", spec), HasSubstr("take a longer unit"));
  auto const counted = R"({"trainer":"anomaly","time":"day","count":"n"})";
  for (auto const* count : {"-1", "1.5", "NaN", "", "99999999999999999999"})
    EXPECT_THAT(refusal(fmt::format("day,n\n2026-01-01,1\n2026-01-02,{}\n", count), counted),
                HasSubstr("line 3, column 'n': expected a whole number from 0 on, found"));
}

TEST_F(AnomalyTrainerTest, NamesWrongParameters) {
  auto const details = [&](std::string const& parameters) {
    (void)refusal("", R"({"trainer":"anomaly","time":"t",)" + parameters + "}");
    return details_;
  };
  EXPECT_TRUE(details(R"("unit":"year")").contains("/parameters/unit"));
  EXPECT_TRUE(details(R"("season":0)").contains("/parameters/season"));
  EXPECT_TRUE(details(R"("beyond":0.5)").contains("/parameters/beyond"));
  EXPECT_TRUE(details(R"("false_discoveries":0)").contains("/parameters/false_discoveries"));
  EXPECT_TRUE(details(R"("memory":2)").contains("/parameters/memory"));
  EXPECT_TRUE(details(R"("horizon":0)").contains("/parameters/horizon"));
  EXPECT_TRUE(details(R"("least_count":0)").contains("/parameters/least_count"));
  EXPECT_TRUE(details(R"("key":"t")").contains("/key"));
  (void)refusal("day,n\n2026-01-01,1\n2026-01-30,2\n", R"({"trainer":"anomaly","time":"day","season":20})");
  EXPECT_TRUE(details_.contains("/parameters/season"));
}

}  // namespace
}  // namespace lepton::learn
