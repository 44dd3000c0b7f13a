#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/call.h"
#include "base/fields.h"
#include "base/json.h"
#include "lineage/lineage.h"

namespace lepton::models {

using RunId = Id<struct RunKind>;

enum class RunStatus { running, finished, failed, killed };

}  // namespace lepton::models

template <>
struct lepton::EnumNames<lepton::models::RunStatus> {
  using S = lepton::models::RunStatus;
  static constexpr std::array<std::pair<S, std::string_view>, 4> values{
      {{S::running, "running"}, {S::finished, "finished"}, {S::failed, "failed"}, {S::killed, "killed"}}};
};

namespace lepton::models {

/// One observation of a metric. NaN is a value; infinities are kept as the largest finite number.
struct Metric {
  std::string key;
  double value = 0;
  std::int64_t step = 0;
  std::optional<Timestamp> at;  ///< default: now

  static constexpr auto fields() {
    return std::tuple{required("key", &Metric::key, "name"), required("value", &Metric::value, "value"),
                      optional("step", &Metric::step, "round, epoch, …"),
                      optional("at", &Metric::at, "when it was observed; default now")};
  }
};

/// A dataset version that a run read.
struct DataVersion {
  std::string address;  ///< "risk/training-set@1"
  std::string digest;   ///< of its content

  static constexpr auto fields() {
    return std::tuple{required("address", &DataVersion::address, "department/dataset@version"),
                      optional("digest", &DataVersion::digest, "of its content")};
  }
};

/// A file that a run left behind.
struct Artifact {
  std::string path;
  std::string digest;
  std::int64_t size = 0;

  static constexpr auto fields() {
    return std::tuple{required("path", &Artifact::path, "relative path"),
                      required("digest", &Artifact::digest, "SHA-256"), required("size", &Artifact::size, "bytes")};
  }
};

/// One attempt at making something, with all that decided it and all that came out.
struct Run {
  RunId id;
  std::string experiment;  ///< address
  std::string name;
  RunStatus status = RunStatus::running;
  std::string source_kind;  ///< "job", or empty for a run logged by a client
  std::string source_id;
  std::optional<std::int64_t> seed;
  json::Object recipe;
  json::Object environment;  ///< library versions, hardware, threads
  std::vector<DataVersion> data;
  std::string problem;  ///< why it failed
  PrincipalId created_by;
  std::string created_by_name;
  Timestamp started_at;
  std::optional<Timestamp> ended_at;
  std::map<std::string, std::string> params;
  std::map<std::string, std::string> tags;
  std::map<std::string, Metric> metrics;  ///< the latest of each
  std::vector<Artifact> artifacts;

  static constexpr auto fields() {
    return std::tuple{required("id", &Run::id, "identifier"),
                      required("experiment", &Run::experiment, "address"),
                      required("name", &Run::name, "for people"),
                      required("status", &Run::status, "where it is in its life"),
                      optional("source_kind", &Run::source_kind, "what ran it: job"),
                      optional("source_id", &Run::source_id, "identifier of that"),
                      optional("seed", &Run::seed, "of everything random"),
                      optional("recipe", &Run::recipe, "how it was made"),
                      optional("environment", &Run::environment, "with what"),
                      optional("data", &Run::data, "dataset versions read"),
                      optional("problem", &Run::problem, "why it failed"),
                      required("created_by", &Run::created_by_name, "who"),
                      required("started_at", &Run::started_at, "when it began"),
                      optional("ended_at", &Run::ended_at, "when it was over"),
                      optional("params", &Run::params, "parameters, written once"),
                      optional("tags", &Run::tags, "labels"),
                      optional("metrics", &Run::metrics, "latest value of each"),
                      optional("artifacts", &Run::artifacts, "files")};
  }
};

/// Its place in the lineage graph.
[[nodiscard]] inline lineage::Node node_of(RunId const& id) {
  return {"run", id.str()};
}

/// What is added to a run at once.
struct Batch {
  std::vector<Metric> metrics;
  std::map<std::string, std::string> params;
  std::map<std::string, std::string> tags;

  static constexpr auto fields() {
    return std::tuple{optional("metrics", &Batch::metrics, "observations, at most 1000"),
                      optional("params", &Batch::params, "parameters, at most 100"),
                      optional("tags", &Batch::tags, "labels, at most 100")};
  }
};

/// Throws Error{invalid} that names what is too long or too many (MLflow's limits: 1000 entries, 100 parameters, 100
/// tags; keys of 250 characters, parameters of 6000, tags of 8000).
void validate(Batch const& batch);

}  // namespace lepton::models
