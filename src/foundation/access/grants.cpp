#include "access/grants.h"

#include "access/decision.h"
#include "access/directory.h"
#include "access/stored.h"
#include "access/survey.h"
#include "base/error.h"

namespace lepton::access {
namespace {

constexpr std::string_view kSelectGrant =
    "SELECT id, subject, actions, department, path, asset_id, purpose, masks, not_before, expires_at, request_id, "
    "granted_by, granted_at, revoked_at, revoked_by, revoke_reason FROM access_grants ";

Grant grant_of(db::Row const& row) {
  return {.id = row.id<GrantId>(0),
          .subject = parse_subject(row.text(1)),
          .actions = from_stored<std::set<Action>>(row.text(2)),
          .department = row.text(3),
          .path = row.text(4),
          .asset = row.id<AssetId>(5),
          .purpose = row.text(6),
          .masks = from_stored<Masks>(row.text(7)),
          .not_before = row.timestamp(8),
          .expires_at = row.maybe_timestamp(9),
          .request = row.id<AccessRequestId>(10),
          .granted_by = from_stored<std::vector<std::string>>(row.text(11)),
          .granted_at = row.timestamp(12),
          .revoked_at = row.maybe_timestamp(13),
          .revoked_by = row.text(14),
          .revoke_reason = row.text(15)};
}

Error no_such_grant(GrantId const& id) {
  return not_found("there is no grant '" + id.str() + "', or you may not see it");
}

json::Object details_of(Grant const& grant) {
  json::Object details{{"grant", grant.id.str()},           {"subject", grant.subject.str()},
                       {"actions", to_json(grant.actions)}, {"purpose", grant.purpose},
                       {"masks", to_json(grant.masks)},     {"not_before", to_string(grant.not_before)}};
  if (grant.expires_at) details["expires_at"] = to_string(*grant.expires_at);
  return details;
}

void check_grant(Call const& call, Grants::NewGrant const& grant, Subject const& subject, Timestamp not_before) {
  Details problems;
  if (grant.actions.empty()) problems.emplace("/actions", "must name at least one action");
  if (grant.actions.contains(Action::share)) problems.emplace("/actions", "cannot hold share: that is the steward's");
  if (grant.expires_at && *grant.expires_at <= std::max(not_before, call.now()))
    problems.emplace("/expires_at", "must be after now and after not_before");
  if (!problems.empty()) {
    std::string message = problems.begin()->first + " " + problems.begin()->second;
    throw invalid(message, std::move(problems));
  }
  if (subject.kind == Subject::Kind::user && subject.name == call.principal.name)
    throw denied("nobody grants access to themselves: ask another steward");
}

}  // namespace

void insert_grant(db::Transaction& tx, Grant const& grant) {
  tx.execute(
      "INSERT INTO access_grants (id, subject, actions, department, path, asset_id, purpose, masks, not_before, "
      "expires_at, request_id, granted_by, granted_at, revoked_at, revoked_by, revoke_reason) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, '', '')",
      {grant.id, grant.subject.str(), stored(grant.actions), grant.department, grant.path, grant.asset, grant.purpose,
       stored(grant.masks), grant.not_before, grant.expires_at, grant.request, stored(grant.granted_by),
       grant.granted_at});
}

std::optional<Grant> find_grant(db::Transaction& tx, GrantId const& id) {
  auto const row = tx.find(std::string(kSelectGrant) + "WHERE id = $1", {id});
  return row ? std::optional(grant_of(*row)) : std::nullopt;
}

std::vector<Grant> unrevoked_grants(db::Transaction& tx) {
  std::vector<Grant> grants;
  for (auto const& row : tx.query(std::string(kSelectGrant) + "WHERE revoked_at IS NULL ORDER BY granted_at, id"))
    grants.push_back(grant_of(row));
  return grants;
}

std::vector<Grant> all_grants(db::Transaction& tx) {
  std::vector<Grant> grants;
  for (auto const& row : tx.query(std::string(kSelectGrant) + "ORDER BY granted_at, id"))
    grants.push_back(grant_of(row));
  return grants;
}

void require_subject_exists(db::Transaction& tx, Subject const& subject) {
  bool exists = true;
  if (subject.kind == Subject::Kind::department) {
    exists = tx.find("SELECT 1 FROM access_departments WHERE name = $1", {subject.name}).has_value();
  } else if (subject.kind != Subject::Kind::everyone) {
    auto const member = find_member(tx, subject.name);
    exists = member && Subject{parse_subject(std::string(enum_name(member->type)) + ":" + subject.name)} == subject;
  }
  if (!exists) throw not_found("there is no " + subject.str());
}

Grant Grants::create(Call const& call, NewGrant const& wanted) {
  Subject const subject = parse_subject(wanted.subject);
  Timestamp const not_before = wanted.not_before.value_or(call.now());
  check_grant(call, wanted, subject, not_before);
  Grant grant{.id = GrantId::random(),
              .subject = subject,
              .actions = wanted.actions,
              .path = wanted.path,
              .purpose = wanted.purpose,
              .masks = wanted.masks,
              .not_before = not_before,
              .expires_at = wanted.expires_at,
              .granted_by = {call.principal.name},
              .granted_at = call.now()};
  bool const subtree = wanted.path.ends_with("/*") && is_name(wanted.path.substr(0, wanted.path.size() - 2));
  grant.department = subtree ? wanted.path.substr(0, wanted.path.size() - 2) : parse_address(wanted.path).department;
  return database_.write(call, [&](db::Transaction& tx) {
    if (subtree) {
      authority_.require_role(call, grant.department, "steward");
    } else {
      Asset const asset = authority_.require_any(tx, call, Action::share, parse_address(wanted.path)).asset;
      grant.asset = asset.id;
      grant.path = asset.address().str();
      assets_.require_columns(tx, asset, wanted.masks, "/masks");
    }
    require_subject_exists(tx, subject);
    insert_grant(tx, grant);
    snapshots_.changed(tx);
    audit_.append(tx, call,
                  {.action = "grant.create",
                   .subject = grant.path,
                   .details = details_of(grant),
                   .department = grant.department});
    return grant;
  });
}

void end_grant(db::Transaction& tx, Grant const& grant, std::string const& by, Timestamp at,
               std::string const& reason) {
  auto const changed = tx.execute(
      "UPDATE access_grants SET revoked_at = $1, revoked_by = $2, revoke_reason = $3 WHERE id = $4 AND revoked_at IS "
      "NULL",
      {at, by, reason, grant.id});
  if (changed == 0) throw conflict("the grant is revoked already").with_reason("already_revoked");
}

Grant Grants::revoke(Call const& call, GrantId const& id, std::string const& reason) {
  return database_.write(call, [&](db::Transaction& tx) {
    auto const grant = find_grant(tx, id);
    if (!grant || !may_see(call, *grant)) throw no_such_grant(id);
    // Whoever has access may give it back; else it is the owner's to take.
    bool const own = grant->subject.kind == Subject::Kind::user && grant->subject.name == call.principal.name;
    if (!own) authority_.require_role(call, grant->department, "steward");
    end_grant(tx, *grant, call.principal.name, call.now(), reason);
    snapshots_.changed(tx);
    json::Object details = details_of(*grant);
    details["reason"] = reason;
    audit_.append(tx, call,
                  {.action = "grant.revoke",
                   .subject = grant->path,
                   .details = std::move(details),
                   .department = grant->department});
    return *find_grant(tx, id);
  });
}

bool Grants::may_see(Call const& call, Grant const& grant) const {
  return access::may_see(*snapshots_.current(), call, grant);
}

Grant Grants::get(Call const& call, GrantId const& id) const {
  auto const grant = database_.read(call, [&](db::Transaction& tx) { return find_grant(tx, id); });
  if (!grant || !may_see(call, *grant)) throw no_such_grant(id);
  return *grant;
}

std::vector<Grant> Grants::list(Call const& call, Filter const& filter) const {
  Timestamp const now = snapshots_.now(call.now());
  std::string subtree;
  if (auto const slash = filter.path.find('/'); slash != std::string::npos)
    subtree = filter.path.substr(0, slash) + "/*";
  auto const rows = database_.read(call, [&](db::Transaction& tx) {
    return tx.query(std::string(kSelectGrant) +
                        "WHERE ($1 = '' OR path = $1 OR path = $2) AND ($3 = '' OR subject = $3) "
                        "ORDER BY granted_at DESC, id",
                    {filter.path, subtree, filter.subject});
  });
  std::vector<Grant> grants;
  for (auto const& row : rows) {
    Grant grant = grant_of(row);
    if ((!filter.active_only || grant.active(now)) && may_see(call, grant)) grants.push_back(std::move(grant));
  }
  return grants;
}

}  // namespace lepton::access
