#include "native/ground_view.h"
#include "native/resources.h"

namespace lepton::native {
namespace {

struct AuditView {
  std::int64_t sequence = 0;
  Timestamp at;
  std::string principal, purpose, request_id, protocol, action, subject, leaf_hash;
  bool allowed = true;
  std::vector<GroundView> grounds;
  json::Object details;

  static constexpr auto fields() {
    return std::tuple{required("sequence", &AuditView::sequence, "place in the log"),
                      required("at", &AuditView::at, "when"),
                      required("principal", &AuditView::principal, "who"),
                      optional("purpose", &AuditView::purpose, "declared purpose"),
                      required("action", &AuditView::action, "noun.verb"),
                      required("subject", &AuditView::subject, "on what"),
                      required("allowed", &AuditView::allowed, "or refused"),
                      optional("grounds", &AuditView::grounds, "why"),
                      optional("details", &AuditView::details, "more"),
                      optional("protocol", &AuditView::protocol, "how it came"),
                      optional("request_id", &AuditView::request_id, "of the request"),
                      required("leaf_hash", &AuditView::leaf_hash, "RFC 9162 leaf hash")};
  }
};

struct ListAudit {
  access::Access& access;
  db::Database& database;

  struct Input {
    std::string principal, action, subject, department, request_id;
    std::optional<bool> allowed;
    std::optional<Timestamp> from, to;
    std::optional<std::int64_t> before;
    int page_size = 100;
    static constexpr auto fields() {
      return std::tuple{optional("principal", &Input::principal, "who"),
                        optional("action", &Input::action, "noun.verb; \"grant.\" for all of grants"),
                        optional("subject", &Input::subject, "address or id"),
                        optional("department", &Input::department, "whose assets"),
                        optional("request_id", &Input::request_id, "of one request"),
                        optional("allowed", &Input::allowed, "false: refusals only"),
                        optional("from", &Input::from, "not before"),
                        optional("to", &Input::to, "before"),
                        optional("before", &Input::before, "sequence; next_before of the page before"),
                        optional("page_size", &Input::page_size, "1 to 1000")};
    }
  };
  struct Output {
    std::vector<AuditView> items;
    std::optional<std::int64_t> next_before;
    static constexpr auto fields() {
      return std::tuple{required("items", &Output::items, "newest first"),
                        optional("next_before", &Output::next_before, "absent at the end")};
    }
  };
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/audit",
                                           .name = "list_audit",
                                           .tag = "audit",
                                           .summary = "Read the audit log, as far as you may"};
  Output run(Call const& call, Input const& input) {
    access::Audit::Query query{.principal = input.principal,
                               .action = input.action,
                               .subject = input.subject,
                               .department = input.department,
                               .request_id = input.request_id,
                               .allowed = input.allowed,
                               .from = input.from,
                               .to = input.to,
                               .before = input.before.value_or(INT64_MAX),
                               .limit = std::clamp(input.page_size, 1, 1000)};
    auto const records = database.read(
        call, [&](db::Transaction& tx) { return access.audit.list_for(tx, call, access.authority, query); });
    Output output;
    for (auto const& record : records)
      output.items.push_back({.sequence = record.sequence,
                              .at = record.at,
                              .principal = record.principal,
                              .purpose = record.purpose,
                              .request_id = record.request_id,
                              .protocol = record.protocol,
                              .action = record.event.action,
                              .subject = record.event.subject,
                              .leaf_hash = record.leaf_hash,
                              .allowed = record.event.allowed,
                              .grounds = views_of(record.event.grounds),
                              .details = record.event.details});
    if (static_cast<int>(records.size()) == query.limit) output.next_before = records.back().sequence;
    return output;
  }
};

}  // namespace

void add_audit(Table& table, access::Access& access, db::Database& database) {
  table.add(ListAudit{access, database});
}

}  // namespace lepton::native
