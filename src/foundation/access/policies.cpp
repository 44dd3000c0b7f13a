#include "access/policies.h"

#include "access/stored.h"
#include "base/error.h"

namespace lepton::access {
namespace {

constexpr std::string_view kSelectPolicy =
    "SELECT id, department, name, document, revision, updated_by, updated_at FROM access_policies ";

std::vector<Subject> parsed(std::vector<std::string> const& texts) {
  std::vector<Subject> subjects;
  for (auto const& text : texts) subjects.push_back(parse_subject(text));
  return subjects;
}

Policy policy_of(db::Row const& row) {
  Policy policy{.id = row.id<PolicyId>(0),
                .department = row.text(1),
                .name = row.text(2),
                .document = from_stored<PolicyDocument>(row.text(3)),
                .revision = row.integer(4),
                .updated_by = row.text(5),
                .updated_at = row.timestamp(6)};
  policy.to = parsed(policy.document.to);
  policy.except = parsed(policy.document.except);
  return policy;
}

std::optional<Policy> find_policy(db::Transaction& tx, std::string const& department, std::string const& name) {
  auto const row = tx.find(std::string(kSelectPolicy) + "WHERE department = $1 AND name = $2", {department, name});
  return row ? std::optional(policy_of(*row)) : std::nullopt;
}

Policy get_policy(db::Transaction& tx, std::string const& department, std::string const& name) {
  auto policy = find_policy(tx, department, name);
  if (!policy) throw not_found("there is no policy '" + name + "'" + (department.empty() ? "" : " in " + department));
  return *std::move(policy);
}

std::string subject_of(std::string const& department, std::string const& name) {
  return department.empty() ? name : department + "/" + name;
}

Error changed_meanwhile(Policy const& current) {
  return conflict("the policy was changed by " + current.updated_by + " at " + to_string(current.updated_at) +
                  " (revision " + std::to_string(current.revision) + "): read it again and apply your change to that")
      .with_reason("revision_mismatch");
}

}  // namespace

std::vector<Policy> all_policies(db::Transaction& tx) {
  std::vector<Policy> policies;
  for (auto const& row : tx.query(std::string(kSelectPolicy) + "ORDER BY department, name"))
    policies.push_back(policy_of(row));
  return policies;
}

void Policies::require_writer(Call const& call, std::string const& department) const {
  authority_.require_role(call, department, department.empty() ? "admin" : "steward");
}

void Policies::require_reader(Call const& call, std::string const& department) const {
  if (authority_.has_role(call, "", "auditor")) return;
  authority_.require_role(call, department, department.empty() ? "admin" : "viewer");
}

Policy Policies::put(Call const& call, std::string const& department, std::string const& name,
                     PolicyDocument const& document, std::optional<std::int64_t> revision) {
  require_writer(call, department);
  if (!is_name(name)) throw invalid("'" + name + "' is not a name for a policy", {{"/name", "is not a name"}});
  PolicyDocument const checked = checked_policy(department, document);
  return database_.write(call, [&](db::Transaction& tx) {
    if (!department.empty() && !tx.find("SELECT 1 FROM access_departments WHERE name = $1", {department}))
      throw not_found("there is no department '" + department + "'");
    if (checked.selector.path.find('*') == std::string::npos)
      if (auto const asset = assets_.find(tx, parse_address(checked.selector.path)))
        assets_.require_columns(tx, *asset, checked.effect.masks, "/effect/masks");
    auto const before = find_policy(tx, department, name);
    if (before && !revision)
      throw conflict("there is a policy '" + name + "' already: change it with its revision")
          .with_reason("already_exists");
    if (before && *revision != before->revision) throw changed_meanwhile(*before);
    if (!before && revision) throw not_found("there is no policy '" + name + "' to change: it was removed");
    if (before) {
      tx.execute(
          "UPDATE access_policies SET document = $1, revision = revision + 1, updated_by = $2, updated_at = $3 "
          "WHERE id = $4",
          {stored(checked), call.principal.name, call.now(), before->id});
    } else {
      tx.execute(
          "INSERT INTO access_policies (id, department, name, document, revision, updated_by, updated_at) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7)",
          // Not from 1, so that a revision of a policy that was removed does not fit the one made later in its place.
          {PolicyId::random(), department, name, stored(checked), policy_epoch(tx), call.principal.name, call.now()});
    }
    snapshots_.changed(tx);
    json::Object details{{"after", to_json(checked)}};
    if (before) details["before"] = to_json(before->document);
    audit_.append(tx, call,
                  {.action = before ? "policy.update" : "policy.create",
                   .subject = subject_of(department, name),
                   .details = std::move(details),
                   .department = department});
    return get_policy(tx, department, name);
  });
}

void Policies::remove(Call const& call, std::string const& department, std::string const& name, std::int64_t revision) {
  require_writer(call, department);
  database_.write(call, [&](db::Transaction& tx) {
    Policy const before = get_policy(tx, department, name);
    if (before.revision != revision) throw changed_meanwhile(before);
    tx.execute("DELETE FROM access_policies WHERE id = $1", {before.id});
    snapshots_.changed(tx);
    audit_.append(tx, call,
                  {.action = "policy.remove",
                   .subject = subject_of(department, name),
                   .details = {{"before", to_json(before.document)}},
                   .department = department});
  });
}

Policy Policies::get(Call const& call, std::string const& department, std::string const& name) const {
  require_reader(call, department);
  return database_.read(call, [&](db::Transaction& tx) { return get_policy(tx, department, name); });
}

std::vector<Policy> Policies::list(Call const& call, std::string const& department) const {
  require_reader(call, department);
  return database_.read(call, [&](db::Transaction& tx) {
    std::vector<Policy> policies;
    for (auto const& row : tx.query(std::string(kSelectPolicy) + "WHERE department = $1 ORDER BY name", {department}))
      policies.push_back(policy_of(row));
    return policies;
  });
}

}  // namespace lepton::access
