#include "models/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "models/registry_rows.h"
#include "models/run_rows.h"

namespace lepton::models {
namespace {

constexpr std::string_view signature_file = "signature.json";

Artifact const& require_artifact(Run const& run, std::string_view path) {
  for (auto const& artifact : run.artifacts)
    if (artifact.path == path) return artifact;
  throw invalid(fmt::format("the run left no '{}': there is nothing to register", path));
}

void require_model(Run const& run) {
  auto const serves = [](Artifact const& artifact) {
    return std::find(model_files.begin(), model_files.end(), artifact.path) != model_files.end();
  };
  if (std::none_of(run.artifacts.begin(), run.artifacts.end(), serves))
    throw invalid("the run left no 'model.json' or 'model.bin': there is nothing to register");
}

/// What decides a version, and nothing else: not who, when or under which name.
std::vector<Leaf> leaves_of(Run const& run) {
  std::vector<Leaf> leaves;
  auto const add = [&](std::string name, json::Value const& value) {
    leaves.push_back({std::move(name), sha256(json::write_canonical(value)).hex()});
  };
  for (auto const& artifact : run.artifacts) leaves.push_back({"artifact/" + artifact.path, artifact.digest});
  for (auto const& data : run.data)
    leaves.push_back({"data/" + data.address, data.digest.empty() ? sha256(data.address).hex() : data.digest});
  add("params", lepton::to_json(run.params));
  if (run.seed) add("seed", *run.seed);
  if (!run.recipe.empty()) add("recipe", run.recipe);
  if (!run.environment.empty()) add("environment", run.environment);
  return leaves;
}

void require_aliases(std::set<std::string> const& aliases) {
  for (auto const& alias : aliases)
    if (!is_alias(alias))
      throw invalid(fmt::format("'{}' is no alias: a name of letters, digits, '-', '_' and '.', not a number and not "
                                "'latest'",
                                alias),
                    {{"/protected_aliases", "holds a name that is no alias"}});
}

/// Tags of what was read pass on to what was made of it (design.md §4), until somebody entitled removes them.
void pass_tags_on(db::Transaction& tx, Call const& call, access::Assets& assets, Run const& run,
                  access::Asset const& model) {
  std::set<std::string> tags;
  for (auto const& data : run.data)
    if (auto const dataset = assets.find(tx, access::parse_address(data.address).asset()))
      tags.insert(dataset->tags.begin(), dataset->tags.end());
  for (auto const& tag : model.tags) tags.erase(tag);
  if (!tags.empty()) assets.add_tags(tx, call, model.id, tags);
}

}  // namespace

ModelVersion resolve_version(db::Transaction& tx, access::Asset const& model,
                             std::optional<std::string> const& version) {
  auto const address = model.address().str();
  std::int64_t number = 0;
  if (!version || *version == "latest") {
    number = read_model(tx, model).latest;
    if (number == 0) throw not_found(fmt::format("model {} has no versions yet", address));
  } else if (is_alias(*version)) {
    auto const alias = find_alias(tx, model.id, *version);
    if (!alias) throw not_found(fmt::format("model {} has no alias '{}'", address, *version));
    number = alias->version;
  } else {
    std::from_chars(version->data(), version->data() + version->size(), number);
  }
  auto found = find_version(tx, model, number);
  if (!found) throw not_found(fmt::format("model {} has no version {}", address, *version));
  return *std::move(found);
}

access::Asset Registry::ensure(db::Transaction& tx, Call const& call, NewModel const& model) const {
  auto const address = access::parse_address(model.address).asset();
  require_aliases(model.protected_aliases);
  auto const asset = assets_.create(tx, call, "model", address, model.description);
  insert_model(tx, asset.id, model.protected_aliases);
  audit_.append(tx, call, {.action = "model.create", .subject = address.str()});
  return asset;
}

Model Registry::create(Call const& call, NewModel const& model) {
  return database_.write(call, [&](db::Transaction& tx) {
    authority_.require_role(call, access::parse_address(model.address).department, "contributor");
    return read_model(tx, ensure(tx, call, model));
  });
}

Model Registry::get(Call const& call, access::Address const& address) const {
  return database_.read(call, [&](db::Transaction& tx) {
    return read_model(tx, authority_.require(tx, call, access::Action::discover, address, "model").asset);
  });
}

std::vector<Model> Registry::list(Call const& call, std::string const& department) const {
  return database_.read(call, [&](db::Transaction& tx) {
    std::vector<Model> models;
    for (auto const& asset : assets_.list(tx, "model", department))
      if (authority_.may_discover(call, asset)) models.push_back(read_model(tx, asset));
    return models;
  });
}

Model Registry::protect(Call const& call, access::Address const& address, std::set<std::string> const& aliases,
                        std::int64_t revision) {
  require_aliases(aliases);
  return database_.write(call, [&](db::Transaction& tx) {
    auto const permit = authority_.require(tx, call, access::Action::share, address, "model");
    auto asset = permit.asset;
    asset.revision = revision;
    assets_.update(tx, call, asset);  // refuses a revision that is no longer the one in force
    set_protected_aliases(tx, asset.id, aliases);
    audit_.append(tx, call,
                  {.action = "model.protect",
                   .subject = address.asset().str(),
                   .grounds = permit.decision.grounds,
                   .details = {{"aliases", lepton::to_json(aliases)}}});
    return read_model(tx, assets_.find(tx, asset.id).value());
  });
}

void Registry::may_register(db::Transaction& tx, Call const& call, access::Address const& model) const {
  if (assets_.find(tx, model.asset())) {
    (void)authority_.require(tx, call, access::Action::write, model, "model");
  } else {
    authority_.require_role(call, model.department, "contributor");
  }
}

ModelVersion Registry::add_version(Call const& call, NewVersion const& version) {
  return database_.write(call, [&](db::Transaction& tx) {
    may_register(tx, call, access::parse_address(version.model));
    auto const experiment = find_experiment_of(tx, version.run);
    auto const asset = experiment ? assets_.find(tx, *experiment) : std::nullopt;
    if (!asset || !authority_.may_discover(call, *asset))
      throw not_found("there is no run '" + version.run.str() + "', or you may not see it");
    (void)authority_.require(tx, call, access::Action::read, asset->address(), "experiment");
    return add_version(tx, call, version);
  });
}

ModelVersion Registry::add_version(db::Transaction& tx, Call const& call, NewVersion const& request) {
  auto const address = access::parse_address(request.model).asset();
  auto run = find_run(tx, request.run).value();
  read_details(tx, run);
  if (run.status != RunStatus::finished)
    throw conflict(fmt::format("the run is {}: only what a finished run left is registered", enum_name(run.status)))
        .with_reason("run_not_finished");
  require_model(run);
  auto const& signature = require_artifact(run, signature_file);
  auto found = assets_.find(tx, address);
  if (found && found->kind != "model")
    throw conflict(fmt::format("{} is a {}, not a model", address.str(), found->kind));
  auto const model = found ? *found : ensure(tx, call, {address.str(), "", {"production"}});

  ModelVersion version;
  version.run = run.id;
  version.leaves = leaves_of(run);
  version.digest = merkle_root(version.leaves).hex();
  version.signature = json::parse(blobs_.get(call, find_digest(signature.digest).value())).as_object();
  version.description = request.description;
  version.created_by = call.principal.name;
  version.created_at = call.now();
  auto const inserted = insert_version(tx, model.id, version, call.principal.id);
  version = find_version(tx, model, inserted.number).value();
  lineage_.record(tx, call, node_of(run.id), node_of(version), "registered");
  pass_tags_on(tx, call, assets_, run, model);
  if (inserted.is_new)
    audit_.append(tx, call,
                  {.action = "model.register",
                   .subject = version.address.str(),
                   .details = {{"run", run.id.str()}, {"digest", version.digest}}});
  return version;
}

ModelVersion Registry::version(Call const& call, access::Address const& address) const {
  return database_.read(call, [&](db::Transaction& tx) {
    auto const permit = authority_.require(tx, call, access::Action::discover, address, "model");
    return resolve_version(tx, permit.asset, address.version);
  });
}

std::vector<ModelVersion> Registry::versions(Call const& call, access::Address const& model) const {
  return database_.read(call, [&](db::Transaction& tx) {
    return list_versions(tx, authority_.require(tx, call, access::Action::discover, model, "model").asset);
  });
}

std::string Registry::artifact(Call const& call, access::Address const& address, std::string const& path) const {
  auto const version = database_.read(call, [&](db::Transaction& tx) {
    auto const permit = authority_.require(tx, call, access::Action::read, address, "model");
    return resolve_version(tx, permit.asset, address.version);
  });
  auto const digest = version.find_artifact(path);
  if (!digest) throw not_found(fmt::format("{} has no artifact '{}'", version.address.str(), path));
  return blobs_.get(call, *digest);
}

Registry::Servable Registry::resolve(db::Transaction& tx, access::Address const& address) const {
  auto const asset = assets_.find(tx, address.asset());
  if (!asset || asset->kind != "model") throw not_found(fmt::format("there is no model '{}'", address.asset().str()));
  Servable servable{resolve_version(tx, *asset, address.version), asset->tags, {}};
  for (auto const& promotion : list_promotions(tx, asset->id))
    if (promotion.version == servable.version.number && promotion.state == PromotionState::approved)
      servable.grounds.push_back(ground_of(promotion));
  return servable;
}

std::string Registry::servable_artifact(Call const& call, ModelVersion const& version) const {
  std::optional<Digest> found;
  for (auto const file : model_files)
    if (!found) found = version.find_artifact(std::string(file));
  return blobs_.get(call, found.value());
}

}  // namespace lepton::models
