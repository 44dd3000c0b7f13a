#include "native/member_view.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct CreateServiceAccount {
  access::Access& access;

  struct Input {
    std::string department, name, title;
    std::map<std::string, std::string> attributes;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "its home"),
                        required("name", &Input::name, "short; the full name is department/name"),
                        optional("title", &Input::title, "for people"),
                        optional("attributes", &Input::attributes, "what policies may ask")};
    }
  };
  using Output = MemberView;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/departments/{department}/service-accounts",
                                           .name = "create_service_account",
                                           .tag = "people",
                                           .summary = "Create an account for a program",
                                           .example = R"({"department": "risk", "name": "loan-system"})",
                                           .status = 201};
  Output run(Call const& call, Input const& input) {
    return MemberView(access.directory.create_service_account(
        call,
        {.name = input.name, .title = input.title, .department = input.department, .attributes = input.attributes}));
  }
};

struct ListServiceAccounts {
  access::Access& access;

  struct Input : Paging {
    std::string department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(), std::tuple{required("department", &Input::department, "whose")});
    }
  };
  using Output = Page<MemberView>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/service-accounts",
                                           .name = "list_service_accounts",
                                           .tag = "people",
                                           .summary = "List a department's service accounts"};
  Output run(Call const& call, Input const& input) {
    return page_of(views_of(access.directory.members(call, input.department), PrincipalType::service_account), input);
  }
};

struct Acting {
  std::string department, name, principal;
  static constexpr auto fields() {
    return std::tuple{required("department", &Acting::department, "its home"),
                      required("name", &Acting::name, "short name of the account"),
                      required("principal", &Acting::principal, "user, service account or group; '/' written %2F")};
  }
  [[nodiscard]] std::string account() const { return department + "/" + name; }
};

struct ListActing {
  access::Access& access;

  struct Input {
    std::string department, name;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "its home"),
                        required("name", &Input::name, "short name of the account")};
    }
  };
  struct Output {
    std::vector<std::string> items;
    static constexpr auto fields() { return std::tuple{required("items", &Output::items, "whom stewards let")}; }
  };
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/service-accounts/{name}/users",
                                           .name = "list_acting",
                                           .tag = "people",
                                           .summary = "List who may deploy with a service account's rights"};
  Output run(Call const& call, Input const& input) {
    return {access.directory.acting(call, input.department + "/" + input.name)};
  }
};

struct LetActAs {
  access::Access& access;

  using Input = Acting;
  using Output = Acting;
  static constexpr Description description{
      .method = "PUT",
      .path = "/v1/departments/{department}/service-accounts/{name}/users/{principal}",
      .name = "let_act_as",
      .tag = "people",
      .summary = "Let somebody deploy with a service account's rights; stewards of its department may anyhow"};
  Output run(Call const& call, Input const& input) {
    access.directory.let_act_as(call, input.account(), input.principal);
    return input;
  }
};

struct ForbidActing {
  access::Access& access;

  using Input = Acting;
  using Output = void;
  static constexpr Description description{
      .method = "DELETE",
      .path = "/v1/departments/{department}/service-accounts/{name}/users/{principal}",
      .name = "forbid_acting",
      .tag = "people",
      .summary = "Let somebody no longer deploy with a service account's rights; what is deployed stays",
      .status = 204};
  void run(Call const& call, Input const& input) {
    access.directory.forbid_acting(call, input.account(), input.principal);
  }
};

}  // namespace

void add_service_accounts(Table& table, access::Access& access) {
  table.add(CreateServiceAccount{access});
  table.add(ListServiceAccounts{access});
  table.add(ListActing{access});
  table.add(LetActAs{access});
  table.add(ForbidActing{access});
}

}  // namespace lepton::native
