// Who will default on a credit card: 23 columns of 30,000 clients. A fifth of the rows is the test; a trainer divides
// the rest as it does for a user, with one seed after the other.
#include <fmt/format.h>

#include <cstdio>

#include "base/call.h"
#include "base/file.h"
#include "learn/binary_report.h"
#include "learn/examples.h"
#include "learn/training.h"
#include "quality.h"
#include "runtime/model.h"

namespace lepton::bench {
namespace {

constexpr int seeds = 5;
constexpr std::string_view target = "Default";

struct Tables {
  TemporaryDirectory folder;

  explicit Tables(std::filesystem::path const& csv) {
    auto const text = read_file(csv);
    std::string parts[2];
    for (std::size_t at = 0, line = 0; at < text.size(); ++line) {
      auto const end = std::min(text.find('\n', at), text.size() - 1) + 1;
      for (std::size_t part = 0; part < 2; ++part)
        if (line == 0 || (line % 5 == 0) == (part == 1)) parts[part] += text.substr(at, end - at);
      at = end;
    }
    write_file_atomically(folder.path() / "data.csv", parts[0]);
    write_file_atomically(folder.path() / "test.csv", parts[1]);
  }
};

struct Mean {
  double auc = 0, ks = 0, average_precision = 0;

  void add(double a, double k, double p) {
    auc += a / seeds;
    ks += k / seeds;
    average_precision += p / seeds;
  }
};

learn::BinaryReport report_on(learn::TrainingResult const& result, learn::Examples const& rows) {
  auto const prediction = runtime::load(result.artifact, result.signature)->predict(rows.values.view());
  std::vector<float> scores;
  for (std::size_t row = 0; row < prediction.rows; ++row) scores.push_back(static_cast<float>(prediction.at(row, 0)));
  return learn::evaluate_binary(scores, rows.target, 0.5);
}

void report_trainer(std::string_view trainer, json::Object const& parameters, Tables const& tables, Stage stage) {
  SystemClock const clock;
  auto const call = system_call(clock);
  double const before = cpu_seconds();
  Mean mean;
  for (int seed = 1; seed <= seeds; ++seed) {
    json::Object spec{{"trainer", trainer}, {"seed", seed}, {"parameters", parameters}};
    if (stage == Stage::test) spec["split"] = json::Object{{"validation", 0.15}, {"test", 0.05}};
    auto const result = learn::run_training(call, tables.folder.path(), learn::parse_training_spec(spec),
                                            [](learn::Progress const&) {});
    if (stage == Stage::test) {
      std::vector<std::string> inputs;
      for (auto const& input : result.signature.inputs) inputs.push_back(input.name);
      auto const rows = learn::read_csv(call, tables.folder.path() / "test.csv",
                                        {std::string(target), "ID", inputs, {}}, runtime::Task::binary_classification);
      auto const report = report_on(result, rows);
      mean.add(report.auc, report.ks, report.average_precision);
    } else {
      auto const& metrics = result.report.metrics;
      mean.add(metrics.at("test_auc"), metrics.at("test_ks"), metrics.at("test_average_precision"));
    }
  }
  fmt::print("{:<44} AUC {:.4f}  KS {:.4f}  AP {:.4f}  mean of {} seeds, {:.2f} s of CPU each\n",
             fmt::format("credit default, {}", trainer), mean.auc, mean.ks, mean.average_precision, seeds,
             (cpu_seconds() - before) / seeds);
  std::fflush(stdout);
}

}  // namespace

void credit(std::filesystem::path const& data, Stage stage) {
  auto const csv = data / "credit-default" / "UCI_Credit_Card.csv";
  if (!std::filesystem::exists(csv)) {
    fmt::print("credit: skipped, {} is not there\n", csv.string());
    return;
  }
  Tables const tables(csv);
  json::Object const parameters{{"target", target}, {"ignore", json::Array{"ID"}}};
  report_trainer("xgboost", parameters, tables, stage);
  report_trainer("scorecard", parameters, tables, stage);
}

}  // namespace lepton::bench
