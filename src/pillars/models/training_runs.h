#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "access/authority.h"
#include "blob/store.h"
#include "lineage/lineage.h"
#include "models/registry.h"
#include "models/runs.h"

namespace lepton::models {

/// A training that ran as a job, as far as its run is concerned.
struct TrainingJob {
  std::string id;    ///< of the job
  std::string name;  ///< for people
  access::Address experiment;
  std::optional<access::Address> model;  ///< where to register what came out
  json::Object recipe;
  std::optional<std::int64_t> seed;
  json::Object environment;
  std::vector<DataVersion> data;
  Timestamp started_at;
};

/// Makes runs, and versions of models, of training jobs: exactly once each, because the run is written in the
/// transaction that ends the job, and one job has one run. Any thread may call.
class TrainingRuns {
 public:
  TrainingRuns(db::Database& database, blob::Store& blobs, Experiments& experiments, Registry& registry,
               access::Audit& audit, lineage::Lineage const& lineage)
      : database_(database),
        blobs_(blobs),
        experiments_(experiments),
        registry_(registry),
        audit_(audit),
        lineage_(lineage) {}

  /// The experiment of a recipe that names none: "risk/default-risk-runs" for the model "risk/default-risk".
  [[nodiscard]] static access::Address default_experiment(access::Address const& model);

  /// Writes the run and registers the model; answers with {"run", "experiment", "model", "metrics"}.
  using Record = std::function<json::Object(db::Transaction&)>;
  /// Copies outputs/ into blobs, reads metrics.jsonl and the report, and makes sure that the caller may log and
  /// register. Leaves the directory as it is: called again after a crash it does the same again. Throws Error{invalid}
  /// when the outputs are not those of a training. The record keeps copies; it may run more than once, and only one
  /// that commits counts.
  [[nodiscard]] Record collect(Call const& call, TrainingJob const& job, std::filesystem::path const& directory) const;
  /// The run of a job that failed or was cancelled, without results; none when something else has the experiment's
  /// address.
  void record_failure(db::Transaction& tx, Call const& call, TrainingJob const& job, RunStatus status,
                      std::string const& problem) const;

 private:
  struct Outputs;
  [[nodiscard]] Outputs read_outputs(Call const& call, std::filesystem::path const& directory) const;
  [[nodiscard]] Run insert(db::Transaction& tx, Call const& call, TrainingJob const& job,
                           json::Object environment) const;
  [[nodiscard]] json::Object record(db::Transaction& tx, Call const& call, TrainingJob const& job,
                                    Outputs const& outputs) const;

  db::Database& database_;
  blob::Store& blobs_;
  Experiments& experiments_;
  Registry& registry_;
  access::Audit& audit_;
  lineage::Lineage const& lineage_;
};

}  // namespace lepton::models
