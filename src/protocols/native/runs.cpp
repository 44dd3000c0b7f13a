#include "models/runs.h"

#include "access/address.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

using models::RunId;

struct ByRun {
  std::string run;
  static constexpr auto fields() { return std::tuple{required("run", &ByRun::run, "its id")}; }
};

struct CreateRun {
  models::Runs& runs;

  using Input = models::Runs::NewRun;
  using Output = models::Run;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/runs",
      .name = "create_run",
      .tag = "runs",
      .summary = "Begin a run that a client logs itself",
      .example = R"({"experiment": "risk/default-risk", "name": "logistic baseline", "seed": 1})",
      .status = 201};
  Output run(Call const& call, Input const& input) { return runs.create(call, input); }
};

struct GetRun {
  models::Runs& runs;

  using Input = ByRun;
  using Output = models::Run;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/runs/{run}",
                                           .name = "get_run",
                                           .tag = "runs",
                                           .summary = "Read a run: parameters, latest metrics, data, artifacts"};
  Output run(Call const& call, Input const& input) { return runs.get(call, RunId(input.run)); }
};

struct ListRuns {
  models::Runs& runs;

  struct Input : Paging {
    std::string experiment;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(),
                            std::tuple{required("experiment", &Input::experiment, "address of the experiment")});
    }
  };
  using Output = Page<models::Run>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/runs",
                                           .name = "list_runs",
                                           .tag = "runs",
                                           .summary = "List the runs of an experiment, newest first"};
  Output run(Call const& call, Input const& input) {
    return page_of(runs.list(call, access::parse_address(input.experiment), 10'000), input);
  }
};

struct LogBatch {
  models::Runs& runs;

  struct Input : models::Batch {
    std::string run;
    static constexpr auto fields() {
      return std::tuple{required("run", &Input::run, "its id"),
                        optional("metrics", &Input::metrics, "observations, at most 1000"),
                        optional("params", &Input::params, "parameters, at most 100"),
                        optional("tags", &Input::tags, "labels, at most 100")};
    }
  };
  using Output = void;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/runs/{run}:log",
      .name = "log_batch",
      .tag = "runs",
      .summary = "Add metrics, parameters and tags; doing it twice is doing it once",
      .example = R"({"run": "abc", "metrics": [{"key": "auc", "value": 0.78, "step": 1}], "params": {"eta": "0.1"}})",
      .status = 204};
  void run(Call const& call, Input const& input) { runs.log(call, RunId(input.run), input); }
};

struct FinishRun {
  models::Runs& runs;

  struct Input {
    std::string run, problem;
    models::RunStatus status = models::RunStatus::finished;
    static constexpr auto fields() {
      return std::tuple{required("run", &Input::run, "its id"),
                        optional("status", &Input::status, "finished (default), failed or killed"),
                        optional("problem", &Input::problem, "why it failed")};
    }
  };
  using Output = models::Run;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/runs/{run}:finish",
                                           .name = "finish_run",
                                           .tag = "runs",
                                           .summary = "End a run",
                                           .example = R"({"run": "abc", "status": "finished"})"};
  Output run(Call const& call, Input const& input) {
    return runs.finish(call, RunId(input.run), input.status, input.problem);
  }
};

struct ListMetrics {
  models::Runs& runs;

  struct Input {
    std::string run, key;
    std::int64_t limit = 25'000, offset = 0;
    static constexpr auto fields() {
      return std::tuple{required("run", &Input::run, "its id"), required("key", &Input::key, "name of the metric"),
                        optional("limit", &Input::limit, "most points"), optional("offset", &Input::offset, "skip")};
    }
  };
  struct Output {
    std::vector<models::Metric> items;
    static constexpr auto fields() { return std::tuple{required("items", &Output::items, "in order of steps")}; }
  };
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/runs/{run}/metrics/{key}",
                                           .name = "list_metrics",
                                           .tag = "runs",
                                           .summary = "Read the series of one metric"};
  Output run(Call const& call, Input const& input) {
    return {runs.metrics(call, RunId(input.run), input.key, input.limit, input.offset)};
  }
};

struct ReadArtifact {
  models::Runs& runs;

  struct Input {
    std::string run, path;
    static constexpr auto fields() {
      return std::tuple{required("run", &Input::run, "its id"), required("path", &Input::path, "such as report.json")};
    }
  };
  using Output = http::Response;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/runs/{run}/artifacts/{path...}",
                                           .name = "read_artifact",
                                           .tag = "runs",
                                           .summary = "Read a file that a run left, such as its evaluation report"};
  Output run(Call const& call, Input const& input) {
    http::Response response{.body = runs.artifact(call, RunId(input.run), input.path)};
    bool const is_json = input.path.size() > 5 && input.path.substr(input.path.size() - 5) == ".json";
    response.headers.set("Content-Type", is_json ? "application/json" : "application/octet-stream");
    return response;
  }
};

struct CompareRuns {
  models::Runs& runs;

  struct Input {
    std::vector<std::string> runs;
    static constexpr auto fields() { return std::tuple{required("runs", &Input::runs, "ids, comma between them")}; }
  };
  using Output = models::Comparison;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/runs:compare",
                                           .name = "compare_runs",
                                           .tag = "runs",
                                           .summary = "Put parameters, metrics and data of runs side by side"};
  Output run(Call const& call, Input const& input) {
    std::vector<RunId> ids;
    for (auto const& id : input.runs) ids.emplace_back(id);
    return runs.compare(call, ids);
  }
};

}  // namespace

void add_runs(Table& table, models::Runs& runs) {
  table.add(CreateRun{runs});
  table.add(GetRun{runs});
  table.add(ListRuns{runs});
  table.add(LogBatch{runs});
  table.add(FinishRun{runs});
  table.add(ListMetrics{runs});
  table.add(ReadArtifact{runs});
  table.add(CompareRuns{runs});
}

}  // namespace lepton::native
