#include "native/member_view.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct CreateGroup {
  access::Access& access;

  struct Input {
    std::string department, name, title;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "its home"),
                        required("name", &Input::name, "short; the full name is department/name"),
                        optional("title", &Input::title, "for people")};
    }
  };
  using Output = MemberView;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/departments/{department}/groups",
                                           .name = "create_group",
                                           .tag = "people",
                                           .summary = "Create a group",
                                           .example = R"({"department": "risk", "name": "analysts"})",
                                           .status = 201};
  Output run(Call const& call, Input const& input) {
    return MemberView(access.directory.create_group(
        call, {.name = input.name, .title = input.title, .department = input.department}));
  }
};

struct ListGroups {
  access::Access& access;

  struct Input : Paging {
    std::string department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(), std::tuple{required("department", &Input::department, "whose")});
    }
  };
  using Output = Page<MemberView>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/groups",
                                           .name = "list_groups",
                                           .tag = "people",
                                           .summary = "List a department's groups"};
  Output run(Call const& call, Input const& input) {
    return page_of(views_of(access.directory.members(call, input.department), PrincipalType::group), input);
  }
};

struct GroupMembers {
  std::string group;
  std::vector<std::string> members;
  static constexpr auto fields() {
    return std::tuple{required("group", &GroupMembers::group, "full name"),
                      required("members", &GroupMembers::members, "names of its direct members")};
  }
};

struct ListGroupMembers {
  access::Access& access;

  struct Input {
    std::string group;
    static constexpr auto fields() {
      return std::tuple{required("group", &Input::group, "full name, '/' written %2F")};
    }
  };
  using Output = GroupMembers;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/groups/{group}/members",
                                           .name = "list_group_members",
                                           .tag = "people",
                                           .summary = "List who is in a group"};
  Output run(Call const& call, Input const& input) {
    return {input.group, access.directory.group_members(call, input.group)};
  }
};

struct Membership {
  std::string group, member;
  static constexpr auto fields() {
    return std::tuple{required("group", &Membership::group, "full name, '/' written %2F"),
                      required("member", &Membership::member, "user, service account or group")};
  }
};

struct AddToGroup {
  access::Access& access;

  using Input = Membership;
  using Output = void;
  static constexpr Description description{.method = "PUT",
                                           .path = "/v1/groups/{group}/members/{member}",
                                           .name = "add_to_group",
                                           .tag = "people",
                                           .summary = "Put a member into a group",
                                           .status = 204};
  void run(Call const& call, Input const& input) { access.directory.add_to_group(call, input.group, input.member); }
};

struct RemoveFromGroup {
  access::Access& access;

  using Input = Membership;
  using Output = void;
  static constexpr Description description{.method = "DELETE",
                                           .path = "/v1/groups/{group}/members/{member}",
                                           .name = "remove_from_group",
                                           .tag = "people",
                                           .summary = "Take a member out of a group",
                                           .status = 204};
  void run(Call const& call, Input const& input) {
    access.directory.remove_from_group(call, input.group, input.member);
  }
};

}  // namespace

void add_groups(Table& table, access::Access& access) {
  table.add(CreateGroup{access});
  table.add(ListGroups{access});
  table.add(ListGroupMembers{access});
  table.add(AddToGroup{access});
  table.add(RemoveFromGroup{access});
}

}  // namespace lepton::native
