#include "learn/worker.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <new>

#include "base/error.h"
#include "base/file.h"
#include "learn/training.h"

namespace lepton::learn {
namespace {

constexpr int exit_failed = 1;
constexpr int exit_invalid = 7;

void say(std::string const& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

/// Tells the world how far the training is: a file that is replaced, a series that grows, a log for people. Written
/// without syncing: what is lost in a crash is trained again.
class Reporter {
 public:
  Reporter(std::filesystem::path directory, Clock const& clock)
      : directory_(std::move(directory)), clock_(clock), series_(directory_ / "metrics.jsonl", std::ios::trunc) {}

  void on_round(Progress const& p) {
    for (auto const& [key, value] : p.metrics) add(key, p.step, value);
    auto const now = clock_.steady();
    if (now - latest_ < std::chrono::milliseconds(250)) return;
    latest_ = now;
    series_.flush();
    progress(0.05 + 0.9 * p.done, p.message);
    std::string line = p.message;
    for (auto const& [key, value] : p.metrics)
      line += fmt::format("{} {} {:.5f}", line == p.message ? ":" : ",", key, value);
    say(line);
  }

  void progress(double fraction, std::string const& message) const {
    auto const part = directory_ / "progress.json.part";
    std::ofstream(part) << json::write(json::Object{{"fraction", fraction}, {"message", message}}) << '\n';
    std::filesystem::rename(part, directory_ / "progress.json");
  }

  void finish(std::map<std::string, double> const& metrics, int step) {
    for (auto const& [key, value] : metrics) add(key, step, value);
    series_.flush();
    if (!series_) throw exhausted("cannot write metrics.jsonl: is the disk full?");
  }

 private:
  void add(std::string const& key, int step, double value) {
    if (!std::isfinite(value)) return;  // JSON has no such number
    series_ << json::write(json::Object{
                   {"key", key}, {"step", step}, {"value", value}, {"timestamp", to_string(clock_.wall())}})
            << '\n';
  }

  std::filesystem::path directory_;
  Clock const& clock_;
  std::ofstream series_;
  std::chrono::steady_clock::time_point latest_{};
};

/// Under another name until all are there, so that half of them are never taken for a model.
void write_outputs(std::filesystem::path const& directory, TrainingResult const& result, std::string_view artifact) {
  auto const part = directory / "outputs.part";
  std::filesystem::remove_all(part);
  std::filesystem::create_directories(part);
  write_file_atomically(part / artifact, result.artifact);
  write_file_atomically(part / "signature.json", json::write_pretty(to_json(result.signature)));
  write_file_atomically(part / "report.json", json::write_pretty(to_json(result.report)));
  std::filesystem::remove_all(directory / "outputs");
  std::filesystem::rename(part, directory / "outputs");
  sync_directory(directory);
}

void run(std::filesystem::path const& directory) {
  SystemClock const clock;
  Call const call = system_call(clock);
  std::filesystem::remove(directory / "error.json");
  auto const spec = parse_training_spec(json::parse(read_file(directory / "training.json")));
  Reporter reporter(directory, clock);
  reporter.progress(0, "reading data");
  auto const result = run_training(call, directory, spec, [&](Progress const& p) { reporter.on_round(p); });
  auto const& report = result.report;
  reporter.finish(report.metrics, report.rounds);
  write_outputs(directory, result, make_trainer(spec.trainer)->artifact_name());
  for (auto const& warning : report.warnings) say("warning: " + warning);
  say(fmt::format("{} rows trained, {} were chosen by, {} were held out", report.train_rows, report.validation_rows,
                  report.test_rows));
  for (auto const& [key, value] : report.metrics) say(fmt::format("{} {:.5f}", key, value));
  reporter.progress(1, "trained");
}

int fail(std::filesystem::path const& directory, Error const& error) {
  fmt::print(stderr, "error: {}\n", error.what());
  for (auto const& [pointer, problem] : error.details()) fmt::print(stderr, "  {}: {}\n", pointer, problem);
  json::Object details;
  for (auto const& [pointer, problem] : error.details()) details.emplace(pointer, problem);
  std::ofstream(directory / "error.json") << json::write(
      json::Object{{"code", to_string(error.code())}, {"message", error.what()}, {"details", std::move(details)}});
  return error.code() == Code::invalid ? exit_invalid : exit_failed;
}

}  // namespace

int train_worker_main(std::span<std::string const> arguments) {
  char const* const from_environment = std::getenv("LEPTON_JOB_DIR");
  std::filesystem::path const directory = !arguments.empty()            ? arguments[0]
                                          : from_environment != nullptr ? from_environment
                                                                        : "";
  if (directory.empty()) {
    fmt::print(stderr, "usage: lepton worker train <directory>\n");
    return 2;
  }
  try {
    run(directory);
    return 0;
  } catch (Error const& error) {
    return fail(directory, error);
  } catch (std::bad_alloc const&) {
    return fail(directory, exhausted("the training needs more memory than the job may use: raise resources.memory"));
  } catch (std::exception const& error) {
    return fail(directory, internal(error.what()));
  }
}

}  // namespace lepton::learn
