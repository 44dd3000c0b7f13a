#include "serving/deployments.h"

#include <fmt/format.h>

#include "base/error.h"
#include "serving/grounds.h"
#include "serving/pinned_reads.h"

namespace lepton::serving {
namespace {

lineage::Node revision_node(Deployment const& deployment, std::int64_t revision) {
  return {"deployment", fmt::format("{}@{}", deployment.address(), revision)};
}

std::string failure_text(Deployment const& deployment, Revision const& revision, std::string const& why) {
  std::string const goes_on = deployment.state == DeploymentState::serving
                                  ? fmt::format("revision {} goes on serving", *deployment.current)
                                  : "nothing is served";
  return fmt::format("revision {} of {} could not be loaded, {}: {}", revision.number, deployment.address(), goes_on,
                     why);
}

json::Object audit_details(Revision const& revision) {
  return {{"revision", revision.number}, {"model", revision.model}, {"model_digest", revision.model_digest}};
}

std::vector<std::string> accounts_of(DeploymentSpec const& spec) {
  std::vector<std::string> accounts;
  if (spec.lookup) accounts.push_back(spec.lookup->service_account);
  if (spec.facts) accounts.push_back(spec.facts->service_account);
  return accounts;
}

void append_all(std::vector<access::Ground>& to, std::vector<access::Ground> const& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Deployment Deployments::get_for(db::Transaction& tx, Call const& call, access::Action action,
                                access::Address const& address, std::vector<access::Ground>* grounds) const {
  auto permit = parts_.authority.require(tx, call, action, address.asset(), "deployment");
  if (grounds != nullptr) *grounds = permit.decision.grounds;
  auto deployment = records_.find(tx, permit.asset);
  if (!deployment) throw not_found(fmt::format("there is no deployment \"{}\"", address.asset().str()));
  return std::move(*deployment);
}

void Deployments::require_may_deploy(db::Transaction& tx, Call const& call, access::Address const& address) const {
  if (parts_.assets.find(tx, address))
    (void)parts_.authority.require(tx, call, access::Action::write, address, "deployment");
  else
    parts_.authority.require_role(call, address.department, "contributor");
}

Deployment Deployments::get_or_create(db::Transaction& tx, Call const& call, access::Address const& address,
                                      std::string const& description, Permits& permits) {
  if (parts_.assets.find(tx, address)) return get_for(tx, call, access::Action::write, address, &permits.write);
  parts_.authority.require_role(call, address.department, "contributor");
  permits.write.push_back({"role", address.department, "contributor of the department " + address.department});
  Deployment deployment;
  deployment.asset = parts_.assets.create(tx, call, "deployment", address, description);
  deployment.changed_by = call.principal.name;
  deployment.changed_at = call.now();
  records_.create(tx, deployment);
  return deployment;
}

Deployments::Prepared Deployments::prepare(db::Transaction& tx, Call const& call, access::Address const& address,
                                           DeploymentSpec const& spec, std::string const& description) {
  Prepared out;
  auto const wanted = access::parse_address(spec.model);
  out.permits.model =
      parts_.authority.require(tx, call, access::Action::serve, wanted.asset(), "model").decision.grounds;
  out.model = parts_.models.resolve(tx, call, wanted);
  append_all(out.permits.model, out.model.grounds);
  require_inputs(spec, out.model.signature);
  out.deployment = get_or_create(tx, call, address, description, out.permits);
  Revision revision;
  revision.model = out.model.version.str();
  revision.model_digest = out.model.digest;
  revision.spec = spec;
  revision.spec.model = revision.model;
  revision.created_by = call.principal.name;
  revision.created_at = call.now();
  revision.grounds = out.permits.model;
  out.revision = records_.append(tx, out.deployment.asset.id, std::move(revision));
  return out;
}

Deployments::Deployed Deployments::deploy(Call const& call, access::Address const& address, DeploymentSpec const& spec,
                                          std::string const& description) {
  if (address.version)
    throw invalid("a deployment is deployed as a whole: leave the version out", {{"/address", "has a version"}});
  validate(spec);
  // Before anything is asked in an account's name, or who may not deploy could find out what it sees.
  if (spec.lookup || spec.facts)
    parts_.database.read(call, [&](db::Transaction& tx) { require_may_deploy(tx, call, address); });
  auto pinned = pin_reads(call, address, spec, parts_.service_calls, parts_.records, parts_.facts);
  auto const gate = gate_of(address);
  std::lock_guard const one_at_a_time(*gate);
  auto prepared = parts_.database.write(
      call, [&](db::Transaction& tx) { return prepare(tx, call, address, pinned.spec, description); });
  prepared.permits.lookup = std::move(pinned.lookup);
  prepared.permits.facts = std::move(pinned.facts);
  return activate(call, std::move(prepared), "deployment.deploy");
}

Deployments::Deployed Deployments::rollback(Call const& call, access::Address const& address,
                                            std::optional<std::int64_t> revision) {
  auto const gate = gate_of(address);
  std::lock_guard const one_at_a_time(*gate);
  auto prepared = parts_.database.read(call, [&](db::Transaction& tx) {
    Prepared out;
    out.deployment = get_for(tx, call, access::Action::write, address, &out.permits.write);
    auto const current = out.deployment.current.value_or(0);
    std::optional<Revision> target;
    for (auto const& candidate : records_.revisions(tx, out.deployment.asset.id)) {
      bool const wanted = revision ? candidate.number == *revision
                                   : candidate.number < current && candidate.state == RevisionState::ready;
      if (wanted && !target) target = candidate;
    }
    if (!target)
      throw not_found(revision ? fmt::format("{} has no revision {}", address.asset().str(), *revision)
                               : fmt::format("{} has no earlier revision that was ready", address.asset().str()));
    out.revision = std::move(*target);
    for (auto const& account : accounts_of(out.revision.spec))
      if (parts_.service_calls != nullptr) parts_.service_calls->require_acting(call, account);
    auto const model = access::parse_address(out.revision.model);
    out.permits.model =
        parts_.authority.require(tx, call, access::Action::serve, model.asset(), "model").decision.grounds;
    out.model = parts_.models.resolve(tx, call, model);
    append_all(out.permits.model, out.model.grounds);
    return out;
  });
  return activate(call, std::move(prepared), "deployment.rollback");
}

std::shared_ptr<LoadedRevision const> Deployments::load_or_fail(Call const& call, Prepared const& prepared) {
  std::string reason;
  try {
    return parts_.fleet.load(call, parts_.models, prepared.deployment.asset.id, prepared.revision, prepared.model);
  } catch (Error const& error) {
    reason = error.what();
  } catch (std::exception const&) {
    reason = "the model could not be loaded";
  }
  record_failure(call, prepared, reason);
  throw conflict(failure_text(prepared.deployment, prepared.revision, reason)).with_reason("load_failed");
}

void Deployments::record_failure(Call const& call, Prepared prepared, std::string const& reason) {
  parts_.log.warn("revision could not be loaded",
                  {{"deployment", prepared.deployment.asset.id.str()}, {"reason", reason}});
  parts_.database.write(call, [&](db::Transaction& tx) {
    prepared.revision.reason = reason;
    if (prepared.revision.state == RevisionState::loading) {
      prepared.revision.state = RevisionState::failed;
      records_.set_state(tx, prepared.deployment.asset.id, prepared.revision);
    }
    prepared.deployment.reason = failure_text(prepared.deployment, prepared.revision, reason);
    records_.update(tx, prepared.deployment);
    auto details = audit_details(prepared.revision);
    details["failed"] = reason;
    parts_.audit.append(
        tx, call, {"deployment.fail", prepared.deployment.address(), true, prepared.permits.model, std::move(details)});
  });
}

Deployments::Deployed Deployments::activate(Call const& call, Prepared prepared, std::string const& action) {
  if (call.validate_only) return {prepared.deployment, prepared.revision};
  auto const loaded = load_or_fail(call, prepared);
  parts_.database.write(call, [&](db::Transaction& tx) {
    auto& deployment = prepared.deployment;
    prepared.revision.state = RevisionState::ready;
    prepared.revision.reason.clear();
    records_.set_state(tx, deployment.asset.id, prepared.revision);
    deployment.state = DeploymentState::serving;
    deployment.current = prepared.revision.number;
    deployment.reason.clear();
    deployment.changed_by = call.principal.name;
    deployment.changed_at = call.now();
    records_.update(tx, deployment);
    auto const node = revision_node(deployment, prepared.revision.number);
    parts_.lineage.record(tx, call, {"model_version", prepared.revision.model}, node, "deployed",
                          prepared.permits.model);
    if (auto const& lookup = prepared.revision.spec.lookup)
      parts_.lineage.record(tx, call, {"dataset_version", lookup->dataset}, node, "looked_up", prepared.permits.lookup);
    if (auto const& facts = prepared.revision.spec.facts) {
      bool const pinned = access::parse_address(facts->graph).version.has_value();
      parts_.lineage.record(tx, call, {pinned ? "graph_version" : "graph", facts->graph}, node, "looked_up",
                            prepared.permits.facts);
    }
    auto grounds = prepared.permits.write;
    append_all(grounds, prepared.permits.model);
    parts_.audit.append(tx, call, {action, deployment.address(), true, grounds, audit_details(prepared.revision)});
  });
  parts_.fleet.put(prepared.deployment.asset, loaded);
  return {std::move(prepared.deployment), std::move(prepared.revision)};
}

Deployment Deployments::undeploy(Call const& call, access::Address const& address) {
  auto const gate = gate_of(address);
  std::lock_guard const one_at_a_time(*gate);
  auto deployment = parts_.database.write(call, [&](db::Transaction& tx) {
    std::vector<access::Ground> grounds;
    auto changed = get_for(tx, call, access::Action::write, address, &grounds);
    if (changed.state == DeploymentState::stopped)
      throw conflict(fmt::format("{} is not serving", changed.address())).with_reason("not_serving");
    changed.state = DeploymentState::stopped;
    changed.changed_by = call.principal.name;
    changed.changed_at = call.now();
    records_.update(tx, changed);
    parts_.audit.append(tx, call,
                        {"deployment.undeploy", changed.address(), true, grounds, {{"revision", *changed.current}}});
    return changed;
  });
  if (!call.validate_only) parts_.fleet.put_unavailable(deployment.asset, "it has been taken out of service");
  return deployment;
}

Deployment Deployments::get(Call const& call, access::Address const& address) const {
  return parts_.database.read(
      call, [&](db::Transaction& tx) { return get_for(tx, call, access::Action::discover, address); });
}

std::vector<Deployment> Deployments::list(Call const& call, std::string const& department) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    std::vector<Deployment> out;
    for (auto const& asset : parts_.assets.list(tx, "deployment", department)) {
      if (!parts_.authority.may_discover(call, asset)) continue;
      if (auto deployment = records_.find(tx, asset)) out.push_back(std::move(*deployment));
    }
    return out;
  });
}

std::vector<Revision> Deployments::revisions(Call const& call, access::Address const& address) const {
  return parts_.database.read(call, [&](db::Transaction& tx) {
    auto const deployment = get_for(tx, call, access::Action::read, address);
    return records_.revisions(tx, deployment.asset.id);
  });
}

void Deployments::recover(Call const& call) {
  parts_.database.write(call, [&](db::Transaction& tx) {
    std::ignore = records_.fail_unfinished(tx, "the server stopped while it was loading; deploy again");
  });
}

void Deployments::load_all(Call const& call) {
  auto const assets =
      parts_.database.read(call, [&](db::Transaction& tx) { return parts_.assets.list(tx, "deployment"); });
  for (auto const& asset : assets) {
    auto const gate = gate_of(asset.address());
    std::lock_guard const one_at_a_time(*gate);
    try {
      load_one(call, asset);
    } catch (std::exception const& error) {
      parts_.log.error("deployment could not be loaded", {{"deployment", asset.id.str()}, {"reason", error.what()}});
      auto const serving = parts_.fleet.find(asset.id);
      if (!serving || !serving->loaded) parts_.fleet.put_unavailable(asset, error.what());
    }
  }
}

void Deployments::load_one(Call const& call, access::Asset const& asset) {
  auto const serving = parts_.fleet.find(asset.id);
  auto const [deployment, revision, model] = parts_.database.read(call, [&](db::Transaction& tx) {
    std::tuple<std::optional<Deployment>, std::optional<Revision>, std::optional<ServableModel>> out;
    auto& [a_deployment, a_revision, a_model] = out;
    a_deployment = records_.find(tx, asset);
    if (!a_deployment || a_deployment->state != DeploymentState::serving) return out;
    a_revision = records_.find_revision(tx, asset.id, *a_deployment->current);
    bool const there = serving && serving->loaded && serving->loaded->revision.number == *a_deployment->current;
    if (a_revision && !there) a_model = parts_.models.resolve(tx, call, access::parse_address(a_revision->model));
    return out;
  });
  if (!deployment || deployment->state != DeploymentState::serving) {
    if (!serving || serving->loaded) parts_.fleet.put_unavailable(asset, "it is not in service");
  } else if (model) {
    parts_.fleet.put(asset, parts_.fleet.load(call, parts_.models, asset.id, *revision, *model));
  } else if (serving->asset.revision != asset.revision) {
    parts_.fleet.put(asset, serving->loaded);
  }
}

std::shared_ptr<std::mutex> Deployments::gate_of(access::Address const& address) {
  auto gates = gates_.lock();
  auto& gate = (*gates)[address.asset().str()];
  if (!gate) gate = std::make_shared<std::mutex>();
  return gate;
}

}  // namespace lepton::serving
