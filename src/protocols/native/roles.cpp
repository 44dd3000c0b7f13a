#include "native/resources.h"

namespace lepton::native {
namespace {

struct RoleView {
  std::string department, principal, role;
  static constexpr auto fields() {
    return std::tuple{required("department", &RoleView::department, "\"platform\" for platform roles"),
                      required("principal", &RoleView::principal, "who"), required("role", &RoleView::role, "what")};
  }
};

// The platform's roles live beside those of departments; "platform" is no department's name.
std::string stored_department(std::string const& department) {
  return department == "platform" ? "" : department;
}

struct ListRoles {
  access::Access& access;

  struct Input {
    std::string department;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "whose, or \"platform\"")};
    }
  };
  struct Output {
    std::vector<RoleView> items;
    static constexpr auto fields() { return std::tuple{required("items", &Output::items, "all assignments")}; }
  };
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/roles",
                                           .name = "list_roles",
                                           .tag = "people",
                                           .summary = "List who holds which role in a department"};
  Output run(Call const& call, Input const& input) {
    Output output;
    for (auto const& role : access.directory.roles(call, stored_department(input.department)))
      output.items.push_back({input.department, role.principal, role.role});
    return output;
  }
};

struct Assignment {
  std::string department, role, principal;
  static constexpr auto fields() {
    return std::tuple{
        required("department", &Assignment::department, "where, or \"platform\""),
        required("role", &Assignment::role, "viewer, contributor, steward, admin; platform: admin, auditor"),
        required("principal", &Assignment::principal, "user, service account or group; '/' written %2F")};
  }
};

struct AssignRole {
  access::Access& access;

  using Input = Assignment;
  using Output = RoleView;
  static constexpr Description description{.method = "PUT",
                                           .path = "/v1/departments/{department}/roles/{role}/{principal}",
                                           .name = "assign_role",
                                           .tag = "people",
                                           .summary = "Give a role in a department"};
  Output run(Call const& call, Input const& input) {
    access.directory.assign_role(call, stored_department(input.department), input.principal, input.role);
    return {input.department, input.principal, input.role};
  }
};

struct WithdrawRole {
  access::Access& access;

  using Input = Assignment;
  using Output = void;
  static constexpr Description description{.method = "DELETE",
                                           .path = "/v1/departments/{department}/roles/{role}/{principal}",
                                           .name = "withdraw_role",
                                           .tag = "people",
                                           .summary = "Take a role away",
                                           .status = 204};
  void run(Call const& call, Input const& input) {
    access.directory.withdraw_role(call, stored_department(input.department), input.principal, input.role);
  }
};

}  // namespace

void add_roles(Table& table, access::Access& access) {
  table.add(ListRoles{access});
  table.add(AssignRole{access});
  table.add(WithdrawRole{access});
}

}  // namespace lepton::native
