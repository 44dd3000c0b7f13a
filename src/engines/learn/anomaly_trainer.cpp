#include "learn/anomaly_trainer.h"

#include <fmt/format.h>

#include "anomaly/detector_model.h"
#include "learn/anomaly_training.h"
#include "learn/parameter_problems.h"

namespace lepton::learn {
namespace {

constexpr std::size_t most_series = 20'000;

struct AnomalyParameters {
  std::string time;
  std::optional<std::string> text, count;
  std::optional<std::vector<std::string>> category;
  anomaly::Unit unit = anomaly::Unit::day;
  std::optional<std::int64_t> season;
  std::int64_t least_count = 20;
  double false_discoveries = 0.001, memory = 0.98, beyond = 0.01;
  std::int64_t horizon = 7;

  static constexpr auto fields() {
    using P = AnomalyParameters;
    return std::tuple{
        required("time", &P::time, "column of when: a date or a time"),
        optional("text", &P::text, "column of texts, each of whose words is watched"),
        optional("category", &P::category,
                 "columns of categories, each of whose values is watched; several stand in one field with '|' between"),
        optional("count", &P::count, "column of how many things a row stands for; else one"),
        optional("unit", &P::unit, "hour, day, week or month (UTC)"),
        optional("season", &P::season,
                 "units after which counts are alike, 1: none; without it the usual one is tried"),
        optional("least_count", &P::least_count, "rows that a word or category must have, 1 to 1000000"),
        optional("false_discoveries", &P::false_discoveries, "share of the bursts of a period that may be none"),
        optional("memory", &P::memory, "what a count is worth one unit later, above 0, at most 1"),
        optional("beyond", &P::beyond, "chance that a usual total lies beyond its bound to one side, below 0.5"),
        optional("horizon", &P::horizon, "units whose bounds are told ahead, 1 to 10000")};
  }

  [[nodiscard]] static AnomalyParameters read(json::Object const& object) {
    ParameterProblems problems;
    auto p = problems.read<AnomalyParameters>(object);
    problems.expect_parameter(!p.season || (*p.season >= 1 && *p.season <= 10'000), "season",
                              "must be between 1 and 10000");
    problems.expect_parameter(p.least_count >= 1 && p.least_count <= 1'000'000, "least_count",
                              "must be between 1 and 1000000");
    problems.expect_parameter(p.false_discoveries > 0 && p.false_discoveries < 1, "false_discoveries",
                              "must be between 0 and 1");
    problems.expect_parameter(p.memory > 0 && p.memory <= 1, "memory", "must be above 0 and at most 1");
    problems.expect_parameter(p.beyond > 0 && p.beyond < 0.5, "beyond", "must be above 0 and below 0.5");
    problems.expect_parameter(p.horizon >= 1 && p.horizon <= 10'000, "horizon", "must be between 1 and 10000");
    problems.throw_if_any();
    return p;
  }

  [[nodiscard]] AnomalyOptions options() const {
    AnomalyOptions options;
    options.settings = {.columns = {time, text, category.value_or(std::vector<std::string>()), count},
                        .unit = unit,
                        .false_discoveries = false_discoveries,
                        .memory = memory,
                        .beyond = beyond,
                        .horizon = horizon};
    if (season) options.season = static_cast<std::size_t>(*season);
    return options;
  }
};

void say_what_is_odd(AnomalyReport const& test, TrainingReport& report) {
  if (test.mase >= test.naive_mase)
    report.warnings.push_back("totals are foretold no better than by the value a season before");
  if (test.beyond_high > 3 * test.false_alarm_rate + 0.05)
    report.warnings.push_back(
        fmt::format("{:.0f} % of the held-out totals lie above their bound, {:g} % were expected: "
                    "the held-out part is unlike what came before",
                    test.beyond_high * 100, test.false_alarm_rate * 100));
}

}  // namespace

json::Object AnomalyTrainer::parameter_schema() const {
  return schema_of<AnomalyParameters>();
}

void AnomalyTrainer::complete(TrainingSpec& spec) const {
  ParameterProblems problems;
  problems.expect(spec.key.empty(), "/key", "is not for a detector, which holds out the last periods");
  spec.parameters = to_json(AnomalyParameters::read(spec.parameters)).get_object();
  problems.throw_if_any();
}

TrainingResult AnomalyTrainer::train(Call const& call, TrainingInput const& input, ProgressSink const& progress) const {
  auto const parameters = AnomalyParameters::read(input.spec.parameters);
  auto const options = parameters.options();
  auto const table = read_dated(call, input.data, options.settings.columns, parameters.unit,
                                static_cast<std::uint64_t>(parameters.least_count), most_series);
  auto const sink = [&](std::size_t done, std::size_t periods) {
    progress({static_cast<double>(done) / static_cast<double>(periods), fmt::format("period {} of {}", done, periods),
              static_cast<int>(done)});
  };
  auto trained = train_detector(call, table, options, input.spec.split, sink);
  TrainingResult result;
  result.artifact = std::move(trained.artifact);
  result.signature = anomaly::detector_signature(parameters.time);
  auto& report = result.report;
  report.train_rows = trained.train_rows;
  report.validation_rows = trained.validation_rows;
  report.test_rows = trained.test_rows;
  report.test = to_json(trained.report).get_object();
  report.metrics = {{"test_mase", trained.report.mase},
                    {"test_naive_mase", trained.report.naive_mase},
                    {"test_beyond_high", trained.report.beyond_high},
                    {"test_episodes", static_cast<double>(trained.report.held_out_episodes)}};
  say_what_is_odd(trained.report, report);
  return result;
}

}  // namespace lepton::learn
