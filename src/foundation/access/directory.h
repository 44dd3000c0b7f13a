#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "access/audit.h"
#include "access/live_authority.h"
#include "access/snapshots.h"
#include "base/call.h"
#include "base/fields.h"

template <>
struct lepton::EnumNames<lepton::PrincipalType> {
  using T = lepton::PrincipalType;
  static constexpr std::array<std::pair<T, std::string_view>, 5> values{{{T::user, "user"},
                                                                         {T::service_account, "service_account"},
                                                                         {T::group, "group"},
                                                                         {T::anonymous, "anonymous"},
                                                                         {T::system, "system"}}};
};

namespace lepton::access {

struct Department {
  std::string name;
  std::string title;
  std::string description;
  Timestamp created_at;

  static constexpr auto fields() {
    return std::tuple{required("name", &Department::name, "name of the department"),
                      optional("title", &Department::title, "for people"),
                      optional("description", &Department::description, "what it does"),
                      optional("created_at", &Department::created_at, "when it was created")};
  }
};

/// A user, service account or group as the directory lists it.
struct Member {
  PrincipalId id;
  PrincipalType type = PrincipalType::user;
  std::string name;        ///< "ana"; of service accounts and groups of a department "risk/loan-system"
  std::string title;       ///< "Ana Pérez"
  std::string department;  ///< home; empty: the platform's
  std::map<std::string, std::string> attributes;  ///< empty unless the reader may see them
  bool disabled = false;
  Timestamp created_at;
};

struct NewMember {
  std::string name;
  std::string title;
  std::string department;
  std::map<std::string, std::string> attributes;
  std::string password_hash;  ///< of a user who gets a password at once: Credentials::hash
};

struct RoleAssignment {
  std::string department;  ///< "" for the platform
  std::string principal;
  std::string role;
};

/// Departments, the people and machines in them, and their roles. Any thread may call; functions open their own
/// transactions, and a change holds for the next decision. Who may: departments, users, attributes and platform roles
/// are the platform admin's; roles, groups and their members the department admin's (or the platform admin's); service
/// accounts, and who may act as them, the department steward's. Nobody gives a role, a membership or an attribute to
/// themselves.
class Directory {
 public:
  Directory(db::Database& database, Snapshots& snapshots, LiveAuthority const& authority, Audit& audit)
      : database_(database), snapshots_(snapshots), authority_(authority), audit_(audit) {}

  Department create_department(Call const& call, std::string const& name, std::string const& title = "",
                               std::string const& description = "");
  /// All: that a department exists is no secret from anybody who has an account.
  [[nodiscard]] std::vector<Department> departments(Call const& call) const;

  using NewMember = access::NewMember;
  Member create_user(Call const& call, NewMember const& user);
  /// The full name is "department/name"; `attributes` only from the platform admin.
  Member create_service_account(Call const& call, NewMember const& account);
  Member create_group(Call const& call, NewMember const& group);
  /// What is given, all in one transaction. Returns the member as get() does.
  struct MemberChange {
    std::optional<std::map<std::string, std::string>> attributes;
    std::optional<bool> disabled;
  };
  Member change(Call const& call, std::string const& name, MemberChange const& wanted);
  void set_attributes(Call const& call, std::string const& name, std::map<std::string, std::string> const& attributes);
  /// A disabled principal's keys and sessions fail from the next call on.
  void set_disabled(Call const& call, std::string const& name, bool disabled);

  [[nodiscard]] Member get(Call const& call, std::string const& name) const;
  /// By name; `department` "" for all.
  [[nodiscard]] std::vector<Member> members(Call const& call, std::string const& department = "") const;

  /// Throws Error{conflict} for a cycle or more than 10 levels.
  void add_to_group(Call const& call, std::string const& group, std::string const& member);
  void remove_from_group(Call const& call, std::string const& group, std::string const& member);
  [[nodiscard]] std::vector<std::string> group_members(Call const& call, std::string const& group) const;

  void assign_role(Call const& call, std::string const& department, std::string const& principal,
                   std::string const& role);
  void withdraw_role(Call const& call, std::string const& department, std::string const& principal,
                     std::string const& role);
  [[nodiscard]] std::vector<RoleAssignment> roles(Call const& call, std::string const& department) const;

  /// For letting something work with a service account's rights from now on, as a deployment does with its lookups.
  /// May: the account itself, stewards of its department, and whom one of them let. Throws Error{denied, "act_as"}.
  void require_acting(Call const& call, std::string const& account) const;
  /// Lets `principal` act as the service account, or no longer. For stewards of the account's department.
  void let_act_as(Call const& call, std::string const& account, std::string const& principal);
  void forbid_acting(Call const& call, std::string const& account, std::string const& principal);
  /// Whom stewards let; by name. For members of the account's department.
  [[nodiscard]] std::vector<std::string> acting(Call const& call, std::string const& account) const;

  /// As authentication would make it, without a credential: for background work on somebody's behalf and for tests.
  [[nodiscard]] Principal principal(std::string const& name) const;

 private:
  Member create(Call const& call, PrincipalType type, NewMember const& member);
  void change_attributes(db::Transaction& tx, Call const& call, Member const& member,
                         std::map<std::string, std::string> const& attributes);
  void change_disabled(db::Transaction& tx, Call const& call, Member const& member, bool disabled);
  void hide_attributes(Call const& call, Member& member) const;

  db::Database& database_;
  Snapshots& snapshots_;
  LiveAuthority const& authority_;
  Audit& audit_;
};

/// Inside a transaction, for the other parts of access.
[[nodiscard]] std::optional<Member> find_member(db::Transaction& tx, std::string const& name);
/// Throws Error{conflict} when the name is taken.
[[nodiscard]] Member insert_member(db::Transaction& tx, Call const& call, PrincipalType type, NewMember const& member);
[[nodiscard]] Member get_member(db::Transaction& tx, std::string const& name);

}  // namespace lepton::access
