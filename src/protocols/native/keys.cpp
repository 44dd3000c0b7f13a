#include "native/credential_view.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct CreateKey {
  access::Access& access;

  struct Input {
    std::string principal, name;
    std::vector<std::string> scopes;
    std::optional<Duration> valid_for;
    static constexpr auto fields() {
      return std::tuple{
          optional("principal", &Input::principal, "oneself (default), or a service account such as risk/loan-system"),
          required("name", &Input::name, "for people, such as loan-system"),
          optional("scopes", &Input::scopes, "action or action:path, such as serve:risk/loan-score; empty: no limit"),
          optional("valid_for", &Input::valid_for, "how long it works, such as 90d")};
    }
  };
  using Output = CredentialView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/keys",
      .name = "create_key",
      .tag = "keys",
      .summary = "Create an API key; its token is shown this once",
      .example =
          R"({"principal": "risk/loan-system", "name": "loan-system", "scopes": ["serve:risk/*"], "valid_for": "90d"})",
      .status = 201,
      .secret = Secret::yes};
  Output run(Call const& call, Input const& input) {
    return CredentialView(access.credentials.create_key(
        call, {.principal = input.principal.empty() ? call.principal.name : input.principal,
               .name = input.name,
               .scopes = input.scopes,
               .valid_for = input.valid_for}));
  }
};

struct ListKeys {
  access::Access& access;

  struct Input : Paging {
    std::string principal;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(),
                            std::tuple{optional("principal", &Input::principal, "whose; default your own")});
    }
  };
  using Output = Page<CredentialView>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/keys",
                                           .name = "list_keys",
                                           .tag = "keys",
                                           .summary = "List API keys, without their secrets"};
  Output run(Call const& call, Input const& input) {
    std::vector<CredentialView> views;
    for (auto const& key :
         access.credentials.keys(call, input.principal.empty() ? call.principal.name : input.principal))
      views.emplace_back(key);
    return page_of(std::move(views), input);
  }
};

struct RotateKey {
  access::Access& access;

  struct Input {
    std::string key;
    Duration overlap = std::chrono::hours(24);
    static constexpr auto fields() {
      return std::tuple{required("key", &Input::key, "id of the key"),
                        optional("overlap", &Input::overlap, "how long the old one still works, default 24h")};
    }
  };
  using Output = CredentialView;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/keys/{key}:rotate",
                                           .name = "rotate_key",
                                           .tag = "keys",
                                           .summary = "Replace a key by a new one; both work during the overlap",
                                           .example = R"({"key": "abc", "overlap": "1h"})",
                                           .status = 201,
                                           .secret = Secret::yes};
  Output run(Call const& call, Input const& input) {
    return CredentialView(access.credentials.rotate_key(call, CredentialId(input.key), input.overlap));
  }
};

struct RevokeKey {
  access::Access& access;

  struct Input {
    std::string key;
    static constexpr auto fields() { return std::tuple{required("key", &Input::key, "id of the key")}; }
  };
  using Output = void;
  static constexpr Description description{.method = "DELETE",
                                           .path = "/v1/keys/{key}",
                                           .name = "revoke_key",
                                           .tag = "keys",
                                           .summary = "Revoke a key: its next call fails",
                                           .status = 204};
  void run(Call const& call, Input const& input) { access.credentials.revoke(call, CredentialId(input.key)); }
};

}  // namespace

void add_keys(Table& table, access::Access& access) {
  table.add(CreateKey{access});
  table.add(ListKeys{access});
  table.add(RotateKey{access});
  table.add(RevokeKey{access});
}

}  // namespace lepton::native
