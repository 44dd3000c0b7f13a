#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "access/grant.h"
#include "access/policy.h"
#include "base/call.h"
#include "db/database.h"

namespace lepton::access {

/// Everything decisions depend on, as one committed state. Immutable, shared by the threads that decide.
struct Snapshot {
  std::int64_t epoch = 0;
  std::set<std::string> departments;
  /// By id, with groups (nested ones too), attributes and roles (their own and their groups') resolved; no credential.
  std::unordered_map<std::string, std::shared_ptr<Principal const>> principals;
  std::unordered_map<std::string, std::string> ids;                     ///< name → id
  std::unordered_set<std::string> disabled;                             ///< ids
  std::unordered_map<std::string, std::vector<Grant>> grants_of_asset;  ///< by asset id; not revoked
  std::unordered_map<std::string, std::vector<Grant>> subtree_grants;   ///< by department; not revoked
  std::unordered_map<std::string, std::vector<Policy>> policies;        ///< by department, "" for the platform

  /// Null for one unknown or disabled.
  [[nodiscard]] std::shared_ptr<Principal const> find_principal(PrincipalId const& id) const;
  [[nodiscard]] std::shared_ptr<Principal const> find_principal_named(std::string const& name) const;
};

/// Grows with each change of what decisions depend on.
[[nodiscard]] std::int64_t policy_epoch(db::Transaction& tx);
[[nodiscard]] std::shared_ptr<Snapshot const> load_snapshot(db::Transaction& tx);

}  // namespace lepton::access
