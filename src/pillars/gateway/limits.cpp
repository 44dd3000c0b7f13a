#include "gateway/limits.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace lepton::gateway {
namespace {

constexpr std::string_view key_prefix = "key ";

std::string credential_of(std::string const& key) {
  return std::string(key_prefix) + key;
}

std::string key_of(std::string const& credential) {
  return credential.starts_with(key_prefix) ? credential.substr(key_prefix.size()) : credential;
}

}  // namespace

access::Member Limits::require(db::Transaction& tx, Call const& call, std::string const& principal) const {
  auto const owner = access::get_member(tx, principal);
  if (!owner.department.empty())
    access_.authority.require_role(call, owner.department, "steward");
  else if (call.principal.type != PrincipalType::system && !call.principal.has_role("", "admin"))
    throw denied("only the platform's admin limits the keys of its principals");
  return owner;
}

std::vector<KeyLimit> Limits::read(db::Transaction& tx, Call const& call, access::Member const& owner) const {
  std::vector<KeyLimit> limits;
  for (auto const& row : tx.query("SELECT credential, document, revision, changed_by, changed_at FROM gateway_limits "
                                  "WHERE principal_id = $1 ORDER BY credential",
                                  {owner.id})) {
    auto const limit = from_json<Limit>(json::parse(row.text(1)));
    auto const used = tx.find(
        "SELECT used FROM gateway_charges "
        "WHERE principal_id = $1 AND credential = $2 AND period = $3 AND period_start = $4",
        {owner.id, row.text(0), enum_name(limit.period), period_start(limit.period, call.now())});
    limits.push_back({owner.name, key_of(row.text(0)), limit, used ? used->integer(0) : 0, row.integer(2), row.text(3),
                      row.timestamp(4)});
  }
  return limits;
}

void Limits::changed(db::Transaction& tx, Call const& call, std::string const& action, access::Member const& owner,
                     std::string const& key, json::Object details) {
  access::AuditEvent event;
  event.action = action;
  event.subject = fmt::format("{} key {}", owner.name, key);
  event.department = owner.department;
  event.details = std::move(details);
  access_.audit.append(tx, call, event);
  tx.after_commit([this, call] { load(call); });
}

KeyLimit Limits::set(Call const& call, std::string const& principal, std::string const& key, Limit const& limit,
                     std::optional<std::int64_t> expected) {
  validate(limit);
  auto const keys = access_.credentials.keys(call, principal);
  if (std::none_of(keys.begin(), keys.end(), [&](auto const& one) { return one.name == key && !one.revoked_at; }))
    throw not_found(fmt::format("{} has no key named {}", principal, key));
  return database_.write(call, [&](db::Transaction& tx) {
    auto const owner = require(tx, call, principal);
    auto const credential = credential_of(key);
    auto const before = tx.find("SELECT revision FROM gateway_limits WHERE principal_id = $1 AND credential = $2",
                                {owner.id, credential});
    if (expected && *expected != (before ? before->integer(0) : 0))
      throw conflict("somebody else has changed this limit meanwhile: look at it again")
          .with_reason("revision_changed");
    auto const document = to_json(limit);
    tx.execute(
        "INSERT INTO gateway_limits (principal_id, credential, document, revision, changed_by, changed_at) "
        "VALUES ($1, $2, $3, 1, $4, $5) ON CONFLICT (principal_id, credential) DO UPDATE SET "
        "document = excluded.document, revision = gateway_limits.revision + 1, changed_by = excluded.changed_by, "
        "changed_at = excluded.changed_at",
        {owner.id, credential, json::write(document), call.principal.name, call.now()});
    changed(tx, call, "limit.set", owner, key, document.get_object());
    auto limits = read(tx, call, owner);
    return *std::find_if(limits.begin(), limits.end(), [&](KeyLimit const& one) { return one.key == key; });
  });
}

void Limits::remove(Call const& call, std::string const& principal, std::string const& key) {
  database_.write(call, [&](db::Transaction& tx) {
    auto const owner = require(tx, call, principal);
    if (tx.execute("DELETE FROM gateway_limits WHERE principal_id = $1 AND credential = $2",
                   {owner.id, credential_of(key)}) == 0)
      throw not_found(fmt::format("the key {} of {} has no limit", key, principal));
    changed(tx, call, "limit.remove", owner, key, {});
  });
}

std::vector<KeyLimit> Limits::list(Call const& call, std::string const& principal) const {
  return database_.read(call, [&](db::Transaction& tx) {
    auto const owner = access::get_member(tx, principal);
    return owner.id == call.principal.id ? read(tx, call, owner) : read(tx, call, require(tx, call, principal));
  });
}

void Limits::load(Call const& call) {
  database_.read(call, [&](db::Transaction& tx) { gates_.load(tx); });
}

std::vector<Usage> report_usage(db::Database& database, Call const& call, UsageQuery const& query) {
  auto const& caller = call.principal;
  bool const everything =
      caller.type == PrincipalType::system || caller.has_role("", "auditor") || caller.has_role("", "admin");
  return database.read(call, [&](db::Transaction& tx) {
    auto const rows = tx.query(
        "SELECT principal_id, principal, credential, department, deployment, CAST(SUM(requests) AS BIGINT), "
        "CAST(SUM(rows_count) AS BIGINT), CAST(SUM(latency) AS BIGINT) FROM gateway_usage WHERE hour >= $1 AND hour < "
        "$2 AND ($3 = '' OR department = $3) "
        "AND ($4 = '' OR principal = $4) GROUP BY principal_id, principal, credential, department, deployment "
        "ORDER BY principal, credential, deployment",
        {query.from, query.to, query.department, query.principal});
    std::vector<Usage> usage;
    for (auto const& row : rows) {
      auto const roles = caller.roles.find(row.text(3));
      bool const member = roles != caller.roles.end() && !roles->second.empty();
      if (!everything && !member && row.id<PrincipalId>(0) != caller.id) continue;
      auto const requests = row.integer(5);
      usage.push_back({row.text(1), key_of(row.text(2)), row.text(3), row.text(4), requests, row.integer(6),
                       Duration(requests > 0 ? row.integer(7) / requests : 0)});
    }
    return usage;
  });
}

}  // namespace lepton::gateway
