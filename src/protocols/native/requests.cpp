#include "native/page.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct ApprovalView {
  std::string by, comment;
  Timestamp at;
  static constexpr auto fields() {
    return std::tuple{required("by", &ApprovalView::by, "who"), required("at", &ApprovalView::at, "when"),
                      optional("comment", &ApprovalView::comment, "what they said")};
  }
};

struct RequestView {
  std::string id, requester, subject, path, department, purpose, reason, closed_by, close_reason, grant;
  access::RequestState state = access::RequestState::draft;
  std::set<access::Action> actions;
  access::Masks masks;
  Duration valid_for{};
  Timestamp created_at;
  std::optional<Timestamp> submitted_at, closed_at;
  std::vector<ApprovalView> approvals;
  std::int64_t approvals_needed = 1, revision = 1;

  RequestView() = default;
  explicit RequestView(access::AccessRequest const& request)
      : id(request.id.str()),
        requester(request.requester),
        subject(request.subject.str()),
        path(request.path),
        department(request.department),
        purpose(request.purpose),
        reason(request.reason),
        closed_by(request.closed_by),
        close_reason(request.close_reason),
        grant(request.grant.str()),
        state(request.state),
        actions(request.actions),
        masks(request.masks),
        valid_for(request.valid_for),
        created_at(request.created_at),
        submitted_at(request.submitted_at),
        closed_at(request.closed_at),
        approvals_needed(request.approvals_needed),
        revision(request.revision) {
    for (auto const& approval : request.approvals) approvals.push_back({approval.by, approval.comment, approval.at});
  }
  [[nodiscard]] std::string etag() const { return std::to_string(revision); }

  static constexpr auto fields() {
    return std::tuple{required("id", &RequestView::id, "for approve, reject, cancel"),
                      required("state", &RequestView::state, "where it stands"),
                      required("requester", &RequestView::requester, "who asks"),
                      required("subject", &RequestView::subject, "who gets the access"),
                      required("path", &RequestView::path, "to what"),
                      required("department", &RequestView::department, "that decides"),
                      required("actions", &RequestView::actions, "to do what"),
                      required("purpose", &RequestView::purpose, "for what"),
                      required("reason", &RequestView::reason, "why"),
                      optional("masks", &RequestView::masks, "what the requester does without"),
                      required("valid_for", &RequestView::valid_for, "how long from approval on"),
                      required("created_at", &RequestView::created_at, "when it was made"),
                      optional("submitted_at", &RequestView::submitted_at, "when it was sent"),
                      optional("closed_at", &RequestView::closed_at, "when it ended"),
                      optional("closed_by", &RequestView::closed_by, "by whom"),
                      optional("close_reason", &RequestView::close_reason, "why"),
                      optional("approvals", &RequestView::approvals, "so far"),
                      required("approvals_needed", &RequestView::approvals_needed, "how many people must approve"),
                      optional("grant", &RequestView::grant, "the grant, once approved"),
                      required("revision", &RequestView::revision, "grows with each change")};
  }
};

struct CreateRequest {
  access::Access& access;

  using Input = access::Requests::NewRequest;
  using Output = RequestView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/requests",
      .name = "create_request",
      .tag = "access",
      .summary = "Ask the owner of an asset for access",
      .example =
          R"({"path": "banking/customers", "actions": ["read", "train"], "purpose": "default-risk", "reason": "default model", "valid_for": "90d"})",
      .status = 201};
  Output run(Call const& call, Input const& input) { return RequestView(access.requests.create(call, input)); }
};

struct ListRequests {
  access::Access& access;

  struct Input : Paging {
    std::string department, path, requester;
    std::optional<access::RequestState> state;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(),
                            std::tuple{optional("department", &Input::department, "that decides"),
                                       optional("path", &Input::path, "what is asked for"),
                                       optional("requester", &Input::requester, "who asks"),
                                       optional("state", &Input::state, "such as pending")});
    }
  };
  using Output = Page<RequestView>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/requests",
                                           .name = "list_requests",
                                           .tag = "access",
                                           .summary = "List requests that you made, may decide, or audit"};
  Output run(Call const& call, Input const& input) {
    std::vector<RequestView> views;
    for (auto const& request : access.requests.list(
             call,
             {.department = input.department, .path = input.path, .requester = input.requester, .state = input.state}))
      views.emplace_back(request);
    return page_of(std::move(views), input);
  }
};

struct ByRequest {
  std::string request;
  static constexpr auto fields() { return std::tuple{required("request", &ByRequest::request, "its id")}; }
};

struct GetRequest {
  access::Access& access;

  using Input = ByRequest;
  using Output = RequestView;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/requests/{request}",
                                           .name = "get_request",
                                           .tag = "access",
                                           .summary = "Read one request"};
  Output run(Call const& call, Input const& input) {
    return RequestView(access.requests.get(call, access::AccessRequestId(input.request)));
  }
};

struct SubmitRequest {
  access::Access& access;

  using Input = ByRequest;
  using Output = RequestView;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/requests/{request}:submit",
                                           .name = "submit_request",
                                           .tag = "access",
                                           .summary = "Send a draft to the owner"};
  Output run(Call const& call, Input const& input) {
    return RequestView(access.requests.submit(call, access::AccessRequestId(input.request)));
  }
};

struct CancelRequest {
  access::Access& access;

  using Input = ByRequest;
  using Output = RequestView;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/requests/{request}:cancel",
                                           .name = "cancel_request",
                                           .tag = "access",
                                           .summary = "Take one's request back"};
  Output run(Call const& call, Input const& input) {
    return RequestView(access.requests.cancel(call, access::AccessRequestId(input.request)));
  }
};

struct ApproveRequest {
  access::Access& access;

  struct Input {
    std::string request, comment;
    access::Trim trim;
    static constexpr auto fields() {
      return std::tuple{required("request", &Input::request, "its id"),
                        optional("comment", &Input::comment, "for the requester and the record"),
                        optional("trim", &Input::trim, "less than was asked for")};
    }
  };
  using Output = RequestView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/requests/{request}:approve",
      .name = "approve_request",
      .tag = "access",
      .summary = "Approve, as asked or trimmed; the approval is the grant, live at once",
      .example = R"({"request": "abc", "trim": {"masks": {"name": "replace-with-null"}, "valid_for": "30d"}})"};
  Output run(Call const& call, Input const& input) {
    return RequestView(
        access.requests.approve(call, access::AccessRequestId(input.request), input.trim, input.comment));
  }
};

struct RejectRequest {
  access::Access& access;

  struct Input {
    std::string request, reason;
    static constexpr auto fields() {
      return std::tuple{required("request", &Input::request, "its id"),
                        required("reason", &Input::reason, "why, for the requester")};
    }
  };
  using Output = RequestView;
  static constexpr Description description{.method = "POST",
                                           .path = "/v1/requests/{request}:reject",
                                           .name = "reject_request",
                                           .tag = "access",
                                           .summary = "Reject a request, with the reason",
                                           .example = R"({"request": "abc", "reason": "ask for fewer columns"})"};
  Output run(Call const& call, Input const& input) {
    return RequestView(access.requests.reject(call, access::AccessRequestId(input.request), input.reason));
  }
};

}  // namespace

void add_requests(Table& table, access::Access& access) {
  table.add(CreateRequest{access});
  table.add(ListRequests{access});
  table.add(GetRequest{access});
  table.add(SubmitRequest{access});
  table.add(CancelRequest{access});
  table.add(ApproveRequest{access});
  table.add(RejectRequest{access});
}

}  // namespace lepton::native
