#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct GrantView {
  std::string id, subject, path, purpose, request, revoked_by, revoke_reason;
  std::set<access::Action> actions;
  access::Masks masks;
  std::vector<std::string> granted_by;
  Timestamp granted_at, not_before;
  std::optional<Timestamp> expires_at, revoked_at;

  GrantView() = default;
  explicit GrantView(access::Grant const& grant)
      : id(grant.id.str()),
        subject(grant.subject.str()),
        path(grant.path),
        purpose(grant.purpose),
        request(grant.request.str()),
        revoked_by(grant.revoked_by),
        revoke_reason(grant.revoke_reason),
        actions(grant.actions),
        masks(grant.masks),
        granted_by(grant.granted_by),
        granted_at(grant.granted_at),
        not_before(grant.not_before),
        expires_at(grant.expires_at),
        revoked_at(grant.revoked_at) {}

  static constexpr auto fields() {
    return std::tuple{required("id", &GrantView::id, "for revoke"),
                      required("subject", &GrantView::subject, "who may"),
                      required("actions", &GrantView::actions, "what"),
                      required("path", &GrantView::path, "on which asset or subtree"),
                      optional("purpose", &GrantView::purpose, "that calls must declare"),
                      optional("masks", &GrantView::masks, "what it does not show"),
                      optional("not_before", &GrantView::not_before, "from when"),
                      optional("expires_at", &GrantView::expires_at, "until when"),
                      optional("request", &GrantView::request, "the request it came from"),
                      optional("granted_by", &GrantView::granted_by, "who allowed it"),
                      required("granted_at", &GrantView::granted_at, "when"),
                      optional("revoked_at", &GrantView::revoked_at, "when it was taken back"),
                      optional("revoked_by", &GrantView::revoked_by, "by whom"),
                      optional("revoke_reason", &GrantView::revoke_reason, "why")};
  }
};

struct CreateGrant {
  access::Access& access;

  using Input = access::Grants::NewGrant;
  using Output = GrantView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/grants",
      .name = "create_grant",
      .tag = "access",
      .summary = "Give access to an asset or to all of a department",
      .example = R"({"subject": "department:risk", "actions": ["read"], "path": "banking/customers"})",
      .status = 201};
  Output run(Call const& call, Input const& input) { return GrantView(access.grants.create(call, input)); }
};

struct ListGrants {
  access::Access& access;

  struct Input : Paging {
    std::string path, subject;
    bool all = false;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(),
                            std::tuple{optional("path", &Input::path, "only those that cover this asset"),
                                       optional("subject", &Input::subject, "only those of this subject"),
                                       optional("all", &Input::all, "also expired and revoked ones")});
    }
  };
  using Output = Page<GrantView>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/grants",
                                           .name = "list_grants",
                                           .tag = "access",
                                           .summary = "List the grants you gave, have, or audit"};
  Output run(Call const& call, Input const& input) {
    std::vector<GrantView> views;
    for (auto const& grant :
         access.grants.list(call, {.path = input.path, .subject = input.subject, .active_only = !input.all}))
      views.emplace_back(grant);
    return page_of(std::move(views), input);
  }
};

struct GetGrant {
  access::Access& access;

  struct Input {
    std::string grant;
    static constexpr auto fields() { return std::tuple{required("grant", &Input::grant, "its id")}; }
  };
  using Output = GrantView;
  static constexpr Description description{
      .method = "GET", .path = "/v1/grants/{grant}", .name = "get_grant", .tag = "access", .summary = "Read one grant"};
  Output run(Call const& call, Input const& input) {
    return GrantView(access.grants.get(call, access::GrantId(input.grant)));
  }
};

struct RevokeGrant {
  access::Access& access;

  struct Input {
    std::string grant, reason;
    static constexpr auto fields() {
      return std::tuple{required("grant", &Input::grant, "its id"),
                        optional("reason", &Input::reason, "why, for the record")};
    }
  };
  using Output = GrantView;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/grants/{grant}:revoke",
                                           .name = "revoke_grant",
                                           .tag = "access",
                                           .summary = "Take a grant back; the next query or job on it fails",
                                           .example = R"({"grant": "abc", "reason": "project ended"})"};
  Output run(Call const& call, Input const& input) {
    return GrantView(access.grants.revoke(call, access::GrantId(input.grant), input.reason));
  }
};

}  // namespace

void add_grants(Table& table, access::Access& access) {
  table.add(CreateGrant{access});
  table.add(ListGrants{access});
  table.add(GetGrant{access});
  table.add(RevokeGrant{access});
}

}  // namespace lepton::native
