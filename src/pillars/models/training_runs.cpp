#include "models/training_runs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "models/run_rows.h"

namespace lepton::models {
namespace {

constexpr std::size_t most_artifacts = 10'000;
constexpr std::string_view job_source = "job";

/// A line of metrics.jsonl.
struct MetricLine {
  std::string key;
  std::int64_t step = 0;
  double value = 0;
  std::optional<Timestamp> timestamp;

  static constexpr auto fields() {
    return std::tuple{required("key", &MetricLine::key, "name"), optional("step", &MetricLine::step, "round"),
                      required("value", &MetricLine::value, "value"),
                      optional("timestamp", &MetricLine::timestamp, "when it was observed")};
  }
};

std::vector<Metric> read_metrics(Call const& call, std::filesystem::path const& file) {
  std::vector<Metric> metrics;
  if (!std::filesystem::exists(file)) return metrics;
  std::string const text = read_file(file);
  std::size_t line = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    auto const end = std::min(text.find('\n', begin), text.size());
    ++line;
    if (end > begin) {
      try {
        auto const read = from_json<MetricLine>(json::parse(std::string_view(text).substr(begin, end - begin)));
        metrics.push_back({read.key, read.value, read.step, read.timestamp});
      } catch (Error const& error) {
        throw invalid(fmt::format("metrics.jsonl, line {}: {}", line, error.what()), error.details());
      }
    }
    begin = end + 1;
    if (line % 1000 == 0) call.proceed();
  }
  return metrics;
}

std::string text_of(json::Value const& value) {
  return value.is_string() ? std::string(value.get_string()) : json::write(value);
}

/// {"a": {"b": 1}} becomes "a.b" → "1"; the trainer's parameters stand without a prefix.
void flatten(json::Object const& object, std::string const& prefix, std::map<std::string, std::string>& out) {
  for (auto const& member : object) {
    std::string const key = prefix + std::string(member.key());
    if (member.value().is_object()) {
      flatten(member.value().get_object(), key == "parameters" ? "" : key + ".", out);
    } else if (!member.value().is_null()) {
      out.emplace(key, text_of(member.value()));
    }
  }
}

}  // namespace

/// What a training left behind, with its files in blobs already.
struct TrainingRuns::Outputs {
  std::vector<Artifact> artifacts;
  std::vector<Metric> metrics;
  std::map<std::string, std::string> params;
  std::string library;

  [[nodiscard]] bool has(std::string_view path) const {
    return std::any_of(artifacts.begin(), artifacts.end(), [&](auto const& artifact) { return artifact.path == path; });
  }
};

access::Address TrainingRuns::default_experiment(access::Address const& model) {
  return {model.department, model.name + "-runs", std::nullopt};
}

TrainingRuns::Outputs TrainingRuns::read_outputs(Call const& call, std::filesystem::path const& directory) const {
  Outputs outputs;
  auto const root = directory / "outputs";
  if (!std::filesystem::is_directory(root)) throw invalid("the training left no outputs/");
  for (auto const& entry : std::filesystem::recursive_directory_iterator(root)) {
    call.proceed();
    if (entry.is_symlink() || !(entry.is_regular_file() || entry.is_directory()))
      throw invalid(fmt::format("outputs/ holds '{}', which is no plain file", entry.path().filename().string()));
    if (!entry.is_regular_file()) continue;
    auto const path = entry.path().lexically_relative(root).generic_string();
    require_artifact_path(path);
    auto const bytes = read_file(entry.path());
    outputs.artifacts.push_back({path, blobs_.put(bytes).hex(), static_cast<std::int64_t>(bytes.size())});
    if (outputs.artifacts.size() > most_artifacts)
      throw invalid(fmt::format("outputs/ holds more than {} files: pack them", most_artifacts));
  }
  std::sort(outputs.artifacts.begin(), outputs.artifacts.end(),
            [](auto const& a, auto const& b) { return a.path < b.path; });
  outputs.metrics = read_metrics(call, directory / "metrics.jsonl");
  if (outputs.has("report.json")) {
    auto const report = json::parse(read_file(root / "report.json"));
    if (auto const* object = report.if_object()) {
      if (auto const* spec = object->if_contains("spec"); spec != nullptr && spec->is_object())
        flatten(spec->get_object(), "", outputs.params);
      if (auto const* library = object->if_contains("library"); library != nullptr) outputs.library = text_of(*library);
    }
  }
  return outputs;
}

TrainingRuns::Record TrainingRuns::collect(Call const& call, TrainingJob const& job,
                                           std::filesystem::path const& directory) const {
  auto outputs = read_outputs(call, directory);
  bool const has_model =
      std::any_of(model_files.begin(), model_files.end(), [&](auto const file) { return outputs.has(file); });
  if (job.model && !(has_model && outputs.has("signature.json")))
    throw invalid(
        "the training left no model.json (or model.bin) and signature.json in outputs/: there is nothing to register");
  database_.read(call, [&](db::Transaction& tx) {
    experiments_.may_log(tx, call, job.experiment);
    if (job.model) registry_.may_register(tx, call, *job.model);
  });
  return
      [this, call, job, outputs = std::move(outputs)](db::Transaction& tx) { return record(tx, call, job, outputs); };
}

Run TrainingRuns::insert(db::Transaction& tx, Call const& call, TrainingJob const& job,
                         json::Object environment) const {
  auto const experiment = experiments_.ensure(tx, call, job.experiment);
  Run run;
  run.id = RunId::random();
  run.experiment = experiment.address().str();
  run.name = job.name.empty() ? "job-" + job.id.substr(0, 6) : job.name;
  run.source_kind = job_source;
  run.source_id = job.id;
  run.seed = job.seed;
  run.recipe = job.recipe;
  run.environment = std::move(environment);
  run.data = job.data;
  run.created_by = call.principal.id;
  run.created_by_name = call.principal.name;
  run.started_at = job.started_at;
  insert_run(tx, experiment.id, run);
  lineage_.record(tx, call, {std::string(job_source), job.id}, node_of(run.id), "ran");
  return run;
}

json::Object TrainingRuns::record(db::Transaction& tx, Call const& call, TrainingJob const& job,
                                  Outputs const& outputs) const {
  auto id = find_run_of(tx, std::string(job_source), job.id);
  if (!id) {
    auto environment = job.environment;
    if (!outputs.library.empty()) environment["library"] = outputs.library;
    auto const run = insert(tx, call, job, std::move(environment));
    insert_params(tx, run.id, outputs.params);
    insert_metrics(tx, run.id, outputs.metrics, call.now());
    insert_artifacts(tx, run.id, outputs.artifacts);
    (void)end_run(tx, run.id, RunStatus::finished, call.now(), "");
    audit_.append(
        tx, call,
        {.action = "run.finish", .subject = run.experiment, .details = {{"run", run.id.str()}, {"job", job.id}}});
    id = run.id;
  }
  auto run = find_run(tx, *id).value();
  read_details(tx, run);
  json::Object results{{"run", id->str()}, {"experiment", job.experiment.asset().str()}};
  json::Object metrics;
  for (auto const& [key, metric] : run.metrics) metrics.emplace(key, metric.value);
  results["metrics"] = std::move(metrics);
  if (job.model) results["model"] = registry_.add_version(tx, call, {job.model->asset().str(), *id, ""}).address.str();
  return results;
}

void TrainingRuns::record_failure(db::Transaction& tx, Call const& call, TrainingJob const& job, RunStatus status,
                                  std::string const& problem) const {
  if (find_run_of(tx, std::string(job_source), job.id) || !experiments_.free_for_runs(tx, job.experiment)) return;
  auto const run = insert(tx, call, job, job.environment);
  (void)end_run(tx, run.id, status, call.now(), problem);
  audit_.append(tx, call,
                {.action = "run.fail", .subject = run.experiment, .details = {{"run", run.id.str()}, {"job", job.id}}});
}

}  // namespace lepton::models
