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

}  // namespace

void add_service_accounts(Table& table, access::Access& access) {
  table.add(CreateServiceAccount{access});
  table.add(ListServiceAccounts{access});
}

}  // namespace lepton::native
