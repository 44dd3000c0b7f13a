#include "access/requests.h"

#include <algorithm>

#include "access/decision.h"
#include "access/request_store.h"
#include "base/error.h"

namespace lepton::access {
namespace {

constexpr Duration kLongest = std::chrono::hours(24) * 366;

Error no_such_request(AccessRequestId const& id) {
  return not_found("there is no access request '" + id.str() + "', or you may not see it");
}

void check_request(Requests::NewRequest const& request) {
  Details problems;
  if (request.actions.empty()) problems.emplace("/actions", "must name at least one action");
  if (request.actions.contains(Action::share) || request.actions.contains(Action::admin))
    problems.emplace("/actions", "cannot hold share or admin: roles give those");
  if (request.purpose.empty()) problems.emplace("/purpose", "must say for what the data will be used");
  if (request.reason.empty()) problems.emplace("/reason", "must tell the owner why");
  if (request.valid_for <= Duration(0) || request.valid_for > kLongest)
    problems.emplace("/valid_for", "must be more than 0 and at most 366d");
  if (problems.empty()) return;
  std::string message = problems.size() == 1 ? problems.begin()->first + " " + problems.begin()->second
                                             : std::to_string(problems.size()) + " fields are wrong";
  throw invalid(message, std::move(problems));
}

void check_trim(AccessRequest const& request, Trim const& trim) {
  Details problems;
  if (trim.actions && trim.actions->empty()) problems.emplace("/actions", "must leave at least one action: or reject");
  if (trim.actions &&
      !std::includes(request.actions.begin(), request.actions.end(), trim.actions->begin(), trim.actions->end()))
    problems.emplace("/actions", "can only hold what was asked for");
  if (trim.valid_for && (*trim.valid_for <= Duration(0) || *trim.valid_for > request.valid_for))
    problems.emplace("/valid_for",
                     "must be more than 0 and at most the " + to_string(request.valid_for) + " asked for");
  if (problems.empty()) return;
  std::string message = problems.begin()->first + " " + problems.begin()->second;
  throw invalid(message, std::move(problems));
}

void require_state(AccessRequest const& request, std::initializer_list<RequestState> states, std::string const& verb) {
  if (std::find(states.begin(), states.end(), request.state) == states.end())
    throw conflict("the request is " + std::string(enum_name(request.state)) + ": it cannot be " + verb)
        .with_reason("wrong_state");
}

/// The most that policies on the asset require for those whom the request is for: at least 1.
std::int64_t approvals_needed(Snapshot const& snapshot, Asset const& asset, AccessRequest const& request) {
  std::int64_t needed = 1;
  for (std::string const& owner : {asset.department, std::string()}) {
    auto const found = snapshot.policies.find(owner);
    if (found == snapshot.policies.end()) continue;
    for (auto const& policy : found->second) {
      bool const about_them =
          policy.selects(asset) &&
          std::any_of(snapshot.principals.begin(), snapshot.principals.end(), [&](auto const& entry) {
            return request.subject.covers(*entry.second) && policy.applies_to(*entry.second);
          });
      if (about_them) needed = std::max(needed, policy.document.effect.require_approval);
    }
  }
  return needed;
}

/// Whoever manages a service account can act as it.
bool gains_from(Principal const& decider, Snapshot const& snapshot, Subject const& subject) {
  if (subject.kind != Subject::Kind::service_account) return subject.covers(decider);
  auto const account = snapshot.find_principal_named(subject.name);
  auto const held = account ? decider.roles.find(account->department) : decider.roles.end();
  return held != decider.roles.end() && std::any_of(held->second.begin(), held->second.end(),
                                                    [](auto const& role) { return role_reaches(role, "steward"); });
}

AuditEvent event_of(std::string action, AccessRequest const& request) {
  return {.action = std::move(action),
          .subject = request.path,
          .details = {{"request", request.id.str()},
                      {"requester", request.requester},
                      {"for", request.subject.str()},
                      {"actions", to_json(request.actions)},
                      {"purpose", request.purpose}},
          .department = request.department};
}

}  // namespace

void Requests::require_subject_allowed(Call const& call, Snapshot const& snapshot, Subject const& subject) const {
  auto const principal = snapshot.find_principal(call.principal.id);
  if (!principal || principal->type != PrincipalType::user)
    throw denied("access is requested by users: ask for a service account as a contributor of its department");
  bool allowed = false;
  if (subject.kind == Subject::Kind::service_account) {
    auto const account = snapshot.find_principal_named(subject.name);
    allowed = account && !account->department.empty() && authority_.has_role(call, account->department, "contributor");
  } else {
    allowed = subject.kind != Subject::Kind::everyone && subject.covers(*principal);
  }
  if (!allowed)
    throw denied(
        "you may request access for yourself, a group you are in, a department you belong to, or a service "
        "account of a department in which you are contributor");
}

AccessRequest Requests::create(Call const& call, NewRequest const& wanted) {
  if (!call.principal.scopes.empty()) throw denied("a scoped key asks for no access: log in");
  check_request(wanted);
  Subject const subject =
      wanted.subject.empty() ? Subject{Subject::Kind::user, call.principal.name} : parse_subject(wanted.subject);
  return database_.write(call, [&](db::Transaction& tx) {
    Asset const asset = authority_.require_any(tx, call, Action::discover, parse_address(wanted.path)).asset;
    auto const snapshot = snapshots_.within(tx);
    require_subject_allowed(call, *snapshot, subject);
    require_subject_exists(tx, subject);
    assets_.require_columns(tx, asset, wanted.masks, "/masks");
    AccessRequest request{.id = AccessRequestId::random(),
                          .state = wanted.draft ? RequestState::draft : RequestState::pending,
                          .requester = call.principal.name,
                          .subject = subject,
                          .path = asset.address().str(),
                          .asset = asset.id,
                          .department = asset.department,
                          .actions = wanted.actions,
                          .purpose = wanted.purpose,
                          .reason = wanted.reason,
                          .masks = wanted.masks,
                          .valid_for = wanted.valid_for,
                          .created_at = call.now()};
    if (!wanted.draft) request.submitted_at = call.now();
    request.approvals_needed = approvals_needed(*snapshot, asset, request);
    insert_request(tx, request);
    audit_.append(tx, call, event_of("access_request.create", request));
    return request;
  });
}

AccessRequest Requests::submit(Call const& call, AccessRequestId const& id) {
  return database_.write(call, [&](db::Transaction& tx) {
    AccessRequest request = visible(tx, call, id);
    if (request.requester != call.principal.name) throw denied("only " + request.requester + " may submit it");
    require_state(request, {RequestState::draft}, "submitted");
    // What it asks for may have become out of reach since the draft was written.
    (void)authority_.require_any(tx, call, Action::discover, parse_address(request.path));
    require_subject_allowed(call, *snapshots_.within(tx), request.subject);
    request.state = RequestState::pending;
    request.submitted_at = call.now();
    update_request(tx, request);
    audit_.append(tx, call, event_of("access_request.submit", request));
    return request;
  });
}

AccessRequest Requests::cancel(Call const& call, AccessRequestId const& id) {
  return database_.write(call, [&](db::Transaction& tx) {
    AccessRequest request = visible(tx, call, id);
    if (request.requester != call.principal.name) throw denied("only " + request.requester + " may cancel it");
    require_state(request, {RequestState::draft, RequestState::pending}, "cancelled");
    request.state = RequestState::cancelled;
    request.closed_at = call.now();
    request.closed_by = call.principal.name;
    update_request(tx, request);
    audit_.append(tx, call, event_of("access_request.cancel", request));
    return request;
  });
}

void Requests::require_decider(Call const& call, Snapshot const& snapshot, AccessRequest const& request) const {
  authority_.require_role(call, request.department, "steward");
  auto const decider = snapshot.find_principal(call.principal.id);
  if (!decider || decider->type != PrincipalType::user) throw denied("people decide on requests");
  if (request.requester == call.principal.name || gains_from(*decider, snapshot, request.subject))
    throw denied("nobody approves what they asked for or would gain from: another steward must decide")
        .with_reason("self_approval");
}

Grant Requests::grant_for(Call const& call, AccessRequest const& request) const {
  Grant grant{.id = GrantId::random(),
              .subject = request.subject,
              .actions = request.actions,
              .department = request.department,
              .path = request.path,
              .asset = request.asset,
              .purpose = request.purpose,
              .masks = request.masks,
              .not_before = call.now(),
              .request = request.id,
              .granted_at = call.now()};
  Duration valid_for = request.valid_for;
  for (auto const& approval : request.approvals) {
    grant.granted_by.push_back(approval.by);
    grant.masks = strictest(grant.masks, approval.trim.masks);
    if (approval.trim.valid_for) valid_for = std::min(valid_for, *approval.trim.valid_for);
    if (approval.trim.actions)
      std::erase_if(grant.actions, [&](Action action) { return !approval.trim.actions->contains(action); });
  }
  if (grant.actions.empty())
    throw conflict(
        "the approvals have no action in common: reject the request, or approve with an action that the "
        "others left in");
  grant.expires_at = call.now() + valid_for;
  return grant;
}

AccessRequest Requests::approve(Call const& call, AccessRequestId const& id, Trim const& trim,
                                std::string const& comment) {
  return database_.write(call, [&](db::Transaction& tx) {
    AccessRequest request = visible(tx, call, id);
    auto const snapshot = snapshots_.within(tx);
    require_decider(call, *snapshot, request);
    require_state(request, {RequestState::pending}, "approved");
    check_trim(request, trim);
    auto const asset = assets_.find(tx, request.asset);
    if (!asset) throw conflict("the asset is gone").with_reason("wrong_state");
    assets_.require_columns(tx, *asset, trim.masks, "/masks");
    if (std::any_of(request.approvals.begin(), request.approvals.end(),
                    [&](Approval const& approval) { return approval.by == call.principal.name; }))
      throw conflict("you approved it already: another steward must too").with_reason("already_approved");

    request.approvals.push_back({call.principal.name, call.now(), comment, trim});
    insert_approval(tx, request.id, request.approvals.back());
    request.approvals_needed = approvals_needed(*snapshot, *asset, request);
    AuditEvent event = event_of("access_request.approve", request);
    event.details["trim"] = to_json(trim);
    if (static_cast<std::int64_t>(request.approvals.size()) >= request.approvals_needed) {
      Grant const grant = grant_for(call, request);
      insert_grant(tx, grant);
      snapshots_.changed(tx);
      request.state = RequestState::approved;
      request.closed_at = call.now();
      request.closed_by = call.principal.name;
      request.grant = grant.id;
      event.details["grant"] = grant.id.str();
      event.details["expires_at"] = to_string(*grant.expires_at);
    }
    update_request(tx, request);
    audit_.append(tx, call, event);
    return request;
  });
}

AccessRequest Requests::reject(Call const& call, AccessRequestId const& id, std::string const& reason) {
  if (reason.empty()) throw invalid("/reason must tell the requester why", {{"/reason", "is required"}});
  return database_.write(call, [&](db::Transaction& tx) {
    AccessRequest request = visible(tx, call, id);
    require_decider(call, *snapshots_.within(tx), request);
    require_state(request, {RequestState::pending}, "rejected");
    request.state = RequestState::rejected;
    request.closed_at = call.now();
    request.closed_by = call.principal.name;
    request.close_reason = reason;
    update_request(tx, request);
    AuditEvent event = event_of("access_request.reject", request);
    event.details["reason"] = reason;
    audit_.append(tx, call, event);
    return request;
  });
}

bool Requests::may_see(Call const& call, AccessRequest const& request) const {
  if (call.principal.type == PrincipalType::system) return true;
  if (request.requester == call.principal.name && scopes_allow(call.principal.scopes, Action::discover, request.path))
    return true;
  if (authority_.has_role(call, "", "auditor")) return true;
  return request.state != RequestState::draft && authority_.has_role(call, request.department, "steward");
}

AccessRequest Requests::visible(db::Transaction& tx, Call const& call, AccessRequestId const& id) const {
  auto request = find_request(tx, id, snapshots_.now(call.now()));
  if (!request || !may_see(call, *request)) throw no_such_request(id);
  return *std::move(request);
}

AccessRequest Requests::get(Call const& call, AccessRequestId const& id) const {
  return database_.read(call, [&](db::Transaction& tx) { return visible(tx, call, id); });
}

std::vector<AccessRequest> Requests::list(Call const& call, Filter const& filter) const {
  auto requests = database_.read(call, [&](db::Transaction& tx) {
    return find_requests(tx, filter.department, filter.path, filter.requester, snapshots_.now(call.now()));
  });
  std::erase_if(requests, [&](AccessRequest const& request) {
    return (filter.state && request.state != *filter.state) || !may_see(call, request);
  });
  return requests;
}

}  // namespace lepton::access
