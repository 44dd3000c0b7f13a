#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "access/authority.h"
#include "base/call.h"
#include "base/json.h"
#include "db/database.h"
#include "jobs/job.h"

// What jobs need from pillars that they do not know; the composition root implements it.
namespace lepton::jobs {

/// Lays datasets out for jobs. Called from several threads.
class InputProvider {
 public:
  virtual ~InputProvider() = default;
  /// Decides whether the caller may use the dataset for such work, now, and answers with the version named and the file
  /// name filled in. Throws Error{denied}, {not_found} or {invalid}.
  [[nodiscard]] virtual Input resolve(Call const& call, Input const& input) = 0;

  struct Staged {
    std::vector<access::Ground> grounds;  ///< who allowed it: goes onto the lineage edge
  };
  /// Decides again and writes the rows that the caller may see to `file`.
  [[nodiscard]] virtual Staged stage(Call const& call, Input const& input, std::filesystem::path const& file) = 0;
};

/// Makes something of what jobs left behind. Called from several threads.
class OutputCollector {
 public:
  virtual ~OutputCollector() = default;
  /// What is to be written in the transaction that ends the job; answers with Job::results.
  using Record = std::function<json::Object(db::Transaction&)>;
  /// Takes copies of what is in `directory` (outputs/, metrics.jsonl). It must leave the directory as it is: after a
  /// crash it is called again, and only one Record commits. Throws an Error when the outputs are not what was promised:
  /// then the job has failed.
  [[nodiscard]] virtual Record collect(Call const& call, Job const& job, std::filesystem::path const& directory) = 0;
  /// In the transaction that ends a job in any other way than success.
  virtual void on_failure(db::Transaction& tx, Call const& call, Job const& job) = 0;
};

/// What the process finds in its environment besides its own paths: the address of the platform and a credential that
/// is limited to the job. Called before each start.
using JobEnvironment = std::function<std::map<std::string, std::string>(Call const&, Job const&)>;

}  // namespace lepton::jobs
