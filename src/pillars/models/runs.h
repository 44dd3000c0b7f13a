#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/assets.h"
#include "access/audit.h"
#include "access/authority.h"
#include "blob/store.h"
#include "lineage/lineage.h"
#include "models/run.h"

namespace lepton::models {

/// Experiments hold the runs of one question: assets of kind "experiment". Any thread may call; functions open their
/// own transactions.
class Experiments {
 public:
  Experiments(db::Database& database, access::Authority const& authority, access::Assets& assets, access::Audit& audit)
      : database_(database), authority_(authority), assets_(assets), audit_(audit) {}

  access::Asset create(Call const& call, access::Address const& address, std::string const& description = "");
  [[nodiscard]] access::Asset get(Call const& call, access::Address const& address) const;
  /// Those the caller may discover; `department` "" for all.
  [[nodiscard]] std::vector<access::Asset> list(Call const& call, std::string const& department = "") const;

  /// Throws Error{denied} or {not_found} when the caller may not log under the address.
  void may_log(db::Transaction& tx, Call const& call, access::Address const& address) const;
  /// Whether there is an experiment at the address, or nothing.
  [[nodiscard]] bool free_for_runs(db::Transaction& tx, access::Address const& address) const;
  /// The experiment at the address, made when there is none. The caller has asked may_log().
  access::Asset ensure(db::Transaction& tx, Call const& call, access::Address const& address);

 private:
  db::Database& database_;
  access::Authority const& authority_;
  access::Assets& assets_;
  access::Audit& audit_;
};

/// Parameters and latest metrics of several runs side by side.
struct Comparison {
  struct Row {
    std::string key;
    std::vector<std::optional<std::string>> values;  ///< one per run
    bool differs = false;

    static constexpr auto fields() {
      return std::tuple{required("key", &Row::key, "name"), required("values", &Row::values, "one per run"),
                        required("differs", &Row::differs, "whether the runs disagree")};
    }
  };
  std::vector<RunId> runs;
  std::vector<Row> params, metrics, data;

  static constexpr auto fields() {
    return std::tuple{required("runs", &Comparison::runs, "in the order asked for"),
                      required("params", &Comparison::params, "parameters"),
                      required("metrics", &Comparison::metrics, "latest values"),
                      required("data", &Comparison::data, "dataset versions")};
  }
};

/// Runs and what they log. Any thread may call; functions open their own transactions, and what was logged is durable
/// when they return. Logging needs `write` on the experiment, looking `read`; a run one may not see does not exist.
class Runs {
 public:
  Runs(db::Database& database, blob::Store& blobs, access::Authority const& authority, access::Assets& assets,
       access::Audit& audit, lineage::Lineage const& lineage)
      : database_(database), blobs_(blobs), authority_(authority), assets_(assets), audit_(audit), lineage_(lineage) {}

  struct NewRun {
    std::string experiment;
    std::string name;
    std::optional<std::int64_t> seed;
    json::Object recipe, environment;
    std::map<std::string, std::string> tags;

    static constexpr auto fields() {
      return std::tuple{required("experiment", &NewRun::experiment, "address of the experiment"),
                        optional("name", &NewRun::name, "for people"),
                        optional("seed", &NewRun::seed, "of everything random"),
                        optional("recipe", &NewRun::recipe, "how it is made"),
                        optional("environment", &NewRun::environment, "with what"),
                        optional("tags", &NewRun::tags, "labels")};
    }
  };
  Run create(Call const& call, NewRun const& run);
  /// Doing it twice is doing it once. Throws Error{conflict} for a parameter that has another value, and for metrics of
  /// a run that is over.
  void log(Call const& call, RunId const& id, Batch const& batch);
  /// Stores the bytes under `path`.
  Artifact add_artifact(Call const& call, RunId const& id, std::string const& path, std::string_view bytes);
  /// Ending it twice in the same way is ending it once.
  Run finish(Call const& call, RunId const& id, RunStatus status, std::string const& problem = "");

  [[nodiscard]] Run get(Call const& call, RunId const& id) const;
  /// Newest first.
  [[nodiscard]] std::vector<Run> list(Call const& call, access::Address const& experiment, std::int64_t limit = 100,
                                      std::int64_t offset = 0) const;
  [[nodiscard]] std::vector<Metric> metrics(Call const& call, RunId const& id, std::string const& key,
                                            std::int64_t limit = 25'000, std::int64_t offset = 0) const;
  [[nodiscard]] std::string artifact(Call const& call, RunId const& id, std::string const& path) const;
  [[nodiscard]] Comparison compare(Call const& call, std::vector<RunId> const& ids) const;

 private:
  struct Found {
    Run run;
    access::Authority::Permit permit;
  };
  /// Without the run's details.
  [[nodiscard]] Found require(db::Transaction& tx, Call const& call, access::Action action, RunId const& id) const;

  db::Database& database_;
  blob::Store& blobs_;
  access::Authority const& authority_;
  access::Assets& assets_;
  access::Audit& audit_;
  lineage::Lineage const& lineage_;
};

/// Throws Error{invalid}: paths are relative, of at most 500 characters, without "..", empty parts or control
/// characters.
void require_artifact_path(std::string const& path);

}  // namespace lepton::models
