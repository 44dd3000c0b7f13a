#pragma once

#include "access/authority.h"
#include "access/snapshot.h"

namespace lepton::access {

/// The decision function: nothing but its arguments enters. Sources of permission are the caller's roles in the owning
/// department, grants in force, and for `discover` also policies and the auditor role; then policies take away
/// (policy.h says how several combine). The platform's admin role is no source. The principal's groups, roles and
/// attributes are those of the snapshot, not those of when the call began.
[[nodiscard]] Decision decide(Snapshot const& snapshot, Call const& call, Timestamp now, Action action,
                              Asset const& asset);

/// Whether the caller holds a role of a department, or one above it, with the roles of the snapshot and within the
/// credential's scopes. Department "" asks for a platform role.
[[nodiscard]] bool has_role(Snapshot const& snapshot, Call const& call, std::string const& department,
                            std::string const& role);

/// Whether the caller may know of a grant: stewards of the owner gave it, its subject has it, auditors audit it.
[[nodiscard]] bool may_see(Snapshot const& snapshot, Call const& call, Grant const& grant);

}  // namespace lepton::access
