#include "native/member_view.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct CreateUser {
  access::Access& access;

  struct Input {
    std::string name, title, department, password;
    std::map<std::string, std::string> attributes;
    static constexpr auto fields() {
      return std::tuple{required("name", &Input::name, "login name, unique in the company"),
                        optional("title", &Input::title, "full name"),
                        optional("department", &Input::department, "home department"),
                        optional("password", &Input::password, "first password; may be set later"),
                        optional("attributes", &Input::attributes, "what policies may ask, such as clearance")};
    }
  };
  using Output = MemberView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/users",
      .name = "create_user",
      .tag = "people",
      .summary = "Create a user",
      .example =
          R"({"name": "ana", "title": "Ana Pérez", "department": "banking", "password": "correct horse battery"})",
      .status = 201};
  Output run(Call const& call, Input const& input) {
    auto const member = access.directory.create_user(
        call, {.name = input.name,
               .title = input.title,
               .department = input.department,
               .attributes = input.attributes,
               .password_hash = input.password.empty() ? "" : access.credentials.hash(input.password)});
    return MemberView(member);
  }
};

struct ListUsers {
  access::Access& access;

  struct Input : Paging {
    std::string department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(),
                            std::tuple{optional("department", &Input::department, "only those at home there")});
    }
  };
  using Output = Page<MemberView>;
  static constexpr Description description{
      .method = "GET", .path = "/v1/users", .name = "list_users", .tag = "people", .summary = "List the users"};
  Output run(Call const& call, Input const& input) {
    return page_of(views_of(access.directory.members(call, input.department), PrincipalType::user), input);
  }
};

struct ByUser {
  std::string user;
  static constexpr auto fields() { return std::tuple{required("user", &ByUser::user, "login name")}; }
};

struct GetUser {
  access::Access& access;

  using Input = ByUser;
  using Output = MemberView;
  static constexpr Description description{
      .method = "GET", .path = "/v1/users/{user}", .name = "get_user", .tag = "people", .summary = "Read one user"};
  Output run(Call const& call, Input const& input) { return MemberView(access.directory.get(call, input.user)); }
};

struct ChangeUser {
  access::Access& access;

  struct Input {
    std::string user;
    std::optional<std::map<std::string, std::string>> attributes;
    std::optional<bool> disabled;
    static constexpr auto fields() {
      return std::tuple{required("user", &Input::user, "login name"),
                        optional("attributes", &Input::attributes, "replaces all attributes"),
                        optional("disabled", &Input::disabled, "true: keys and sessions fail from the next call on")};
    }
  };
  using Output = MemberView;
  static constexpr Description description{.method = "PATCH",
                                           .path = "/v1/users/{user}",
                                           .name = "change_user",
                                           .tag = "people",
                                           .summary = "Change a user's attributes, disable or enable",
                                           .example = R"({"user": "ana", "attributes": {"clearance": "2"}})"};
  Output run(Call const& call, Input const& input) {
    return MemberView(
        access.directory.change(call, input.user, {.attributes = input.attributes, .disabled = input.disabled}));
  }
};

struct SetPassword {
  access::Access& access;

  struct Input {
    std::string user, password, current;
    static constexpr auto fields() {
      return std::tuple{required("user", &Input::user, "login name"),
                        required("password", &Input::password, "the new one"),
                        optional("current", &Input::current, "the one in force, unless a platform admin asks")};
    }
  };
  using Output = void;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/users/{user}:set_password",
      .name = "set_password",
      .tag = "people",
      .summary = "Set a password; ends the user's sessions",
      .example = R"({"user": "ana", "current": "correct horse battery", "password": "a longer horse battery"})",
      .status = 204};
  void run(Call const& call, Input const& input) {
    access.credentials.set_password(call, input.user, input.password, input.current);
  }
};

}  // namespace

void add_users(Table& table, access::Access& access) {
  table.add(CreateUser{access});
  table.add(ListUsers{access});
  table.add(GetUser{access});
  table.add(ChangeUser{access});
  table.add(SetPassword{access});
}

}  // namespace lepton::native
