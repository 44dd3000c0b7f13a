#include "native/etag.h"
#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct PolicyView {
  std::string department, name;
  access::PolicyDocument document;
  std::int64_t revision = 0;
  std::string updated_by;
  Timestamp updated_at;

  PolicyView() = default;
  explicit PolicyView(access::Policy const& policy)
      : department(policy.department.empty() ? "platform" : policy.department),
        name(policy.name),
        document(policy.document),
        revision(policy.revision),
        updated_by(policy.updated_by),
        updated_at(policy.updated_at) {}
  [[nodiscard]] std::string etag() const { return std::to_string(revision); }

  static constexpr auto fields() {
    return std::tuple{required("department", &PolicyView::department, "whose; \"platform\" for the platform's"),
                      required("name", &PolicyView::name, "unique in the department"),
                      required("policy", &PolicyView::document, "what it says"),
                      required("revision", &PolicyView::revision, "the ETag"),
                      required("updated_by", &PolicyView::updated_by, "who wrote it last"),
                      required("updated_at", &PolicyView::updated_at, "when")};
  }
};

std::string stored_department(std::string const& department) {
  return department == "platform" ? "" : department;
}

struct PutPolicy {
  access::Access& access;

  struct Input {
    std::string department, name, if_match;
    access::PolicyDocument document;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "whose, or \"platform\""),
          required("name", &Input::name, "unique in the department"),
          optional("if_match", &Input::if_match, "ETag of the policy to change; left out, it must not exist yet"),
          required("policy", &Input::document, "what it says")};
    }
  };
  using Output = PolicyView;
  static constexpr Description description{
      .method = "PUT",
      .path = "/v1/departments/{department}/policies/{name}",
      .name = "put_policy",
      .tag = "policies",
      .summary = "Create a policy, or change the one whose ETag is sent as If-Match",
      .example =
          R"({"department": "banking", "name": "share", "policy": {"to": ["everyone"], "effect": {"discover": true}}})"};
  Output run(Call const& call, Input const& input) {
    auto const department = stored_department(input.department);
    auto const revision = revision_of(input.if_match);
    if (!revision)
      for (auto const& policy : access.policies.list(call, department))
        if (policy.name == input.name)
          throw conflict("the policy exists: read it and send its ETag as If-Match").with_reason("if_match_required");
    return PolicyView(access.policies.put(call, department, input.name, input.document, revision));
  }
};

struct ByPolicy {
  std::string department, name;
  static constexpr auto fields() {
    return std::tuple{required("department", &ByPolicy::department, "whose, or \"platform\""),
                      required("name", &ByPolicy::name, "name of the policy")};
  }
};

struct GetPolicy {
  access::Access& access;

  using Input = ByPolicy;
  using Output = PolicyView;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/policies/{name}",
                                           .name = "get_policy",
                                           .tag = "policies",
                                           .summary = "Read a policy, with its ETag"};
  Output run(Call const& call, Input const& input) {
    return PolicyView(access.policies.get(call, stored_department(input.department), input.name));
  }
};

struct ListPolicies {
  access::Access& access;

  struct Input : Paging {
    std::string department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(),
                            std::tuple{required("department", &Input::department, "whose, or \"platform\"")});
    }
  };
  using Output = Page<PolicyView>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/policies",
                                           .name = "list_policies",
                                           .tag = "policies",
                                           .summary = "List the policies of a department"};
  Output run(Call const& call, Input const& input) {
    std::vector<PolicyView> views;
    for (auto const& policy : access.policies.list(call, stored_department(input.department)))
      views.emplace_back(policy);
    return page_of(std::move(views), input);
  }
};

struct RemovePolicy {
  access::Access& access;

  struct Input {
    std::string department, name, if_match;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "whose, or \"platform\""),
                        required("name", &Input::name, "name of the policy"),
                        required("if_match", &Input::if_match, "ETag of the policy")};
    }
  };
  using Output = void;
  static constexpr Description description{.method = "DELETE",
                                           .path = "/v1/departments/{department}/policies/{name}",
                                           .name = "remove_policy",
                                           .tag = "policies",
                                           .summary = "Remove a policy",
                                           .status = 204};
  void run(Call const& call, Input const& input) {
    access.policies.remove(call, stored_department(input.department), input.name,
                           revision_of(input.if_match).value_or(0));
  }
};

}  // namespace

void add_policies(Table& table, access::Access& access) {
  table.add(PutPolicy{access});
  table.add(GetPolicy{access});
  table.add(ListPolicies{access});
  table.add(RemovePolicy{access});
}

}  // namespace lepton::native
