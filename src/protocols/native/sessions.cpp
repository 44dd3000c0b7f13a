#include "native/credential_view.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct LogIn {
  access::Access& access;

  struct Input {
    std::string name, password;
    static constexpr auto fields() {
      return std::tuple{required("name", &Input::name, "login name"),
                        required("password", &Input::password, "password")};
    }
  };
  using Output = CredentialView;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/sessions",
                                           .name = "log_in",
                                           .tag = "sessions",
                                           .summary = "Log in with name and password; the token is a bearer token",
                                           .example = R"({"name": "ana", "password": "correct horse battery"})",
                                           .status = 201,
                                           .login = Login::none,
                                           .secret = Secret::yes};
  Output run(Call const& call, Input const& input) {
    return CredentialView(access.credentials.login(call, input.name, input.password));
  }
};

struct Redeem {
  access::Access& access;

  struct Input {
    std::string token, name, password;
    static constexpr auto fields() {
      return std::tuple{required("token", &Input::token, "the one-time token that the first start printed"),
                        required("name", &Input::name, "login name of the first administrator"),
                        required("password", &Input::password, "their password")};
    }
  };
  using Output = CredentialView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/sessions:redeem",
      .name = "redeem_admin_token",
      .tag = "sessions",
      .summary = "Turn the one-time token of the first start into the first platform administrator",
      .example = R"({"token": "lb_…", "name": "root", "password": "correct horse battery"})",
      .status = 201,
      .login = Login::none,
      .secret = Secret::yes};
  Output run(Call const& call, Input const& input) {
    return CredentialView(access.credentials.redeem(call, input.token, input.name, input.password));
  }
};

struct LogOut {
  access::Access& access;

  using Input = Nothing;
  using Output = void;
  static constexpr Description description{.method = "DELETE",
                                           .path = "/v1/sessions/current",
                                           .name = "log_out",
                                           .tag = "sessions",
                                           .summary = "End this session",
                                           .status = 204};
  void run(Call const& call, Input const&) { access.credentials.logout(call); }
};

struct WhoAmI {
  using Input = Nothing;
  struct Output {
    std::string name, type, department, credential, purpose;
    std::set<std::string> groups;
    std::map<std::string, std::set<std::string>> roles;
    std::vector<std::string> scopes;
    static constexpr auto fields() {
      return std::tuple{required("name", &Output::name, "who you are"),
                        required("type", &Output::type, "user or service_account"),
                        optional("department", &Output::department, "home"),
                        optional("groups", &Output::groups, "nested ones included"),
                        optional("roles", &Output::roles, "department → roles; \"platform\" for the platform's"),
                        optional("credential", &Output::credential, "what this call came with"),
                        optional("scopes", &Output::scopes, "what that is limited to"),
                        optional("purpose", &Output::purpose, "declared by Lepton-Purpose")};
    }
  };
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/me",
                                           .name = "who_am_i",
                                           .tag = "sessions",
                                           .summary = "Who the caller is, with roles and groups"};
  Output run(Call const& call, Input const&) {
    auto const& me = call.principal;
    Output output{.name = me.name,
                  .type = std::string(to_string(me.type)),
                  .department = me.department,
                  .credential = me.credential_name,
                  .purpose = call.purpose,
                  .groups = me.groups,
                  .roles = {},
                  .scopes = me.scopes};
    for (auto const& [department, roles] : me.roles) output.roles[department.empty() ? "platform" : department] = roles;
    return output;
  }
};

}  // namespace

void add_sessions(Table& table, access::Access& access) {
  table.add(LogIn{access});
  table.add(Redeem{access});
  table.add(LogOut{access});
  table.add(WhoAmI{});
}

}  // namespace lepton::native
