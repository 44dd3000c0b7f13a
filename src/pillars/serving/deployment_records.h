#pragma once

#include <optional>
#include <vector>

#include "db/database.h"
#include "serving/deployment.h"

namespace lepton::serving {

/// Rows of deployments and their revisions. Stateless: any thread may call, inside a transaction that the caller holds.
class DeploymentRecords {
 public:
  void create(db::Transaction& tx, Deployment const& deployment) const;
  void update(db::Transaction& tx, Deployment const& deployment) const;
  [[nodiscard]] std::optional<Deployment> find(db::Transaction& tx, access::Asset const& asset) const;

  /// Gives the revision the next number.
  [[nodiscard]] Revision append(db::Transaction& tx, access::AssetId const& asset, Revision revision) const;
  void set_state(db::Transaction& tx, access::AssetId const& asset, Revision const& revision) const;
  [[nodiscard]] std::optional<Revision> find_revision(db::Transaction& tx, access::AssetId const& asset,
                                                      std::int64_t number) const;
  /// Newest first.
  [[nodiscard]] std::vector<Revision> revisions(db::Transaction& tx, access::AssetId const& asset) const;
  /// Revisions that a server began to load and did not finish: called when none can be loading.
  std::int64_t fail_unfinished(db::Transaction& tx, std::string const& reason) const;
};

}  // namespace lepton::serving
