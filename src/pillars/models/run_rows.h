#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "access/assets.h"
#include "db/database.h"
#include "models/run.h"

// The rows of runs, inside a transaction of the caller. Nothing here decides who may.
namespace lepton::models {

void insert_run(db::Transaction& tx, access::AssetId const& experiment, Run const& run);
/// Without the experiment's address, parameters, tags, metrics and artifacts.
[[nodiscard]] std::optional<Run> find_run(db::Transaction& tx, RunId const& id);
/// Adds parameters, tags, latest metrics and artifacts.
void read_details(db::Transaction& tx, Run& run);
[[nodiscard]] std::optional<access::AssetId> find_experiment_of(db::Transaction& tx, RunId const& id);
[[nodiscard]] std::optional<RunId> find_run_of(db::Transaction& tx, std::string const& source_kind,
                                               std::string const& source_id);
/// Newest first, in full.
[[nodiscard]] std::vector<Run> list_runs(db::Transaction& tx, access::AssetId const& experiment, std::int64_t limit,
                                         std::int64_t offset);
/// running → another status; false when it is over already.
[[nodiscard]] bool end_run(db::Transaction& tx, RunId const& id, RunStatus status, Timestamp at,
                           std::string const& problem);

/// A parameter of a run keeps its first value: the same again changes nothing, another throws Error{conflict}.
void insert_params(db::Transaction& tx, RunId const& id, std::map<std::string, std::string> const& params);
/// The last value stays.
void put_tags(db::Transaction& tx, RunId const& id, std::map<std::string, std::string> const& tags);
/// Observations that are there already are not added again. `now` stands for those without a time.
void insert_metrics(db::Transaction& tx, RunId const& id, std::span<Metric const> metrics, Timestamp now);
/// By step, time and value; from the position `offset` on.
[[nodiscard]] std::vector<Metric> metric_series(db::Transaction& tx, RunId const& id, std::string const& key,
                                                std::int64_t limit, std::int64_t offset);
/// The same path with the same content changes nothing, with another throws Error{conflict}: artifacts never change.
void insert_artifacts(db::Transaction& tx, RunId const& id, std::span<Artifact const> artifacts);

}  // namespace lepton::models
