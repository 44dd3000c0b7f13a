#include "serving/trace_kinds.h"

#include "datasets/catalog.h"
#include "models/run_rows.h"

namespace lepton::serving {
namespace {

/// A run belongs to its experiment: who may discover that, may know of the run.
std::optional<access::Asset> experiment_of(db::Transaction& tx, access::Assets const& assets,
                                           std::optional<models::RunId> const& run) {
  auto const id = run ? models::find_experiment_of(tx, *run) : std::nullopt;
  return id ? assets.find(tx, *id) : std::nullopt;
}

std::optional<models::RunId> run_of_job(db::Transaction& tx, std::string const& job) {
  return models::find_run_of(tx, "job", job);
}

json::Object describe_run(db::Transaction& tx, models::RunId const& id) {
  auto run = models::find_run(tx, id);
  if (!run) return {};
  models::read_details(tx, *run);
  json::Object metrics;
  for (auto const& [key, metric] : run->metrics) metrics[key] = metric.value;
  json::Object facts{{"name", run->name},
                     {"status", enum_name(run->status)},
                     {"recipe", run->recipe},
                     {"parameters", lepton::to_json(run->params)},
                     {"metrics", std::move(metrics)},
                     {"started_at", to_string(run->started_at)}};
  if (run->seed) facts["seed"] = *run->seed;
  if (run->ended_at) facts["ended_at"] = to_string(*run->ended_at);
  return facts;
}

json::Object describe_model_version(db::Transaction& tx, models::Registry const& registry, std::string const& key) {
  auto const version = registry.resolve(tx, access::parse_address(key)).version;
  return {{"digest", version.digest},
          {"run", version.run.str()},
          {"description", version.description},
          {"created_by", version.created_by},
          {"created_at", to_string(version.created_at)},
          {"aliases", lepton::to_json(version.aliases)}};
}

json::Object describe_dataset_version(db::Transaction& tx, access::Assets const& assets, std::string const& key) {
  auto const address = access::parse_address(key);
  auto const asset = assets.find(tx, address.asset());
  if (!asset) return {};
  auto const version = datasets::get_version(tx, *asset, address.version).version;
  json::Array columns;
  for (auto const& column : version.columns) columns.emplace_back(column.name);
  return {{"digest", version.digest},         {"rows", version.rows},
          {"columns", std::move(columns)},    {"origin", version.origin},
          {"created_by", version.created_by}, {"created_at", to_string(version.created_at)}};
}

}  // namespace

std::map<std::string, Traces::NodeKind> trace_kinds(access::Assets const& assets, models::Registry const& registry) {
  using Key = std::string;
  std::map<std::string, Traces::NodeKind> kinds;
  kinds["run"] = {
      [](db::Transaction& tx, Call const&, Key const& key) { return describe_run(tx, models::RunId(key)); },
      [&assets](db::Transaction& tx, Key const& key) { return experiment_of(tx, assets, models::RunId(key)); }};
  kinds["job"] = {nullptr, [&assets](db::Transaction& tx, Key const& key) {
                    return experiment_of(tx, assets, run_of_job(tx, key));
                  }};
  kinds["model_version"].describe = [&registry](db::Transaction& tx, Call const&, Key const& key) {
    return describe_model_version(tx, registry, key);
  };
  kinds["dataset_version"].describe = [&assets](db::Transaction& tx, Call const&, Key const& key) {
    return describe_dataset_version(tx, assets, key);
  };
  return kinds;
}

}  // namespace lepton::serving
