#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/yaml.h"
#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kColumns{{"NAME", "name"},         {"SELECTS", "policy.selector"},
                                   {"TO", "policy.to"},      {"EFFECT", "policy.effect"},
                                   {"REVISION", "revision"}, {"UPDATED BY", "updated_by"}};

// What stands in an effect, without what it leaves alone. An empty list of purposes means any.
json::Object effect_of(json::Value const& effect) {
  json::Object shown;
  for (auto const& [key, value] : effect.as_object()) {
    bool const any_purpose = key == "require_purpose" && value.is_array() && value.get_array().empty();
    if (any_purpose)
      shown[key] = "any";
    else if (!(value.is_number() && value.to_number<std::int64_t>() == 0) && !(value.is_bool() && !value.get_bool()))
      shown[key] = value;
  }
  return shown;
}

json::Value for_people(Invocation const& in, json::Value policy) {
  if (in.out().format() == Format::table)
    policy.at("policy").as_object()["effect"] = effect_of(policy.at("policy").at("effect"));
  return policy;
}

Target target_of(Place const& place) {
  return Target("/v1/departments/{}/policies/{}", {place.department, place.name});
}

ExitCode set(Invocation& in) {
  auto const place = place_of(in.get("policy"));
  auto const documents = parse_yaml(read_file(in.get("file")), in.get("file"));
  if (documents.size() != 1) throw invalid("the file must hold one policy");
  std::string etag = in.get_or("if-match", "");
  if (etag.empty() && in.has("replace")) {
    in.client().get(target_of(place));
    etag = in.client().etag();
  }
  in.out().changed(for_people(in, in.client().put(target_of(place), json::Object{{"policy", documents[0]}}, etag)),
                   kColumns);
  return ExitCode::ok;
}

ExitCode show(Invocation& in) {
  auto const policy = in.client().get(target_of(place_of(in.get("policy"))));
  in.out().item(for_people(in, policy), {{"name", "name"},
                                         {"department", "department"},
                                         {"description", "policy.description"},
                                         {"selector", "policy.selector"},
                                         {"to", "policy.to"},
                                         {"except", "policy.except"},
                                         {"effect", "policy.effect"},
                                         {"revision", "revision"},
                                         {"updated_by", "updated_by"},
                                         {"updated_at", "updated_at"}});
  in.out().note(fmt::format("ETag {}", in.client().etag()));
  return ExitCode::ok;
}

ExitCode list(Invocation& in) {
  auto policies = in.client().list(Target("/v1/departments/{}/policies", {in.get("department")}));
  for (auto& policy : policies) policy = for_people(in, std::move(policy));
  in.out().list(policies, kColumns);
  return ExitCode::ok;
}

ExitCode remove(Invocation& in) {
  auto const place = place_of(in.get("policy"));
  std::string etag = in.get_or("if-match", "");
  if (etag.empty()) {
    in.client().get(target_of(place));
    etag = in.client().etag();
  }
  in.client().remove(target_of(place), etag);
  return ExitCode::ok;
}

ExitCode explain(Invocation& in) {
  auto const answer = in.client().get(
      Target("/v1/access:explain").with("address", in.get("address")).with("action", in.find("action")));
  in.out().item(answer);
  return answer.at("allowed").as_bool() ? ExitCode::ok : ExitCode::denied;
}

}  // namespace

void add_policy(std::vector<Command>& commands) {
  auto const if_match = option("--if-match", "ETAG", "the ETag you read; fails when somebody was faster");
  commands.push_back(
      {.noun = "policy",
       .verb = "set",
       .summary = "Create or change a policy from a YAML file",
       .arguments = {positional("policy", "department/name"), required_option("-f,--file", "FILE", "the policy"),
                     if_match, flag("--replace", "change it, whatever stands there now")},
       .examples = {"lepton policy set banking/share -f share.yaml",
                    "lepton policy set banking/share -f share.yaml --if-match '\"3\"'"},
       .run = set});
  commands.push_back({.noun = "policy",
                      .verb = "show",
                      .summary = "Show a policy and its ETag",
                      .arguments = {positional("policy", "department/name")},
                      .run = show});
  commands.push_back({.noun = "policy",
                      .verb = "list",
                      .summary = "List the policies of a department",
                      .arguments = {positional("department", "name, or platform")},
                      .run = list});
  commands.push_back({.noun = "policy",
                      .verb = "remove",
                      .summary = "Remove a policy",
                      .arguments = {positional("policy", "department/name"), if_match},
                      .run = remove});
  commands.push_back(
      {.noun = "policy",
       .verb = "explain",
       .summary = "Say what you may do with an asset, and why",
       .arguments = {positional("address", "department/name", "*"), option("--action", "ACTION", "default read")},
       .examples = {"lepton policy explain banking/customers --action train --purpose default-risk"},
       .run = explain});
}

}  // namespace lepton::cli
