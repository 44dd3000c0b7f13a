#include "models/run_rows.h"

#include <fmt/format.h>

#include <cfloat>
#include <cmath>

#include "base/error.h"

namespace lepton::models {
namespace {

constexpr std::string_view kSelectRun =
    "SELECT id, name, status, source_kind, source_id, seed, recipe, environment, data, problem, created_by, "
    "created_by_name, started_at, ended_at FROM models_run ";

/// Statements insert this many metrics at once: few enough kinds of statements to stay prepared, few round trips.
constexpr std::size_t metrics_per_statement = 100;

Run run_of(db::Row const& row) {
  Run run;
  run.id = row.id<RunId>(0);
  run.name = row.text(1);
  run.status = find_enum<RunStatus>(row.text(2)).value();
  run.source_kind = row.text(3);
  run.source_id = row.maybe_text(4).value_or("");
  run.seed = row.maybe_integer(5);
  run.recipe = json::parse(row.text(6)).as_object();
  run.environment = json::parse(row.text(7)).as_object();
  run.data = from_json<std::vector<DataVersion>>(json::parse(row.text(8)));
  run.problem = row.text(9);
  run.created_by = row.id<PrincipalId>(10);
  run.created_by_name = row.text(11);
  run.started_at = row.timestamp(12);
  run.ended_at = row.maybe_timestamp(13);
  return run;
}

Metric metric_of(db::Row const& row) {
  return {row.text(0), row.boolean(4) ? std::nan("") : row.real(3), row.integer(1), row.timestamp(2)};
}

/// What is stored of a metric: NaN has no place in an index, infinities none in JSON.
struct Stored {
  std::int64_t step;
  Timestamp at;
  double value;
  bool nan;

  Stored(Metric const& metric, Timestamp now)
      : step(metric.step),
        at(metric.at.value_or(now)),
        value(std::isnan(metric.value) ? 0 : std::clamp(metric.value, -DBL_MAX, DBL_MAX)),
        nan(std::isnan(metric.value)) {}
  [[nodiscard]] auto rank() const { return std::tuple(step, at, value); }
};

/// "($1, $2, …), (…)" for rows of six.
std::string placeholders(std::size_t rows) {
  std::string text;
  for (std::size_t i = 0; i < rows; ++i)
    text += fmt::format("{}(${}, ${}, ${}, ${}, ${}, ${})", i == 0 ? "" : ", ", 6 * i + 1, 6 * i + 2, 6 * i + 3,
                        6 * i + 4, 6 * i + 5, 6 * i + 6);
  return text;
}

/// Each key at most once: PostgreSQL changes no row twice in a statement.
void put_latest(db::Transaction& tx, RunId const& id, std::map<std::string_view, Stored> const& latest) {
  for (auto const& [key, metric] : latest)
    tx.execute(
        "INSERT INTO models_metric_latest (run_id, key, step, at, value, is_nan) VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (run_id, key) DO UPDATE SET step = excluded.step, at = excluded.at, value = excluded.value, "
        "is_nan = excluded.is_nan WHERE (excluded.step, excluded.at, excluded.value) > "
        "(models_metric_latest.step, models_metric_latest.at, models_metric_latest.value)",
        {id, key, metric.step, metric.at, metric.value, metric.nan});
}

}  // namespace

void insert_run(db::Transaction& tx, access::AssetId const& experiment, Run const& run) {
  tx.execute(
      "INSERT INTO models_run (id, experiment_id, name, status, source_kind, source_id, seed, recipe, environment, "
      "data, "
      "problem, created_by, created_by_name, started_at, ended_at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
      {run.id, experiment, run.name, enum_name(run.status), run.source_kind,
       run.source_id.empty() ? std::optional<std::string>() : run.source_id, run.seed, json::write(run.recipe),
       json::write(run.environment), json::write(to_json(run.data)), run.problem, run.created_by, run.created_by_name,
       run.started_at, run.ended_at});
}

std::optional<Run> find_run(db::Transaction& tx, RunId const& id) {
  auto const row = tx.find(fmt::format("{}{}", kSelectRun, "WHERE id = $1"), {id});
  if (!row) return std::nullopt;
  return run_of(*row);
}

void read_details(db::Transaction& tx, Run& run) {
  for (auto const& row : tx.query("SELECT key, value FROM models_run_param WHERE run_id = $1", {run.id}))
    run.params.emplace(row.text(0), row.text(1));
  for (auto const& row : tx.query("SELECT key, value FROM models_run_tag WHERE run_id = $1", {run.id}))
    run.tags.emplace(row.text(0), row.text(1));
  for (auto const& row :
       tx.query("SELECT key, step, at, value, is_nan FROM models_metric_latest WHERE run_id = $1", {run.id}))
    run.metrics.emplace(row.text(0), metric_of(row));
  for (auto const& row :
       tx.query("SELECT path, digest, size FROM models_artifact WHERE run_id = $1 ORDER BY path", {run.id}))
    run.artifacts.push_back({row.text(0), row.text(1), row.integer(2)});
}

std::optional<access::AssetId> find_experiment_of(db::Transaction& tx, RunId const& id) {
  auto const row = tx.find("SELECT experiment_id FROM models_run WHERE id = $1", {id});
  if (!row) return std::nullopt;
  return row->id<access::AssetId>(0);
}

std::optional<RunId> find_run_of(db::Transaction& tx, std::string const& source_kind, std::string const& source_id) {
  auto const row =
      tx.find("SELECT id FROM models_run WHERE source_kind = $1 AND source_id = $2", {source_kind, source_id});
  if (!row) return std::nullopt;
  return row->id<RunId>(0);
}

std::vector<Run> list_runs(db::Transaction& tx, access::AssetId const& experiment, std::int64_t limit,
                           std::int64_t offset) {
  std::vector<Run> runs;
  for (auto const& row : tx.query(
           fmt::format("{}{}", kSelectRun, "WHERE experiment_id = $1 ORDER BY started_at DESC, id LIMIT $2 OFFSET $3"),
           {experiment, limit, offset}))
    read_details(tx, runs.emplace_back(run_of(row)));
  return runs;
}

bool end_run(db::Transaction& tx, RunId const& id, RunStatus status, Timestamp at, std::string const& problem) {
  return tx.execute(
             "UPDATE models_run SET status = $1, ended_at = $2, problem = $3 WHERE id = $4 AND status = 'running'",
             {enum_name(status), at, problem, id}) == 1;
}

void insert_params(db::Transaction& tx, RunId const& id, std::map<std::string, std::string> const& params) {
  for (auto const& [key, value] : params) {
    if (tx.execute("INSERT INTO models_run_param (run_id, key, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                   {id, key, value}) == 1)
      continue;
    auto const row = tx.find("SELECT value FROM models_run_param WHERE run_id = $1 AND key = $2", {id, key});
    if (row && row->text(0) != value)
      throw conflict(
          fmt::format("parameter '{}' of the run is '{}' and stays so: parameters are written once", key, row->text(0)))
          .with_reason("param_changed");
  }
}

void put_tags(db::Transaction& tx, RunId const& id, std::map<std::string, std::string> const& tags) {
  for (auto const& [key, value] : tags)
    tx.execute(
        "INSERT INTO models_run_tag (run_id, key, value) VALUES ($1, $2, $3) "
        "ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value",
        {id, key, value});
}

void insert_metrics(db::Transaction& tx, RunId const& id, std::span<Metric const> metrics, Timestamp now) {
  std::map<std::string_view, Stored> latest;
  for (std::size_t begin = 0; begin < metrics.size(); begin += metrics_per_statement) {
    auto const some = metrics.subspan(begin, std::min(metrics_per_statement, metrics.size() - begin));
    std::vector<db::Param> params;
    for (auto const& metric : some) {
      Stored const stored(metric, now);
      for (db::Param const& param : {db::Param(id), db::Param(metric.key), db::Param(stored.step), db::Param(stored.at),
                                     db::Param(stored.value), db::Param(stored.nan)})
        params.push_back(param);
      auto const [place, is_new] = latest.emplace(metric.key, stored);
      if (!is_new && stored.rank() > place->second.rank()) place->second = stored;
    }
    tx.execute(
        fmt::format("INSERT INTO models_metric (run_id, key, step, at, value, is_nan) VALUES {} ON CONFLICT DO NOTHING",
                    placeholders(some.size())),
        params);
  }
  put_latest(tx, id, latest);
}

std::vector<Metric> metric_series(db::Transaction& tx, RunId const& id, std::string const& key, std::int64_t limit,
                                  std::int64_t offset) {
  std::vector<Metric> series;
  for (auto const& row :
       tx.query("SELECT key, step, at, value, is_nan FROM models_metric WHERE run_id = $1 AND key = $2 "
                "ORDER BY step, at, value, is_nan LIMIT $3 OFFSET $4",
                {id, key, limit, offset}))
    series.push_back(metric_of(row));
  return series;
}

void insert_artifacts(db::Transaction& tx, RunId const& id, std::span<Artifact const> artifacts) {
  for (auto const& artifact : artifacts) {
    if (tx.execute(
            "INSERT INTO models_artifact (run_id, path, digest, size) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            {id, artifact.path, artifact.digest, artifact.size}) == 1)
      continue;
    auto const row = tx.find("SELECT digest FROM models_artifact WHERE run_id = $1 AND path = $2", {id, artifact.path});
    if (row && row->text(0) != artifact.digest)
      throw conflict(fmt::format("the run has another file '{}': artifacts never change", artifact.path))
          .with_reason("artifact_changed");
  }
}

}  // namespace lepton::models
