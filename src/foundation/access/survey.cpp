#include "access/survey.h"

#include "base/check.h"

namespace lepton::access {

std::vector<Department> all_departments(db::Transaction& tx) {
  std::vector<Department> departments;
  for (auto const& row : tx.query("SELECT name, title, description, created_at FROM access_departments ORDER BY name"))
    departments.push_back({row.text(0), row.text(1), row.text(2), row.timestamp(3)});
  return departments;
}

std::vector<Member> all_members(db::Transaction& tx) {
  std::vector<Member> members;
  for (auto const& row : tx.query("SELECT id, type, name, title, department, disabled, created_at "
                                  "FROM access_principals ORDER BY name")) {
    auto const type = find_enum<PrincipalType>(row.text(1));
    check(type.has_value(), "a stored principal is of a known type");
    members.push_back({.id = row.id<PrincipalId>(0),
                       .type = *type,
                       .name = row.text(2),
                       .title = row.text(3),
                       .department = row.maybe_text(4).value_or(""),
                       .attributes = {},
                       .disabled = row.boolean(5),
                       .created_at = row.timestamp(6)});
  }
  return members;
}

std::vector<Membership> all_memberships(db::Transaction& tx) {
  std::vector<Membership> memberships;
  for (auto const& row : tx.query("SELECT g.name, p.name FROM access_group_members m JOIN access_principals g ON "
                                  "g.id = m.group_id JOIN access_principals p ON p.id = m.member_id"))
    memberships.push_back({row.text(0), row.text(1)});
  return memberships;
}

std::vector<RoleAssignment> all_roles(db::Transaction& tx) {
  std::vector<RoleAssignment> roles;
  for (auto const& row : tx.query("SELECT r.department, p.name, r.role FROM access_roles r JOIN access_principals p "
                                  "ON p.id = r.principal_id"))
    // Who may act as an account stands beside the roles, with the account in the department's place.
    if (row.text(0).find('/') == std::string::npos) roles.push_back({row.text(0), row.text(1), row.text(2)});
  return roles;
}

}  // namespace lepton::access
