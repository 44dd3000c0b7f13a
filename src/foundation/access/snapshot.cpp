#include "access/snapshot.h"

#include "access/directory.h"
#include "access/grants.h"
#include "access/policies.h"
#include "access/stored.h"

namespace lepton::access {
namespace {

using Edges = std::unordered_map<std::string, std::vector<std::string>>;  ///< member id → group ids
using Roles = std::unordered_map<std::string, std::map<std::string, std::set<std::string>>>;

/// All groups above `id`. A cycle, which the directory refuses, would not hang it.
std::unordered_set<std::string> groups_above(std::string const& id, Edges const& edges) {
  std::unordered_set<std::string> seen;
  std::vector<std::string> open{id};
  while (!open.empty()) {
    auto const next = edges.find(open.back());
    open.pop_back();
    if (next == edges.end()) continue;
    for (auto const& group : next->second)
      if (seen.insert(group).second) open.push_back(group);
  }
  return seen;
}

void add_roles(Principal& principal, Roles const& roles, std::string const& holder, bool through_group) {
  auto const found = roles.find(holder);
  if (found == roles.end()) return;
  for (auto const& [department, names] : found->second)
    if (!(through_group && department.empty())) principal.roles[department].insert(names.begin(), names.end());
}

void load_principals(db::Transaction& tx, Snapshot& snapshot) {
  Edges edges;
  for (auto const& row : tx.query("SELECT member_id, group_id FROM access_group_members"))
    edges[row.text(0)].push_back(row.text(1));
  Roles roles;
  for (auto const& row : tx.query("SELECT principal_id, department, role FROM access_roles"))
    roles[row.text(0)][row.text(1)].insert(row.text(2));

  auto const rows = tx.query("SELECT id, type, name, department, attributes, disabled FROM access_principals");
  std::unordered_map<std::string, std::string> group_names;  // those in force
  for (auto const& row : rows) {
    snapshot.ids.emplace(row.text(2), row.text(0));
    if (row.boolean(5)) snapshot.disabled.insert(row.text(0));
    if (row.text(1) == "group" && !row.boolean(5)) group_names.emplace(row.text(0), row.text(2));
  }
  // Nothing passes through a disabled group, its own memberships in others neither.
  for (auto& [member, groups] : edges)
    std::erase_if(groups, [&](std::string const& group) { return !group_names.contains(group); });
  for (auto const& row : rows) {
    auto principal = std::make_shared<Principal>();
    principal->id = row.id<PrincipalId>(0);
    principal->type = find_enum<PrincipalType>(row.text(1)).value_or(PrincipalType::anonymous);
    principal->name = row.text(2);
    principal->department = row.maybe_text(3).value_or("");
    principal->attributes = from_stored<std::map<std::string, std::string>>(row.text(4));
    add_roles(*principal, roles, row.text(0), false);
    for (auto const& group : groups_above(row.text(0), edges)) {
      principal->groups.insert(group_names.at(group));
      add_roles(*principal, roles, group, true);
    }
    snapshot.principals.emplace(row.text(0), std::move(principal));
  }
}

}  // namespace

std::shared_ptr<Principal const> Snapshot::find_principal(PrincipalId const& id) const {
  auto const found = principals.find(id.str());
  return found == principals.end() || disabled.contains(id.str()) ? nullptr : found->second;
}

std::shared_ptr<Principal const> Snapshot::find_principal_named(std::string const& name) const {
  auto const id = ids.find(name);
  return id == ids.end() ? nullptr : find_principal(PrincipalId(id->second));
}

std::int64_t policy_epoch(db::Transaction& tx) {
  return tx.find("SELECT value FROM access_epochs WHERE name = 'policy'")->integer(0);
}

std::shared_ptr<Snapshot const> load_snapshot(db::Transaction& tx) {
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->epoch = policy_epoch(tx);
  for (auto const& row : tx.query("SELECT name FROM access_departments")) snapshot->departments.insert(row.text(0));
  load_principals(tx, *snapshot);
  for (auto& grant : unrevoked_grants(tx)) {
    auto& list =
        grant.asset.empty() ? snapshot->subtree_grants[grant.department] : snapshot->grants_of_asset[grant.asset.str()];
    list.push_back(std::move(grant));
  }
  for (auto& policy : all_policies(tx)) snapshot->policies[policy.department].push_back(std::move(policy));
  return snapshot;
}

}  // namespace lepton::access
