#pragma once

#include <string>
#include <vector>

#include "access/directory.h"
#include "access/grant.h"
#include "db/database.h"

namespace lepton::access {

// All rows of a kind in one go, inside a transaction of the caller, for who describes the whole platform. Decides
// nothing about who may see them.

[[nodiscard]] std::vector<Department> all_departments(db::Transaction& tx);
/// Without attributes, by name.
[[nodiscard]] std::vector<Member> all_members(db::Transaction& tx);
struct Membership {
  std::string group;
  std::string member;
};
[[nodiscard]] std::vector<Membership> all_memberships(db::Transaction& tx);
/// Of departments and of the platform; not whom stewards let act as a service account.
[[nodiscard]] std::vector<RoleAssignment> all_roles(db::Transaction& tx);
/// Revoked and expired ones too, oldest first.
[[nodiscard]] std::vector<Grant> all_grants(db::Transaction& tx);

}  // namespace lepton::access
