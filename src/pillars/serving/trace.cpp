#include "serving/trace.h"

#include <fmt/format.h>

#include <set>

#include "access/grants.h"
#include "base/error.h"
#include "serving/grounds.h"

namespace lepton::serving {
namespace {

/// Whether a caller is a steward of the department, to whom its dependents are told.
bool is_steward(Call const& call, std::string const& department) {
  if (call.principal.type == PrincipalType::system || call.principal.has_role("", "auditor")) return true;
  return call.principal.has_role(department, "steward") || call.principal.has_role(department, "admin");
}

void put_address(access::Address const& address, std::string const& version, json::Object& facts) {
  facts["address"] = address.asset().str();
  facts["version"] = version;
}

TraceStep request_step(Decision const& decision) {
  TraceStep step;
  step.kind = "request";
  step.name = decision.id.str();
  step.relation = "asked";
  step.by = decision.principal;
  step.at = decision.at;
  step.allowed_by = decision.grounds;
  step.facts = {{"principal", decision.principal},
                {"credential", decision.credential},
                {"purpose", decision.purpose},
                {"route", decision.route},
                {"request_id", decision.request_id},
                {"trace_id", decision.trace_id},
                {"latency_us", decision.latency.count()},
                {"rows", decision.rows},
                {"inputs", decision.inputs},
                {"outputs", decision.outputs}};
  return step;
}

json::Object step_json(TraceStep const& step) {
  json::Object out{{"kind", step.kind}, {"depth", step.depth}, {"parent", step.parent}, {"relation", step.relation}};
  if (step.hidden) {
    out["hidden"] = true;
    return out;
  }
  out["name"] = step.name;
  if (!step.by.empty()) out["by"] = step.by;
  if (step.at) out["at"] = lepton::to_string(*step.at);
  out["allowed_by"] = to_json(step.allowed_by);
  out["facts"] = step.facts;
  return out;
}

json::Object dependent_json(Dependent const& dependent) {
  json::Object out{{"kind", dependent.kind},
                   {"depth", dependent.depth},
                   {"relation", dependent.relation},
                   {"live", dependent.live},
                   {"still_allowed", dependent.still_allowed()}};
  if (dependent.hidden) {
    out["hidden"] = true;
    return out;
  }
  out["name"] = dependent.name;
  json::Array standing;
  for (auto const& one : dependent.stands_on) {
    json::Object item{
        {"kind", one.ground.kind}, {"id", one.ground.id}, {"text", one.ground.text}, {"in_force", one.in_force}};
    if (!one.in_force) item["since"] = one.since;
    standing.push_back(std::move(item));
  }
  out["stands_on"] = std::move(standing);
  return out;
}

/// Which nodes were made from something before `at`. What came later, such as another run that made the same model
/// version, did not lead to the decision; where all is later, a clock has jumped and nothing can be left out.
std::set<lineage::Node> made_before(lineage::Walk const& walk, Timestamp at) {
  std::set<lineage::Node> made;
  for (auto const& step : walk.steps)
    if (step.edge.at <= at) made.insert(step.edge.to);
  return made;
}

using GrantsById = std::map<std::string, access::Ground>;

/// For each node the grants that lie on any way to it. Ways join and cross, so it is done until nothing is new.
std::map<lineage::Node, GrantsById> grants_on_the_way(lineage::Walk const& walk) {
  std::map<lineage::Node, GrantsById> by_node;
  for (bool grew = true; grew;) {
    grew = false;
    for (auto const& step : walk.steps) {
      auto grants = by_node[step.edge.from];
      for (auto const& ground : step.edge.grounds)
        if (ground.kind == "grant") grants.emplace(ground.id, ground);
      auto& all = by_node[step.edge.to];
      std::size_t const before = all.size();
      all.insert(grants.begin(), grants.end());
      grew = grew || all.size() != before;
    }
  }
  return by_node;
}

}  // namespace

bool Dependent::still_allowed() const {
  return std::all_of(stands_on.begin(), stands_on.end(), [](Standing const& one) { return one.in_force; });
}

bool Traces::may_see(db::Transaction& tx, Call const& call, lineage::Node const& node) const {
  if (call.principal.type == PrincipalType::system) return true;
  std::optional<access::Asset> asset;
  auto const kind = parts_.kinds.find(node.kind);
  if (kind != parts_.kinds.end() && kind->second.asset) {
    asset = kind->second.asset(tx, node.key);
  } else if (node.key.find('/') != std::string::npos) {
    asset = parts_.assets.find(tx, access::parse_address(node.key).asset());
  }
  return asset && parts_.authority.may_discover(call, *asset);
}

json::Object Traces::describe(db::Transaction& tx, Call const& call, lineage::Node const& node) const {
  auto const kind = parts_.kinds.find(node.kind);
  if (kind == parts_.kinds.end() || !kind->second.describe) return {};
  return kind->second.describe(tx, call, node.key);
}

TraceStep Traces::deployment_step(db::Transaction& tx, Call const& call, Decision const& decision) const {
  TraceStep step;
  step.kind = "deployment";
  step.name = fmt::format("{}@{}", decision.deployment, decision.revision);
  step.relation = "answered";
  step.depth = 1;
  step.parent = 0;
  if (auto const revision = records_.find_revision(tx, decision.deployment_id, decision.revision)) {
    step.by = revision->created_by;
    step.at = revision->created_at;
    step.facts = {{"model", revision->model},
                  {"model_digest", revision->model_digest},
                  {"spec", lepton::to_json(revision->spec)}};
  }
  step.hidden = !may_see(tx, call, {"deployment", step.name});
  put_address(access::parse_address(decision.deployment), std::to_string(decision.revision), step.facts);
  return step;
}

/// Those of which the caller may know.
std::vector<std::string> Traces::known_sources(db::Transaction& tx, Call const& call,
                                               FactReference const& facts) const {
  auto sources = facts.sources;
  std::erase_if(sources, [&](std::string const& one) { return !may_see(tx, call, {"dataset_version", one}); });
  return sources;
}

void Traces::add_lookups(db::Transaction& tx, Call const& call, Decision const& decision, Trace& trace) const {
  for (auto const& lookup : decision.lookups) {
    TraceStep step;
    auto const& from = lookup.facts ? lookup.facts->graph : lookup.dataset;
    step.kind = lookup.facts ? "facts" : "lookup";
    step.name = fmt::format("{} {}", from, lookup.key);
    step.relation = "looked_up";
    step.depth = 2;
    step.parent = 1;
    step.at = decision.at;
    step.allowed_by = lookup.grounds;
    step.facts = to_json(lookup);
    step.facts.erase("grounds");
    if (lookup.facts) step.facts["sources"] = lepton::to_json(known_sources(tx, call, *lookup.facts));
    step.hidden = !may_see(tx, call, {lookup.facts ? "graph" : "dataset_version", from});
    trace.steps.push_back(std::move(step));
  }
}

Trace Traces::why(Call const& call, DecisionId const& id) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const decision = parts_.decisions.get(tx, call, id);
    Trace trace{id, {request_step(decision), deployment_step(tx, call, decision)}, false};
    add_lookups(tx, call, decision, trace);
    lineage::Node const start{"deployment", fmt::format("{}@{}", decision.deployment, decision.revision)};
    auto const walk = parts_.lineage.upstream(tx, start);
    trace.truncated = walk.truncated;
    auto const made = made_before(walk, decision.at);
    std::map<lineage::Node, int> place{{start, 1}};
    for (auto const& [edge, depth, hidden] : walk.steps) {
      auto const parent = place.find(edge.to);
      if (parent == place.end() || (edge.at > decision.at && made.contains(edge.to))) continue;
      place.emplace(edge.from, static_cast<int>(trace.steps.size()));
      TraceStep step;
      step.kind = edge.from.kind;
      step.relation = edge.kind;
      step.depth = depth + 1;
      step.parent = parent->second;
      step.hidden = hidden || !may_see(tx, call, edge.from);
      if (!step.hidden) {
        step.name = edge.from.key;
        step.by = edge.by_name;
        step.at = edge.at;
        step.allowed_by = edge.grounds;
        step.facts = describe(tx, call, edge.from);
      }
      trace.steps.push_back(std::move(step));
    }
    return trace;
  });
}

bool Traces::is_live(db::Transaction& tx, lineage::Node const& node) const {
  if (node.kind != "deployment") return false;
  auto const address = access::parse_address(node.key);
  auto const asset = parts_.assets.find(tx, address.asset());
  auto const deployment = asset ? records_.find(tx, *asset) : std::nullopt;
  return deployment && deployment->state == DeploymentState::serving && deployment->current &&
         std::to_string(*deployment->current) == address.version.value_or("");
}

Dependent::Standing Traces::standing(db::Transaction& tx, Call const& call, access::Ground const& ground) {
  Dependent::Standing out{ground, true, ""};
  auto const grant = access::find_grant(tx, access::GrantId(ground.id));
  if (!grant) return {ground, false, "the grant is gone"};
  if (grant->revoked_at) {
    out.since = fmt::format("revoked by {} at {}", grant->revoked_by, to_string(*grant->revoked_at));
    if (!grant->revoke_reason.empty()) out.since += ": " + grant->revoke_reason;
  } else if (grant->expires_at && *grant->expires_at <= call.now()) {
    out.since = "expired at " + to_string(*grant->expires_at);
  }
  out.in_force = out.since.empty();
  return out;
}

/// The nodes that an address means. A graph is read as it is, or by a version, and was made by its commits.
std::vector<lineage::Node> Traces::starts_of(db::Transaction& tx, access::Asset const& asset,
                                             access::Address const& address) const {
  static std::set<std::string> const versioned{"dataset", "model", "graph", "rules", "shapes"};
  std::string const kind = versioned.contains(asset.kind) ? asset.kind + "_version" : asset.kind;
  if (address.version) return {{kind, address.str()}};
  auto start = parts_.lineage.versions(tx, kind, address.str());
  if (asset.kind != "graph") return start;
  start.push_back({"graph", address.str()});
  for (auto& commit : parts_.lineage.versions(tx, "graph_commit", address.str())) start.push_back(std::move(commit));
  return start;
}

Impact Traces::impact(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const asset = parts_.assets.find(tx, address.asset());
    if (!asset || !parts_.authority.may_discover(call, *asset))
      throw not_found(fmt::format("there is no \"{}\"", address.asset().str()));
    bool const owner = is_steward(call, asset->department);
    auto const start = starts_of(tx, *asset, address);
    lineage::Limits limits;
    limits.without = {"decision"};
    auto const walk = parts_.lineage.downstream(tx, start, limits);

    Impact impact{address.str(), {}, walk.truncated};
    auto const grants = grants_on_the_way(walk);
    std::set<lineage::Node> told(start.begin(), start.end());
    for (auto const& [edge, depth, hidden] : walk.steps) {
      if (!told.insert(edge.to).second) continue;
      Dependent dependent{edge.to.kind, edge.to.key, edge.kind, depth, is_live(tx, edge.to), false, {}};
      dependent.hidden = !owner && !may_see(tx, call, edge.to);
      for (auto const& [id, ground] : grants.at(edge.to)) dependent.stands_on.push_back(standing(tx, call, ground));
      impact.dependents.push_back(std::move(dependent));
    }
    return impact;
  });
}

json::Object to_json(Trace const& trace) {
  json::Array steps;
  for (auto const& step : trace.steps) steps.push_back(step_json(step));
  return {{"decision", trace.decision.str()}, {"steps", std::move(steps)}, {"truncated", trace.truncated}};
}

json::Object to_json(Impact const& impact) {
  json::Array dependents;
  std::int64_t live = 0;
  std::int64_t lost = 0;
  for (auto const& dependent : impact.dependents) {
    live += dependent.live ? 1 : 0;
    lost += dependent.live && !dependent.still_allowed() ? 1 : 0;
    dependents.push_back(dependent_json(dependent));
  }
  return {{"address", impact.address},
          {"dependents", std::move(dependents)},
          {"live", live},
          {"live_without_permission", lost},
          {"truncated", impact.truncated}};
}

}  // namespace lepton::serving
