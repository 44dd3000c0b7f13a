#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

using access::Department;

struct CreateDepartment {
  access::Directory& directory;

  struct Input {
    std::string name, title, description;
    static constexpr auto fields() {
      return std::tuple{required("name", &Input::name, "short, for addresses: a–z, 0–9, '-', '_'"),
                        optional("title", &Input::title, "for people"),
                        optional("description", &Input::description, "what it does")};
    }
  };
  using Output = Department;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/departments",
                                           .name = "create_department",
                                           .tag = "departments",
                                           .summary = "Create a department, which then owns what is made in it",
                                           .example = R"({"name": "banking", "title": "Retail banking"})",
                                           .status = 201};
  Output run(Call const& call, Input const& input) {
    return directory.create_department(call, input.name, input.title, input.description);
  }
};

struct ListDepartments {
  access::Directory& directory;

  struct Input : Paging {
    static constexpr auto fields() { return paging_fields<Input>(); }
  };
  using Output = Page<Department>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments",
                                           .name = "list_departments",
                                           .tag = "departments",
                                           .summary = "List the departments"};
  Output run(Call const& call, Input const& input) { return page_of(directory.departments(call), input); }
};

struct GetDepartment {
  access::Directory& directory;

  struct Input {
    std::string department;
    static constexpr auto fields() { return std::tuple{required("department", &Input::department, "its name")}; }
  };
  using Output = Department;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}",
                                           .name = "get_department",
                                           .tag = "departments",
                                           .summary = "Read one department"};
  Output run(Call const& call, Input const& input) {
    for (auto& department : directory.departments(call))
      if (department.name == input.department) return department;
    throw not_found("there is no department \"" + input.department + "\"");
  }
};

}  // namespace

void add_departments(Table& table, access::Access& access) {
  table.add(CreateDepartment{access.directory});
  table.add(ListDepartments{access.directory});
  table.add(GetDepartment{access.directory});
}

}  // namespace lepton::native
