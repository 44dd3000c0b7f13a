#include "access/request_store.h"

#include "access/grants.h"
#include "access/stored.h"
#include "base/error.h"

namespace lepton::access {
namespace {

constexpr Duration kPendingLapsesAfter = std::chrono::hours(24) * 7;
constexpr std::string_view kSelectRequest =
    "SELECT id, state, requester, subject, path, asset_id, department, actions, purpose, reason, masks, valid_for, "
    "created_at, submitted_at, closed_at, closed_by, close_reason, approvals_needed, grant_id, revision "
    "FROM access_requests ";

AccessRequest request_of(db::Row const& row) {
  return {.id = row.id<AccessRequestId>(0),
          .state = find_enum<RequestState>(row.text(1)).value_or(RequestState::draft),
          .requester = row.text(2),
          .subject = parse_subject(row.text(3)),
          .path = row.text(4),
          .asset = row.id<AssetId>(5),
          .department = row.text(6),
          .actions = from_stored<std::set<Action>>(row.text(7)),
          .purpose = row.text(8),
          .reason = row.text(9),
          .masks = from_stored<Masks>(row.text(10)),
          .valid_for = Duration(row.integer(11)),
          .created_at = row.timestamp(12),
          .submitted_at = row.maybe_timestamp(13),
          .closed_at = row.maybe_timestamp(14),
          .closed_by = row.text(15),
          .close_reason = row.text(16),
          .approvals_needed = row.integer(17),
          .grant = row.id<GrantId>(18),
          .revision = row.integer(19)};
}

void load_approvals(db::Transaction& tx, AccessRequest& request) {
  for (auto const& row : tx.query("SELECT approver, decided_at, note, trim_to FROM access_approvals "
                                  "WHERE request_id = $1 ORDER BY decided_at, approver",
                                  {request.id}))
    request.approvals.push_back({row.text(0), row.timestamp(1), row.text(2), from_stored<Trim>(row.text(3))});
}

void apply_time(db::Transaction& tx, AccessRequest& request, Timestamp now) {
  if (request.state == RequestState::pending && *request.submitted_at + kPendingLapsesAfter <= now)
    request.state = RequestState::lapsed;
  if (request.state != RequestState::approved) return;
  auto const grant = find_grant(tx, request.grant);
  if (!grant || grant->revoked_at) {
    request.state = RequestState::revoked;
  } else if (grant->expires_at && *grant->expires_at <= now) {
    request.state = RequestState::expired;
  }
}

}  // namespace

void insert_request(db::Transaction& tx, AccessRequest const& request) {
  tx.execute(
      "INSERT INTO access_requests (id, state, requester, subject, path, asset_id, department, actions, purpose, "
      "reason, masks, valid_for, created_at, submitted_at, closed_at, closed_by, close_reason, approvals_needed, "
      "grant_id, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULL, '', '', $15, '', "
      "1)",
      {request.id, enum_name(request.state), request.requester, request.subject.str(), request.path, request.asset,
       request.department, stored(request.actions), request.purpose, request.reason, stored(request.masks),
       request.valid_for.count(), request.created_at, request.submitted_at, request.approvals_needed});
}

void update_request(db::Transaction& tx, AccessRequest& request) {
  auto const changed = tx.execute(
      "UPDATE access_requests SET state = $1, submitted_at = $2, closed_at = $3, closed_by = $4, close_reason = $5, "
      "approvals_needed = $6, grant_id = $7, revision = revision + 1 WHERE id = $8 AND revision = $9",
      {enum_name(request.state), request.submitted_at, request.closed_at, request.closed_by, request.close_reason,
       request.approvals_needed, request.grant, request.id, request.revision});
  if (changed == 0)
    throw conflict("the request was changed by somebody else: read it again").with_reason("revision_mismatch");
  ++request.revision;
}

void insert_approval(db::Transaction& tx, AccessRequestId const& id, Approval const& approval) {
  tx.execute(
      "INSERT INTO access_approvals (request_id, approver, decided_at, note, trim_to) VALUES ($1, $2, $3, $4, $5)",
      {id, approval.by, approval.at, approval.comment, stored(approval.trim)});
}

std::optional<AccessRequest> find_request(db::Transaction& tx, AccessRequestId const& id, Timestamp now) {
  auto const row = tx.find(std::string(kSelectRequest) + "WHERE id = $1", {id});
  if (!row) return std::nullopt;
  AccessRequest request = request_of(*row);
  load_approvals(tx, request);
  apply_time(tx, request, now);
  return request;
}

std::vector<AccessRequest> find_requests(db::Transaction& tx, std::string const& department, std::string const& path,
                                         std::string const& requester, Timestamp now) {
  std::vector<AccessRequest> requests;
  for (auto const& row :
       tx.query(std::string(kSelectRequest) + "WHERE ($1 = '' OR department = $1) AND ($2 = '' OR path = $2) AND "
                                              "($3 = '' OR requester = $3) ORDER BY created_at DESC, id",
                {department, path, requester})) {
    requests.push_back(request_of(row));
    load_approvals(tx, requests.back());
    apply_time(tx, requests.back(), now);
  }
  return requests;
}

}  // namespace lepton::access
