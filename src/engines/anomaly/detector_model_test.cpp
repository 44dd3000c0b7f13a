#include "anomaly/detector_model.h"

#include <gmock/gmock.h>

#include "base/test_error.h"

namespace lepton::anomaly {
namespace {

using testing::HasSubstr;

/// Fifty days with 100 things each, five of branch A and twenty of branch B; A surges on the last two.
class DetectorModelTest : public testing::Test {
 protected:
  DetectorModelTest() {
    BurstDetector bursts(2, {});
    BurstEpisodes episodes;
    std::vector<double> totals;
    for (std::int64_t day = 0; day < 50; ++day) {
      std::vector<std::uint64_t> const counts{day >= 48 ? 30u : 5u, 20u};
      (void)episodes.next(first_ + day, bursts.next(100, counts));
      totals.push_back(100 + static_cast<double>(day % 3));
    }
    DetectorSettings settings;
    settings.columns = {"day", std::nullopt, {"branch"}, std::nullopt};
    settings.last_period = first_ + 49;
    settings.horizon = 2;
    std::vector<std::string> const names{"branch: A", "branch: B"};
    auto const open = episodes.open();
    auto const model = fit_seasonal(totals, 1);
    artifact_ = Detector::write(
        {.settings = settings, .series = names, .past = &bursts.past(), .open = open, .totals = &model});
  }
  std::unique_ptr<runtime::Model> load(std::string const& artifact) const {
    std::vector const kinds{detector_kind()};
    return runtime::load(artifact, detector_signature("day"), kinds);
  }
  static runtime::Rows row(std::string const& period, std::string const& observed) {
    runtime::Rows rows(runtime::Matrix(1, 2));
    rows.texts = {{period}, {observed}};
    return rows;
  }
  std::string said(std::string const& period, std::string const& observed) const {
    return error_of([&] { (void)load(artifact_)->predict(row(period, observed).view()); }).what();
  }

  std::int64_t first_ = period_of(Unit::day, find_timestamp("2026-10-01").value());
  std::string artifact_;
};

TEST_F(DetectorModelTest, TellsOfASurgeSinceItBegan) {
  auto const model = load(artifact_);
  auto const answer =
      model->predict(row("", R"({"total": 100, "counts": {"branch: A": 35, "branch: B": 20, "branch: C": 9}})").view());
  auto const alerts = from_json<std::vector<Alert>>(json::parse(answer.texts[0][0]));
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].series, "branch: A");
  EXPECT_EQ(alerts[0].count, 35u);
  EXPECT_EQ(alerts[0].since, "2026-11-18");
  EXPECT_LT(alerts[0].p_value, 0.001);
  EXPECT_EQ(answer.at(0, 1), 100);
  auto const thresholds = from_json<std::vector<Threshold>>(json::parse(answer.texts[2][0]));
  ASSERT_EQ(thresholds.size(), 2u);
  EXPECT_EQ(thresholds[0].period, "2026-11-20");
  EXPECT_NEAR(thresholds[0].expected, 101, 2);
  EXPECT_LT(thresholds[0].low, thresholds[0].expected);
  auto const later = model->predict(row("2026-11-25", R"({"total": 100, "counts": {"branch: A": 35}})").view());
  EXPECT_EQ(from_json<std::vector<Alert>>(json::parse(later.texts[0][0])).at(0).since, "2026-11-25");
}

TEST_F(DetectorModelTest, CountsRowsAsItLearntTo) {
  std::string rows = "[";
  for (int i = 0; i < 100; ++i)
    rows += fmt::format(R"({}{{"branch": "{}"}})", i == 0 ? "" : ",", i < 5 ? "A|B" : i < 35 ? "A" : i < 50 ? "B" : "");
  auto const model = load(artifact_);
  auto const observed = row("", rows + "]");
  auto const alerts = from_json<std::vector<Alert>>(json::parse(model->predict(observed.view()).texts[0][0]));
  ASSERT_GE(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].series, "branch: A");
  auto const reasons = model->explain(observed.view());
  EXPECT_EQ(reasons[0].at(0).answer, "branch: A");
  EXPECT_NEAR(reasons[0][0].base + reasons[0][0].contributions.at(0).value, 35, 1e-9);
}

TEST_F(DetectorModelTest, ATotalBeyondItsBoundsIsAnAlert) {
  auto const model = load(artifact_);
  auto const answer = model->predict(row("", R"({"total": 200})").view());
  auto const alerts = from_json<std::vector<Alert>>(json::parse(answer.texts[0][0]));
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_EQ(alerts[0].series, "total");
  EXPECT_LT(alerts[0].p_value, 0.01);
  EXPECT_EQ(model->predict(row("", R"({"total": 101})").view()).texts[0][0], "[]");
  EXPECT_NE(model->predict(row("", "[]").view()).texts[0][0], "[]");  // a day without anything
}

TEST_F(DetectorModelTest, NamesWhatItCannotRead) {
  EXPECT_THAT(said("soon", "[]"), HasSubstr("row 0: 'soon' is no period: expected a date, such as 2026-11-20"));
  EXPECT_THAT(said("2026-11-19", "[]"), HasSubstr("cannot be judged any more"));
  EXPECT_THAT(said("2126-11-19", "[]"), HasSubstr("train again"));
  EXPECT_THAT(said("", "[1]"), HasSubstr("row 0: expected an object"));
  EXPECT_THAT(said("", "{}"), HasSubstr("expected a \"total\""));
  EXPECT_THAT(said("", R"({"total": -1})"), HasSubstr("total: expected a whole number from 0 on, found -1"));
  EXPECT_THAT(said("", R"({"total": 1.5})"), HasSubstr("whole number"));
  EXPECT_THAT(said("", R"({"total": 3, "counts": {"branch: A": 4}})"), HasSubstr("at most the total of 3"));
  EXPECT_THAT(said("", R"({"total": 3, "sum": 3})"), HasSubstr("found \"sum\""));
  EXPECT_THAT(said("", R"([{"branch": ["A"]}])"), HasSubstr("'branch' must be a text or a number"));
  EXPECT_THAT(said("", "nonsense"), HasSubstr("line 1"));
}

TEST_F(DetectorModelTest, DamageIsFound) {
  for (std::size_t at = 0; at < artifact_.size(); at += 11) {
    auto damaged = artifact_;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_EQ(error_of([&] { (void)Detector::parse(damaged); }).code(), Code::invalid) << at;
  }
}

}  // namespace
}  // namespace lepton::anomaly
