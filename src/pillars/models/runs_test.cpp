#include "models/runs.h"

#include <gmock/gmock.h>

#include <cfloat>
#include <cmath>

#include "models/test_models.h"

namespace lepton::models {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RunsTest : public ModelsTest {};
INSTANTIATE_TEST_SUITE_P(On, RunsTest, testing::ValuesIn(db::test_databases()), db::test_database_name);

TEST_P(RunsTest, KeepsWhatIsLogged) {
  auto const run = new_run();
  runs().log(as("ben"), run.id,
             {.metrics = {{"loss", 0.7, 1, {}}, {"loss", 0.5, 2, {}}, {"auc", 0.78, 0, {}}},
              .params = {{"depth", "4"}},
              .tags = {{"team", "scoring"}}});
  auto const read = runs().get(as("ben"), run.id);
  EXPECT_EQ(read.status, RunStatus::running);
  EXPECT_EQ(read.params, (std::map<std::string, std::string>{{"depth", "4"}}));
  EXPECT_EQ(read.tags.at("team"), "scoring");
  EXPECT_EQ(read.metrics.at("loss").value, 0.5);
  EXPECT_EQ(runs().metrics(as("ben"), run.id, "loss").size(), 2u);
  EXPECT_EQ(read.experiment, "risk/trials");
}

TEST_P(RunsTest, LoggingTwiceIsLoggingOnce) {
  auto const run = new_run();
  Batch const batch{.metrics = {{"loss", 0.7, 1, time_.wall()}, {"loss", 0.7, 1, time_.wall()}},
                    .params = {{"depth", "4"}}};
  runs().log(as("ben"), run.id, batch);
  runs().log(as("ben"), run.id, batch);
  EXPECT_EQ(runs().metrics(as("ben"), run.id, "loss").size(), 1u);
}

TEST_P(RunsTest, LatestIsTheGreatestStepThenTimeThenValue) {
  auto const run = new_run();
  Timestamp const early = time_.wall(), late = early + std::chrono::seconds(1);
  auto const latest = [&](std::vector<Metric> const& metrics) {
    runs().log(as("ben"), run.id, {.metrics = metrics});
    return runs().get(as("ben"), run.id).metrics.at("m").value;
  };
  EXPECT_EQ(latest({{"m", 5, 2, early}, {"m", 9, 1, late}}), 5);
  EXPECT_EQ(latest({{"m", 1, 2, late}}), 1);
  EXPECT_EQ(latest({{"m", 3, 2, late}}), 3);
  EXPECT_EQ(latest({{"m", 2, 2, late}}), 3);
}

TEST_P(RunsTest, KeepsNumbersThatAreNone) {
  auto const run = new_run();
  runs().log(as("ben"), run.id,
             {.metrics = {{"a", std::nan(""), 1, {}}, {"b", INFINITY, 1, {}}, {"c", -INFINITY, 1, {}}}});
  auto const metrics = runs().get(as("ben"), run.id).metrics;
  EXPECT_TRUE(std::isnan(metrics.at("a").value));
  EXPECT_EQ(metrics.at("b").value, DBL_MAX);
  EXPECT_EQ(metrics.at("c").value, -DBL_MAX);
}

TEST_P(RunsTest, KeepsManyMetricsOfOneCall) {
  auto const run = new_run();
  Batch batch;
  for (int i = 0; i < 1000; ++i) batch.metrics.push_back({"m" + std::to_string(i % 3), i / 7.0, i, {}});
  runs().log(as("ben"), run.id, batch);
  EXPECT_EQ(runs().metrics(as("ben"), run.id, "m0").size(), 334u);
  EXPECT_EQ(runs().get(as("ben"), run.id).metrics.at("m2").step, 998);
  EXPECT_EQ(runs().metrics(as("ben"), run.id, "m1", 2, 1)[0].step, 4);
}

TEST_P(RunsTest, ParametersAreWrittenOnce) {
  auto const run = new_run();
  runs().log(as("ben"), run.id, {.params = {{"depth", "4"}}});
  runs().log(as("ben"), run.id, {.params = {{"depth", "4"}}});
  EXPECT_EQ(refusal_of([&] {
              runs().log(as("ben"), run.id, {.params = {{"a", "1"}, {"depth", "5"}}});
            }),
            "conflict param_changed");
  EXPECT_EQ(runs().get(as("ben"), run.id).params.size(), 1u) << "a refused batch leaves nothing behind";
}

TEST_P(RunsTest, NamesWhatIsTooLongOrTooMuch) {
  auto const run = new_run();
  Batch batch{.metrics = {{std::string(251, 'k'), 1, 0, {}}}, .params = {{"p", std::string(6001, 'v')}}};
  try {
    runs().log(as("ben"), run.id, batch);
    FAIL() << "accepted";
  } catch (Error const& error) {
    EXPECT_EQ(error.details().at("/metrics/0/key"), "at most 250 characters of key, found 251");
    EXPECT_EQ(error.details().at("/params/p"), "at most 6000 characters, found 6001");
  }
  batch = {.metrics = std::vector<Metric>(1001, Metric{"m", 1, 0, {}})};
  EXPECT_EQ(refusal_of([&] { return runs().log(as("ben"), run.id, batch); }), "invalid invalid");
}

TEST_P(RunsTest, EndsOnce) {
  auto const run = new_run();
  time_.advance(std::chrono::seconds(5));
  auto const ended = runs().finish(as("ben"), run.id, RunStatus::finished);
  EXPECT_EQ(*ended.ended_at - ended.started_at, std::chrono::seconds(5));
  EXPECT_EQ(runs().finish(as("ben"), run.id, RunStatus::finished).status, RunStatus::finished);
  EXPECT_EQ(refusal_of([&] { return runs().finish(as("ben"), run.id, RunStatus::failed); }), "conflict run_over");
  EXPECT_EQ(refusal_of([&] {
              return runs().log(as("ben"), run.id, {.metrics = {{"m", 1, 0, {}}}});
            }),
            "conflict run_over");
  runs().log(as("ben"), run.id, {.tags = {{"note", "good"}}});
  EXPECT_EQ(audited("run.finish").size(), 1u);
}

TEST_P(RunsTest, ArtifactsNeverChange) {
  auto const run = new_run();
  runs().add_artifact(as("ben"), run.id, "plots/roc.json", "[1]");
  runs().add_artifact(as("ben"), run.id, "plots/roc.json", "[1]");
  EXPECT_EQ(refusal_of([&] { return runs().add_artifact(as("ben"), run.id, "plots/roc.json", "[2]"); }),
            "conflict artifact_changed");
  EXPECT_EQ(runs().artifact(as("ben"), run.id, "plots/roc.json"), "[1]");
  for (auto const* path : {"", "/etc/passwd", "../x", "a//b", "a/", "a/../b", ".", "a\\b", "a\nb"})
    EXPECT_EQ(refusal_of([&] { return runs().add_artifact(as("ben"), run.id, path, "x"); }), "invalid invalid") << path;
}

TEST_P(RunsTest, AreHiddenFromOtherDepartments) {
  auto const run = new_run();
  EXPECT_EQ(refusal_of([&] { return runs().get(as("ana"), run.id); }), "not_found not_found");
  EXPECT_EQ(refusal_of([&] { return runs().get(as("ana"), RunId("nowhere")); }), "not_found not_found");
  EXPECT_EQ(refusal_of([&] { return runs().log(as("ana"), run.id, {.tags = {{"a", "b"}}}); }), "not_found not_found");
  EXPECT_EQ(refusal_of([&] { return runs().create(as("ana"), {.experiment = "risk/trials"}); }), "not_found not_found");
  EXPECT_THAT(experiments().list(as("ana")), IsEmpty());
  EXPECT_EQ(experiments().list(as("ben")).size(), 1u);
}

TEST_P(RunsTest, ListNewestFirst) {
  auto const first = new_run();
  time_.advance(std::chrono::seconds(1));
  auto const second = new_run();
  auto const listed = runs().list(as("ben"), at("risk/trials"));
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].id, second.id);
  EXPECT_EQ(runs().list(as("ben"), at("risk/trials"), 1, 1)[0].id, first.id);
}

TEST_P(RunsTest, CompareSideBySide) {
  auto const a = new_run(), b = new_run();
  runs().log(as("ben"), a.id, {.metrics = {{"auc", 0.75, 0, {}}}, .params = {{"depth", "4"}, {"eta", "0.1"}}});
  runs().log(as("ben"), b.id,
             {.metrics = {{"auc", 0.78, 0, {}}}, .params = {{"depth", "6"}, {"eta", "0.1"}, {"x", "1"}}});
  auto const table = runs().compare(as("ben"), {a.id, b.id});
  ASSERT_EQ(table.params.size(), 3u);
  EXPECT_THAT(table.params[0].values, ElementsAre("4", "6"));
  EXPECT_TRUE(table.params[0].differs);
  EXPECT_FALSE(table.params[1].differs);
  EXPECT_THAT(table.params[2].values, ElementsAre(std::nullopt, "1"));
  EXPECT_THAT(table.metrics[0].values, ElementsAre("0.75", "0.78"));
}

}  // namespace
}  // namespace lepton::models
