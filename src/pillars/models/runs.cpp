#include "models/runs.h"

#include <fmt/format.h>

#include <cmath>

#include "base/error.h"
#include "models/run_rows.h"

namespace lepton::models {
namespace {

constexpr std::size_t most_entries = 1000, most_params = 100, most_tags = 100;
constexpr std::size_t longest_key = 250, longest_param = 6000, longest_tag = 8000, longest_path = 500;

Error no_such_run(RunId const& id) {
  return not_found("there is no run '" + id.str() + "', or you may not see it");
}

/// Adds a row per key that any run has.
template <class Value, class Text>
std::vector<Comparison::Row> side_by_side(std::vector<std::map<std::string, Value>> const& columns, Text const& text) {
  std::map<std::string, Comparison::Row> rows;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    for (auto const& [key, value] : columns[i]) {
      auto& row = rows[key];
      row.key = key;
      row.values.resize(columns.size());
      row.values[i] = text(value);
    }
  }
  std::vector<Comparison::Row> table;
  for (auto& [key, row] : rows) {
    row.differs = std::any_of(row.values.begin(), row.values.end(), [&](auto const& v) { return v != row.values[0]; });
    table.push_back(std::move(row));
  }
  return table;
}

}  // namespace

void validate(Batch const& batch) {
  Details problems;
  auto const limit = [&](std::size_t size, std::size_t most, std::string const& pointer, std::string_view unit) {
    if (size > most) problems.emplace(pointer, fmt::format("at most {} {}, found {}", most, unit, size));
  };
  limit(batch.metrics.size() + batch.params.size() + batch.tags.size(), most_entries, "", "entries");
  limit(batch.params.size(), most_params, "/params", "entries");
  limit(batch.tags.size(), most_tags, "/tags", "entries");
  auto const check_key = [&](std::string const& key, std::string const& pointer) {
    if (key.empty()) problems.emplace(pointer, "the key is empty");
    limit(key.size(), longest_key, pointer, "characters of key");
  };
  for (std::size_t i = 0; i < batch.metrics.size(); ++i)
    check_key(batch.metrics[i].key, json::pointer_to("/metrics", i) + "/key");
  for (auto const& [key, value] : batch.params) {
    check_key(key, json::pointer_to("/params", key));
    limit(value.size(), longest_param, json::pointer_to("/params", key), "characters");
  }
  for (auto const& [key, value] : batch.tags) {
    check_key(key, json::pointer_to("/tags", key));
    limit(value.size(), longest_tag, json::pointer_to("/tags", key), "characters");
  }
  if (problems.empty()) return;
  auto const& [pointer, problem] = *problems.begin();
  throw invalid(problems.size() == 1 ? fmt::format("{} {}", pointer.empty() ? "the batch:" : pointer, problem)
                                     : fmt::format("{} entries are wrong", problems.size()),
                problems);
}

void require_artifact_path(std::string const& path) {
  bool good = !path.empty() && path.size() <= longest_path && path.front() != '/' && path.back() != '/';
  for (std::size_t begin = 0; good && begin <= path.size();) {
    auto const end = std::min(path.find('/', begin), path.size());
    auto const part = std::string_view(path).substr(begin, end - begin);
    good = !part.empty() && part != "." && part != ".." && std::none_of(part.begin(), part.end(), [](char c) {
      return static_cast<unsigned char>(c) < 32 || c == '\\';
    });
    begin = end + 1;
  }
  if (!good) throw invalid("an artifact path is relative, such as plots/roc.json, without '..' and control characters");
}

access::Asset Experiments::create(Call const& call, access::Address const& address, std::string const& description) {
  return database_.write(call, [&](db::Transaction& tx) {
    authority_.require_role(call, address.department, "contributor");
    auto const asset = assets_.create(tx, call, "experiment", address.asset(), description);
    audit_.append(tx, call, {.action = "experiment.create", .subject = address.asset().str()});
    return asset;
  });
}

void Experiments::may_log(db::Transaction& tx, Call const& call, access::Address const& address) const {
  if (assets_.find(tx, address.asset())) {
    (void)authority_.require(tx, call, access::Action::write, address, "experiment");
  } else {
    authority_.require_role(call, address.department, "contributor");
  }
}

bool Experiments::free_for_runs(db::Transaction& tx, access::Address const& address) const {
  auto const found = assets_.find(tx, address.asset());
  return !found || found->kind == "experiment";
}

access::Asset Experiments::ensure(db::Transaction& tx, Call const& call, access::Address const& address) {
  if (auto const found = assets_.find(tx, address.asset())) {
    if (found->kind == "experiment") return *found;
    throw conflict(fmt::format("{} is a {}, not an experiment", address.asset().str(), found->kind));
  }
  auto const asset = assets_.create(tx, call, "experiment", address.asset());
  audit_.append(tx, call, {.action = "experiment.create", .subject = address.asset().str()});
  return asset;
}

access::Asset Experiments::get(Call const& call, access::Address const& address) const {
  return database_.read(call, [&](db::Transaction& tx) {
    return authority_.require(tx, call, access::Action::discover, address, "experiment").asset;
  });
}

std::vector<access::Asset> Experiments::list(Call const& call, std::string const& department) const {
  return database_.read(call, [&](db::Transaction& tx) {
    auto all = assets_.list(tx, "experiment", department);
    std::erase_if(all, [&](auto const& asset) { return !authority_.may_discover(call, asset); });
    return all;
  });
}

Runs::Found Runs::require(db::Transaction& tx, Call const& call, access::Action action, RunId const& id) const {
  auto const experiment = find_experiment_of(tx, id);
  auto const asset = experiment ? assets_.find(tx, *experiment) : std::nullopt;
  if (!asset || !authority_.may_discover(call, *asset)) throw no_such_run(id);
  Found found{find_run(tx, id).value(), authority_.require(tx, call, action, asset->address(), "experiment")};
  found.run.experiment = asset->address().str();
  return found;
}

Run Runs::create(Call const& call, NewRun const& request) {
  validate(Batch{{}, {}, request.tags});
  return database_.write(call, [&](db::Transaction& tx) {
    auto const permit =
        authority_.require(tx, call, access::Action::write, access::parse_address(request.experiment), "experiment");
    Run run;
    run.id = RunId::random();
    run.experiment = permit.asset.address().str();
    run.name = request.name.empty() ? "run-" + run.id.str().substr(0, 6) : request.name;
    run.seed = request.seed;
    run.recipe = request.recipe;
    run.environment = request.environment;
    run.tags = request.tags;
    run.created_by = call.principal.id;
    run.created_by_name = call.principal.name;
    run.started_at = call.now();
    insert_run(tx, permit.asset.id, run);
    put_tags(tx, run.id, run.tags);
    audit_.append(tx, call,
                  {.action = "run.create",
                   .subject = run.experiment,
                   .grounds = permit.decision.grounds,
                   .details = {{"run", run.id.str()}}});
    return run;
  });
}

void Runs::log(Call const& call, RunId const& id, Batch const& batch) {
  validate(batch);
  database_.write(call, [&](db::Transaction& tx) {
    auto const found = require(tx, call, access::Action::write, id);
    if (found.run.status != RunStatus::running && !(batch.metrics.empty() && batch.params.empty()))
      throw conflict(fmt::format("the run is {}: metrics and parameters are closed", enum_name(found.run.status)))
          .with_reason("run_over");
    insert_params(tx, id, batch.params);
    put_tags(tx, id, batch.tags);
    insert_metrics(tx, id, batch.metrics, call.now());
  });
}

Artifact Runs::add_artifact(Call const& call, RunId const& id, std::string const& path, std::string_view bytes) {
  require_artifact_path(path);
  database_.read(call, [&](db::Transaction& tx) { (void)require(tx, call, access::Action::write, id); });
  Artifact const artifact{path, blobs_.put(bytes).hex(), static_cast<std::int64_t>(bytes.size())};
  database_.write(call, [&](db::Transaction& tx) {
    auto const found = require(tx, call, access::Action::write, id);
    if (found.run.status != RunStatus::running)
      throw conflict(fmt::format("the run is {}: its artifacts are closed", enum_name(found.run.status)))
          .with_reason("run_over");
    insert_artifacts(tx, id, std::span(&artifact, 1));
  });
  return artifact;
}

Run Runs::finish(Call const& call, RunId const& id, RunStatus status, std::string const& problem) {
  if (status == RunStatus::running) throw invalid("a run ends as finished, failed or killed");
  return database_.write(call, [&](db::Transaction& tx) {
    auto found = require(tx, call, access::Action::write, id);
    read_details(tx, found.run);
    if (found.run.status == status) return found.run;
    if (!end_run(tx, id, status, call.now(), problem))
      throw conflict(fmt::format("the run is {} already", enum_name(found.run.status))).with_reason("run_over");
    audit_.append(tx, call,
                  {.action = "run.finish",
                   .subject = found.run.experiment,
                   .grounds = found.permit.decision.grounds,
                   .details = {{"run", id.str()}, {"status", enum_name(status)}}});
    found.run.status = status;
    found.run.problem = problem;
    found.run.ended_at = call.now();
    return found.run;
  });
}

Run Runs::get(Call const& call, RunId const& id) const {
  return database_.read(call, [&](db::Transaction& tx) {
    auto found = require(tx, call, access::Action::read, id);
    read_details(tx, found.run);
    return found.run;
  });
}

std::vector<Run> Runs::list(Call const& call, access::Address const& experiment, std::int64_t limit,
                            std::int64_t offset) const {
  return database_.read(call, [&](db::Transaction& tx) {
    auto const asset = authority_.require(tx, call, access::Action::read, experiment, "experiment").asset;
    auto runs = list_runs(tx, asset.id, limit, offset);
    for (auto& run : runs) run.experiment = asset.address().str();
    return runs;
  });
}

std::vector<Metric> Runs::metrics(Call const& call, RunId const& id, std::string const& key, std::int64_t limit,
                                  std::int64_t offset) const {
  return database_.read(call, [&](db::Transaction& tx) {
    (void)require(tx, call, access::Action::read, id);
    return metric_series(tx, id, key, limit, offset);
  });
}

std::string Runs::artifact(Call const& call, RunId const& id, std::string const& path) const {
  auto const run = get(call, id);
  for (auto const& artifact : run.artifacts)
    if (artifact.path == path) return blobs_.get(call, find_digest(artifact.digest).value());
  throw not_found(fmt::format("the run has no artifact '{}'", path));
}

Comparison Runs::compare(Call const& call, std::vector<RunId> const& ids) const {
  if (ids.size() < 2 || ids.size() > 100) throw invalid("name 2 to 100 runs to compare");
  std::vector<std::map<std::string, std::string>> params, data;
  std::vector<std::map<std::string, Metric>> metrics;
  for (auto const& id : ids) {
    call.proceed();
    auto const run = get(call, id);
    params.push_back(run.params);
    metrics.push_back(run.metrics);
    auto& versions = data.emplace_back();
    for (auto const& version : run.data) {
      auto const address = access::parse_address(version.address);
      versions.emplace(address.asset().str(), address.version.value_or(""));
    }
  }
  auto const as_is = [](std::string const& text) { return text; };
  auto const number = [](Metric const& metric) { return fmt::format("{}", metric.value); };
  return {ids, side_by_side(params, as_is), side_by_side(metrics, number), side_by_side(data, as_is)};
}

}  // namespace lepton::models
