#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "access/assets.h"
#include "access/audit.h"
#include "access/authority.h"
#include "base/call.h"
#include "base/guarded.h"
#include "base/log.h"
#include "db/database.h"
#include "lineage/lineage.h"
#include "serving/deployment.h"
#include "serving/deployment_records.h"
#include "serving/fleet.h"
#include "serving/sources.h"

namespace lepton::serving {

/// Puts model versions into service and takes them out. Any thread may call; what a function promises is durable when
/// it returns, and a server that starts again serves the same. A revision that cannot be loaded changes nothing for
/// those who call the deployment. Owned by the composition root.
class Deployments {
 public:
  struct Parts {
    db::Database& database;
    access::Authority const& authority;
    access::Assets& assets;
    access::Audit& audit;
    lineage::Lineage& lineage;
    ModelSource const& models;
    Fleet& fleet;
    Log const& log;
    RecordSource const* records = nullptr;  ///< none: specs with a lookup are refused
    ServiceCalls const* service_calls = nullptr;
    FactSource const* facts = nullptr;  ///< none: specs with facts are refused
  };
  explicit Deployments(Parts parts) : parts_(parts) {}

  struct Deployed {
    Deployment deployment;
    Revision revision;
  };
  /// Makes the next revision and switches to it when it is loaded and warm. Needs `write` on the deployment, or the
  /// contributor role where it is new, `serve` on the model, and for a lookup or facts the right to act as the service
  /// account (Directory::require_acting). Throws what the load says, and the old revision serves
  /// on.
  Deployed deploy(Call const& call, access::Address const& address, DeploymentSpec const& spec,
                  std::string const& description = "");
  /// Switches to an earlier revision; default: the one that was ready before the current one. Needs the same rights,
  /// today.
  Deployed rollback(Call const& call, access::Address const& address, std::optional<std::int64_t> revision);
  /// Ends service; revisions and decisions stay. Needs `write`.
  Deployment undeploy(Call const& call, access::Address const& address);

  /// Throws Error{not_found} where the caller may not discover it.
  [[nodiscard]] Deployment get(Call const& call, access::Address const& address) const;
  [[nodiscard]] std::vector<Deployment> list(Call const& call, std::string const& department = "") const;
  /// Newest first. Needs `read`.
  [[nodiscard]] std::vector<Revision> revisions(Call const& call, access::Address const& address) const;

  /// Loads what the register says is in service: at the start of a server, and again to follow what others changed.
  /// Never throws for one deployment: its callers hear the reason, the others are served. `call` is the system's.
  void load_all(Call const& call);
  /// Before load_all() at the start of the only server: what was loading when it died has failed.
  void recover(Call const& call);

 private:
  struct Permits {
    std::vector<access::Ground> write;
    std::vector<access::Ground> model;
    std::vector<access::Ground> lookup;
    std::vector<access::Ground> facts;
  };
  struct Prepared {
    Deployment deployment;
    Revision revision;
    ServableModel model;
    Permits permits;
  };

  [[nodiscard]] Prepared prepare(db::Transaction& tx, Call const& call, access::Address const& address,
                                 DeploymentSpec const& spec, std::string const& description);
  void require_may_deploy(db::Transaction& tx, Call const& call, access::Address const& address) const;
  [[nodiscard]] Deployment get_or_create(db::Transaction& tx, Call const& call, access::Address const& address,
                                         std::string const& description, Permits& permits);
  [[nodiscard]] Deployment get_for(db::Transaction& tx, Call const& call, access::Action action,
                                   access::Address const& address,
                                   std::vector<access::Ground>* grounds = nullptr) const;
  [[nodiscard]] std::shared_ptr<LoadedRevision const> load_or_fail(Call const& call, Prepared const& prepared);
  [[nodiscard]] Deployed activate(Call const& call, Prepared prepared, std::string const& action);
  void record_failure(Call const& call, Prepared prepared, std::string const& reason);
  void load_one(Call const& call, access::Asset const& asset);
  /// One change of a deployment at a time on this server.
  [[nodiscard]] std::shared_ptr<std::mutex> gate_of(access::Address const& address);

  Parts parts_;
  DeploymentRecords records_;
  Guarded<std::map<std::string, std::shared_ptr<std::mutex>>> gates_;
};

}  // namespace lepton::serving
