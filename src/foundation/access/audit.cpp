#include "access/audit.h"

#include "access/live_authority.h"
#include "base/digest.h"
#include "base/error.h"

namespace lepton::access {
namespace {

json::Array to_array(std::vector<Ground> const& grounds) {
  json::Array array;
  for (auto const& ground : grounds)
    array.push_back(json::Object{{"kind", ground.kind}, {"id", ground.id}, {"text", ground.text}});
  return array;
}

std::vector<Ground> grounds_of(json::Value const& array) {
  std::vector<Ground> grounds;
  for (auto const& value : array.as_array()) {
    auto const& ground = value.as_object();
    auto const text = [&](char const* key) { return std::string(ground.at(key).as_string()); };
    grounds.push_back({text("kind"), text("id"), text("text")});
  }
  return grounds;
}

std::string department_of(AuditEvent const& event) {
  if (!event.department.empty()) return event.department;
  auto const slash = event.subject.find('/');
  return slash != std::string::npos && is_name(event.subject.substr(0, slash)) ? event.subject.substr(0, slash) : "";
}

/// RFC 9162 §2.1.1: the hash of a leaf is SHA-256(0x00 || entry); the entry is the event's canonical JSON.
std::string leaf_hash(json::Object const& entry) {
  return sha256(std::string(1, '\0') + json::write_canonical(entry)).hex();
}

Audit::Record record_of(db::Row const& row) {
  return {.sequence = row.integer(0),
          .at = row.timestamp(1),
          .principal = row.text(2),
          .purpose = row.text(3),
          .request_id = row.text(4),
          .protocol = row.text(5),
          .event = {.action = row.text(6),
                    .subject = row.text(7),
                    .allowed = row.boolean(9),
                    .grounds = grounds_of(json::parse(row.text(10))),
                    .details = json::parse(row.text(11)).as_object(),
                    .department = row.text(8)},
          .leaf_hash = row.text(12)};
}

}  // namespace

std::int64_t Audit::append(db::Transaction& tx, Call const& call, AuditEvent const& event) {
  auto const& principal = call.principal;
  std::string const department = department_of(event);
  Timestamp const now = call.now();
  json::Array grounds = to_array(event.grounds);
  json::Object const entry{{"at", now.micros},
                           {"principal", principal.name},
                           {"principal_id", principal.id.str()},
                           {"credential", principal.credential.str()},
                           {"purpose", call.purpose},
                           {"request_id", call.request_id.str()},
                           {"trace_id", call.trace.trace_id},
                           {"protocol", call.protocol},
                           {"peer", call.peer_address},
                           {"action", event.action},
                           {"subject", event.subject},
                           {"department", department},
                           {"allowed", event.allowed},
                           {"grounds", grounds},
                           {"details", event.details}};
  auto const rows = tx.query(
      "INSERT INTO access_audit (at, principal, principal_id, credential, purpose, request_id, trace_id, protocol, "
      "peer, action, subject, department, allowed, grounds, details, leaf_hash) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING sequence",
      {now, principal.name, principal.id, principal.credential, call.purpose, call.request_id, call.trace.trace_id,
       call.protocol, call.peer_address, event.action, event.subject, department, event.allowed, json::write(grounds),
       json::write(event.details), leaf_hash(entry)});
  return rows.at(0).integer(0);
}

std::vector<Audit::Record> Audit::list(db::Transaction& tx, Query const& query) const {
  std::string sql =
      "SELECT sequence, at, principal, purpose, request_id, protocol, action, subject, department, allowed, grounds, "
      "details, leaf_hash FROM access_audit WHERE sequence < $1";
  std::vector<db::Param> params{query.before};
  auto const where = [&](std::string const& condition, db::Param param) {
    params.push_back(std::move(param));
    sql += " AND " + condition + " $" + std::to_string(params.size());
  };
  if (!query.principal.empty()) where("principal =", query.principal);
  if (query.action.ends_with('.')) {
    where("action >=", query.action);
    where("action <", query.action.substr(0, query.action.size() - 1) + "/");  // '/' follows '.' in ASCII
  } else if (!query.action.empty()) {
    where("action =", query.action);
  }
  if (!query.subject.empty()) where("subject =", query.subject);
  if (!query.department.empty()) where("department =", query.department);
  if (!query.request_id.empty()) where("request_id =", query.request_id);
  if (query.allowed) where("allowed =", *query.allowed);
  if (query.from) where("at >=", *query.from);
  if (query.to) where("at <", *query.to);
  params.emplace_back(query.limit);
  sql += " ORDER BY sequence DESC LIMIT $" + std::to_string(params.size());

  std::vector<Record> records;
  for (auto const& row : tx.query(sql, std::span<db::Param const>(params))) records.push_back(record_of(row));
  return records;
}

std::vector<Audit::Record> Audit::list_for(db::Transaction& tx, Call const& call, LiveAuthority const& authority,
                                           Query const& query) const {
  bool const own = !call.principal.name.empty() && query.principal == call.principal.name;
  bool const steward = !query.department.empty() && authority.has_role(call, query.department, "steward");
  if (!own && !steward && !authority.has_role(call, "", "auditor"))
    throw denied(
        "the audit log is read by the platform's auditor, a department's events by its stewards, your own by "
        "you: name a department that you are steward of, or yourself");
  return list(tx, query);
}

}  // namespace lepton::access
