#include "access/directory.h"

#include "access/stored.h"
#include "access/survey.h"
#include "base/error.h"

namespace lepton::access {
namespace {

constexpr int kMaxGroupLevels = 10;
constexpr std::string_view kSelectPrincipal =
    "SELECT id, type, name, title, department, attributes, disabled, created_at FROM access_principals ";

Member member_of(db::Row const& row) {
  return {.id = row.id<PrincipalId>(0),
          .type = find_enum<PrincipalType>(row.text(1)).value_or(PrincipalType::anonymous),
          .name = row.text(2),
          .title = row.text(3),
          .department = row.maybe_text(4).value_or(""),
          .attributes = from_stored<std::map<std::string, std::string>>(row.text(5)),
          .disabled = row.boolean(6),
          .created_at = row.timestamp(7)};
}

void check_name(std::string const& name, std::string const& what) {
  if (!is_name(name))
    throw invalid("'" + name + "' is not a name for a " + what +
                      ": expected 1 to 100 of a–z, 0–9, '_', '-' and '.', beginning with a letter or digit",
                  {{"/name", "is not a name"}});
}

void require_department(db::Transaction& tx, std::string const& name) {
  if (!tx.find("SELECT 1 FROM access_departments WHERE name = $1", {name}))
    throw not_found("there is no department '" + name + "'");
}

Member get_group(db::Transaction& tx, std::string const& name) {
  Member group = get_member(tx, name);
  if (group.type != PrincipalType::group) throw invalid("'" + name + "' is not a group");
  return group;
}

/// The group graph as the transaction sees it, for the limits on nesting.
class Nesting {
 public:
  explicit Nesting(db::Transaction& tx) {
    for (auto const& row : tx.query("SELECT m.group_id, m.member_id, p.type FROM access_group_members m "
                                    "JOIN access_principals p ON p.id = m.member_id")) {
      groups_of_[row.text(1)].push_back(row.text(0));
      if (row.text(2) == "group") subgroups_of_[row.text(0)].push_back(row.text(1));
    }
  }
  [[nodiscard]] bool contains(std::string const& group, std::string const& member) const {
    std::set<std::string> seen{member};
    std::vector<std::string> open{member};
    while (!open.empty()) {
      auto const next = groups_of_.find(open.back());
      open.pop_back();
      if (next == groups_of_.end()) continue;
      for (auto const& above : next->second)
        if (seen.insert(above).second) open.push_back(above);
    }
    return seen.contains(group);
  }
  /// Groups on the longest way from `group` up, or down, without itself.
  [[nodiscard]] int levels_above(std::string const& group) const { return longest(groups_of_, group); }
  [[nodiscard]] int levels_below(std::string const& group) const { return longest(subgroups_of_, group); }

 private:
  using Edges = std::map<std::string, std::vector<std::string>>;
  static int longest(Edges const& edges, std::string const& start) {
    std::map<std::string, int> known;
    std::function<int(std::string const&)> const visit = [&](std::string const& id) {
      if (auto const found = known.find(id); found != known.end()) return found->second;
      int most = 0;
      if (auto const found = edges.find(id); found != edges.end())
        for (auto const& next : found->second) most = std::max(most, 1 + visit(next));
      return known[id] = most;
    };
    return visit(start);
  }
  Edges groups_of_, subgroups_of_;
};

/// Whether the caller would gain what `principal` is given.
bool is_self(db::Transaction& tx, Call const& call, Member const& principal) {
  if (call.principal.type == PrincipalType::system) return false;
  return Nesting(tx).contains(principal.id.str(), call.principal.id.str());
}

void refuse_self(db::Transaction& tx, Call const& call, Member const& principal, std::string const& what) {
  if (is_self(tx, call, principal)) throw denied("nobody gives " + what + " to themselves: ask another administrator");
}

}  // namespace

std::optional<Member> find_member(db::Transaction& tx, std::string const& name) {
  auto const row = tx.find(std::string(kSelectPrincipal) + "WHERE name = $1", {name});
  return row ? std::optional(member_of(*row)) : std::nullopt;
}

Member get_member(db::Transaction& tx, std::string const& name) {
  auto member = find_member(tx, name);
  if (!member) throw not_found("there is no user, service account or group '" + name + "'");
  return *std::move(member);
}

Member insert_member(db::Transaction& tx, Call const& call, PrincipalType type, NewMember const& member) {
  Member created{.id = PrincipalId::random(),
                 .type = type,
                 .name = member.name,
                 .title = member.title.empty() ? member.name : member.title,
                 .department = member.department,
                 .attributes = member.attributes,
                 .created_at = call.now()};
  auto const home = member.department.empty() ? std::nullopt : std::optional(member.department);
  auto const inserted = tx.execute(
      "INSERT INTO access_principals (id, type, name, title, department, attributes, disabled, password_hash, "
      "created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9) ON CONFLICT (name) DO NOTHING",
      {created.id, enum_name(type), created.name, created.title, home, stored(created.attributes),
       member.password_hash.empty() ? std::nullopt : std::optional(member.password_hash), call.principal.name,
       created.created_at});
  if (inserted == 0) throw conflict("the name '" + member.name + "' is taken").with_reason("already_exists");
  return created;
}

Department Directory::create_department(Call const& call, std::string const& name, std::string const& title,
                                        std::string const& description) {
  authority_.require_role(call, "", "admin");
  check_name(name, "department");
  // Where protocols need a name for "no department"; where the platform's own graph is.
  if (name == "platform" || name == "lepton") throw invalid("'" + name + "' is reserved", {{"/name", "is reserved"}});
  return database_.write(call, [&](db::Transaction& tx) {
    Department department{name, title.empty() ? name : title, description, call.now()};
    auto const inserted = tx.execute(
        "INSERT INTO access_departments (name, title, description, created_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (name) DO NOTHING",
        {name, department.title, description, department.created_at});
    if (inserted == 0) throw conflict("there is a department '" + name + "' already").with_reason("already_exists");
    snapshots_.changed(tx);
    audit_.append(tx, call, {.action = "department.create", .subject = name, .department = name});
    return department;
  });
}

std::vector<Department> Directory::departments(Call const& call) const {
  return database_.read(call, [](db::Transaction& tx) { return all_departments(tx); });
}

Member Directory::create(Call const& call, PrincipalType type, NewMember const& member) {
  return database_.write(call, [&](db::Transaction& tx) {
    if (!member.department.empty()) require_department(tx, member.department);
    Member created = insert_member(tx, call, type, member);
    snapshots_.changed(tx);
    audit_.append(tx, call,
                  {.action = std::string(enum_name(type)) + ".create",
                   .subject = created.name,
                   .details = {{"attributes", to_json(created.attributes)}},
                   .department = member.department});
    return created;
  });
}

Member Directory::create_user(Call const& call, NewMember const& user) {
  authority_.require_role(call, "", "admin");
  check_name(user.name, "user");
  return create(call, PrincipalType::user, user);
}

Member Directory::create_service_account(Call const& call, NewMember const& account) {
  bool const platform_admin = authority_.has_role(call, "", "admin");
  if (!platform_admin) authority_.require_role(call, account.department, "steward");
  if (!account.attributes.empty() && !platform_admin)
    throw denied("attributes are set by the platform's admin: create the account without them");
  check_name(account.name, "service account");
  NewMember named = account;
  if (!account.department.empty()) named.name = account.department + "/" + account.name;
  return create(call, PrincipalType::service_account, named);
}

Member Directory::create_group(Call const& call, NewMember const& group) {
  if (!authority_.has_role(call, "", "admin")) authority_.require_role(call, group.department, "admin");
  check_name(group.name, "group");
  if (!group.attributes.empty()) throw invalid("groups have no attributes", {{"/attributes", "must be left out"}});
  NewMember named = group;
  if (!group.department.empty()) named.name = group.department + "/" + group.name;
  return create(call, PrincipalType::group, named);
}

Member Directory::change(Call const& call, std::string const& name, MemberChange const& wanted) {
  auto changed = database_.write(call, [&](db::Transaction& tx) {
    Member const member = get_member(tx, name);
    if (wanted.attributes) change_attributes(tx, call, member, *wanted.attributes);
    if (wanted.disabled) change_disabled(tx, call, member, *wanted.disabled);
    return get_member(tx, name);
  });
  hide_attributes(call, changed);
  return changed;
}

void Directory::set_attributes(Call const& call, std::string const& name,
                               std::map<std::string, std::string> const& attributes) {
  (void)change(call, name, {.attributes = attributes, .disabled = {}});
}

void Directory::set_disabled(Call const& call, std::string const& name, bool disabled) {
  (void)change(call, name, {.attributes = {}, .disabled = disabled});
}

void Directory::change_attributes(db::Transaction& tx, Call const& call, Member const& member,
                                  std::map<std::string, std::string> const& attributes) {
  authority_.require_role(call, "", "admin");
  if (member.type == PrincipalType::group) throw invalid("groups have no attributes");
  refuse_self(tx, call, member, "attributes");
  tx.execute("UPDATE access_principals SET attributes = $1 WHERE id = $2", {stored(attributes), member.id});
  snapshots_.changed(tx);
  audit_.append(tx, call,
                {.action = "principal.set_attributes",
                 .subject = member.name,
                 .details = {{"before", to_json(member.attributes)}, {"after", to_json(attributes)}},
                 .department = member.department});
}

void Directory::change_disabled(db::Transaction& tx, Call const& call, Member const& member, bool disabled) {
  bool const steward = member.type == PrincipalType::service_account && !member.department.empty() &&
                       authority_.has_role(call, member.department, "steward");
  if (!steward) authority_.require_role(call, "", "admin");
  if (disabled && is_self(tx, call, member)) throw denied("nobody disables themselves: ask another administrator");
  tx.execute("UPDATE access_principals SET disabled = $1 WHERE id = $2", {disabled, member.id});
  snapshots_.changed(tx);
  audit_.append(tx, call,
                {.action = disabled ? "principal.disable" : "principal.enable",
                 .subject = member.name,
                 .department = member.department});
}

void Directory::hide_attributes(Call const& call, Member& member) const {
  bool const may_see = member.name == call.principal.name || authority_.has_role(call, "", "admin") ||
                       authority_.has_role(call, "", "auditor") ||
                       (!member.department.empty() && authority_.has_role(call, member.department, "admin"));
  if (!may_see) member.attributes.clear();
}

Member Directory::get(Call const& call, std::string const& name) const {
  auto member = database_.read(call, [&](db::Transaction& tx) { return get_member(tx, name); });
  hide_attributes(call, member);
  return member;
}

std::vector<Member> Directory::members(Call const& call, std::string const& department) const {
  return database_.read(call, [&](db::Transaction& tx) {
    std::vector<Member> members;
    for (auto const& row :
         tx.query(std::string(kSelectPrincipal) + "WHERE ($1 = '' OR department = $1) ORDER BY name", {department})) {
      members.push_back(member_of(row));
      members.back().attributes.clear();
    }
    return members;
  });
}

void Directory::add_to_group(Call const& call, std::string const& group_name, std::string const& member_name) {
  database_.write(call, [&](db::Transaction& tx) {
    Member const group = get_group(tx, group_name);
    Member const member = get_member(tx, member_name);
    if (group.department.empty() || !authority_.has_role(call, group.department, "admin"))
      authority_.require_role(call, "", "admin");
    refuse_self(tx, call, member, "a membership");
    Nesting const nesting(tx);
    if (nesting.contains(member.id.str(), group.id.str()))
      throw conflict("'" + group_name + "' is in '" + member_name + "' already: groups must not contain themselves")
          .with_reason("group_cycle");
    int const below = member.type == PrincipalType::group ? 1 + nesting.levels_below(member.id.str()) : 0;
    if (nesting.levels_above(group.id.str()) + 1 + below > kMaxGroupLevels)
      throw conflict("groups nest at most 10 levels deep").with_reason("group_too_deep");
    tx.execute("INSERT INTO access_group_members (group_id, member_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
               {group.id, member.id});
    snapshots_.changed(tx);
    audit_.append(tx, call,
                  {.action = "group.add",
                   .subject = group_name,
                   .details = {{"member", member_name}},
                   .department = group.department});
  });
}

void Directory::remove_from_group(Call const& call, std::string const& group_name, std::string const& member_name) {
  database_.write(call, [&](db::Transaction& tx) {
    Member const group = get_group(tx, group_name);
    Member const member = get_member(tx, member_name);
    if (group.department.empty() || !authority_.has_role(call, group.department, "admin"))
      authority_.require_role(call, "", "admin");
    auto const removed =
        tx.execute("DELETE FROM access_group_members WHERE group_id = $1 AND member_id = $2", {group.id, member.id});
    if (removed == 0) throw not_found("'" + member_name + "' is not a direct member of '" + group_name + "'");
    snapshots_.changed(tx);
    audit_.append(tx, call,
                  {.action = "group.remove",
                   .subject = group_name,
                   .details = {{"member", member_name}},
                   .department = group.department});
  });
}

std::vector<std::string> Directory::group_members(Call const& call, std::string const& group) const {
  return database_.read(call, [&](db::Transaction& tx) {
    std::vector<std::string> names;
    for (auto const& row : tx.query("SELECT p.name FROM access_group_members m JOIN access_principals p ON "
                                    "p.id = m.member_id WHERE m.group_id = $1 ORDER BY p.name",
                                    {get_group(tx, group).id}))
      names.push_back(row.text(0));
    return names;
  });
}

void Directory::assign_role(Call const& call, std::string const& department, std::string const& principal,
                            std::string const& role) {
  bool const known = department.empty() ? role == "admin" || role == "auditor" : is_department_role(role);
  if (!known)
    throw invalid(department.empty() ? "'" + role + "' is not a role of the platform: expected admin or auditor"
                                     : "'" + role + "' is not a role: expected viewer, contributor, steward or admin",
                  {{"/role", "is not a role"}});
  if (department.empty() || !authority_.has_role(call, department, "admin")) authority_.require_role(call, "", "admin");
  database_.write(call, [&](db::Transaction& tx) {
    if (!department.empty()) require_department(tx, department);
    Member const member = get_member(tx, principal);
    if (department.empty() && member.type != PrincipalType::user)
      throw invalid("platform roles are for users only", {{"/principal", "is not a user"}});
    refuse_self(tx, call, member, "a role");
    tx.execute("INSERT INTO access_roles (department, principal_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
               {department, member.id, role});
    snapshots_.changed(tx);
    audit_.append(tx, call,
                  {.action = "role.assign",
                   .subject = principal,
                   .details = {{"role", role}, {"department", department}},
                   .department = department});
  });
}

void Directory::withdraw_role(Call const& call, std::string const& department, std::string const& principal,
                              std::string const& role) {
  if (department.empty() || !authority_.has_role(call, department, "admin")) authority_.require_role(call, "", "admin");
  database_.write(call, [&](db::Transaction& tx) {
    Member const member = get_member(tx, principal);
    auto const removed =
        tx.execute("DELETE FROM access_roles WHERE department = $1 AND principal_id = $2 AND role = $3",
                   {department, member.id, role});
    if (removed == 0) throw not_found("'" + principal + "' does not have the role " + role + " there");
    bool const headless = department.empty() && role == "admin" &&
                          !tx.find("SELECT 1 FROM access_roles WHERE department = '' AND role = 'admin'");
    if (headless) throw conflict("the platform must keep at least one admin").with_reason("last_admin");
    snapshots_.changed(tx);
    audit_.append(tx, call,
                  {.action = "role.withdraw",
                   .subject = principal,
                   .details = {{"role", role}, {"department", department}},
                   .department = department});
  });
}

std::vector<RoleAssignment> Directory::roles(Call const& call, std::string const& department) const {
  return database_.read(call, [&](db::Transaction& tx) {
    std::vector<RoleAssignment> assignments;
    for (auto const& row : tx.query("SELECT r.department, p.name, r.role FROM access_roles r JOIN access_principals p "
                                    "ON p.id = r.principal_id WHERE r.department = $1 ORDER BY p.name, r.role",
                                    {department}))
      assignments.push_back({row.text(0), row.text(1), row.text(2)});
    return assignments;
  });
}

namespace {

// Kept beside the roles of departments, with the account in the department's place: no department's name has a '/'.
constexpr char kActing[] = "user";

std::string department_of(std::string const& account) {
  return account.substr(0, account.find('/'));
}

Member get_account(db::Transaction& tx, std::string const& account) {
  auto const found = find_member(tx, account);
  if (!found || found->type != PrincipalType::service_account || found->department.empty())
    throw not_found("there is no service account '" + account + "'");
  return *found;
}

}  // namespace

void Directory::require_acting(Call const& call, std::string const& account) const {
  std::string const department = department_of(account);
  auto const principal = snapshots_.current()->find_principal(call.principal.id);
  bool let = call.principal.name == account;
  if (principal) {
    auto const held = principal->roles.find(account);
    let = let || (held != principal->roles.end() && held->second.contains(kActing));
  }
  auto const& scopes = call.principal.scopes;
  if (let && (scopes.empty() || scopes_allow(scopes, Action::write, department + "/*"))) return;
  if (authority_.has_role(call, department, "steward")) return;
  AuditEvent event{.action = "account.act_as", .subject = account, .allowed = false, .department = department};
  database_.enqueue_write(
      [&audit = audit_, call, event = std::move(event)](db::Transaction& tx) { audit.append(tx, call, event); },
      [](std::exception_ptr) {});
  throw denied("you may not act as " + account + ": a steward of " + department +
               " may, and may let you (lepton user act-as " + account + " " + call.principal.name + ")")
      .with_reason("act_as");
}

void Directory::let_act_as(Call const& call, std::string const& account, std::string const& principal) {
  authority_.require_role(call, department_of(account), "steward");
  database_.write(call, [&](db::Transaction& tx) {
    Member const acted = get_account(tx, account);
    Member const member = get_member(tx, principal);
    refuse_self(tx, call, member, "an account to act as");
    tx.execute("INSERT INTO access_roles (department, principal_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
               {acted.name, member.id, kActing});
    snapshots_.changed(tx);
    audit_.append(tx, call,
                  {.action = "account.let_act_as",
                   .subject = acted.name,
                   .details = {{"principal", principal}},
                   .department = acted.department});
  });
}

void Directory::forbid_acting(Call const& call, std::string const& account, std::string const& principal) {
  authority_.require_role(call, department_of(account), "steward");
  database_.write(call, [&](db::Transaction& tx) {
    Member const acted = get_account(tx, account);
    Member const member = get_member(tx, principal);
    if (tx.execute("DELETE FROM access_roles WHERE department = $1 AND principal_id = $2 AND role = $3",
                   {acted.name, member.id, kActing}) == 0)
      throw not_found("'" + principal + "' was not let act as " + acted.name);
    snapshots_.changed(tx);
    audit_.append(tx, call,
                  {.action = "account.forbid_acting",
                   .subject = acted.name,
                   .details = {{"principal", principal}},
                   .department = acted.department});
  });
}

std::vector<std::string> Directory::acting(Call const& call, std::string const& account) const {
  authority_.require_role(call, department_of(account), "viewer");
  std::vector<std::string> names;
  database_.read(call, [&](db::Transaction& tx) {
    for (auto const& row : tx.query("SELECT p.name FROM access_roles r JOIN access_principals p ON "
                                    "p.id = r.principal_id WHERE r.department = $1 AND r.role = $2 ORDER BY p.name",
                                    {get_account(tx, account).name, kActing}))
      names.push_back(row.text(0));
  });
  return names;
}

Principal Directory::principal(std::string const& name) const {
  auto const found = snapshots_.current()->find_principal_named(name);
  if (!found) throw not_found("there is no user, service account or group '" + name + "'");
  return *found;
}

}  // namespace lepton::access
