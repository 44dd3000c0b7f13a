#include <fmt/format.h>

#include "base/file.h"
#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kColumns{{"ADDRESS", "address"},     {"STATE", "state"},        {"REVISION", "revision"},
                                   {"MODEL", "current.model"}, {"CHANGED", "changed_at"}, {"BY", "changed_by"},
                                   {"REASON", "reason"}};

Target target_of(std::string const& address, std::string const& verb = "") {
  auto const place = place_of(address);
  return Target("/v1/departments/{}/deployments/{}" + verb, {place.department, place.name});
}

ExitCode set(Invocation& in) {
  json::Object spec{{"model", in.get("model")}};
  for (auto const* name : {"replicas", "max-batch-rows", "max-queued"})
    if (auto const value = in.find(name)) {
      std::string field(name);
      std::replace(field.begin(), field.end(), '-', '_');
      spec[field] = json::parse(*value);
    }
  if (auto const keep = in.find("keep-inputs")) spec["keep_inputs"] = *keep;
  if (auto const lookup = in.find("lookup")) {
    json::Object object{
        {"dataset", *lookup}, {"key", in.get_or("lookup-key", "")}, {"service_account", in.get_or("lookup-as", "")}};
    if (auto const purpose = in.find("lookup-purpose")) object["purpose"] = *purpose;
    spec["lookup"] = std::move(object);
  }
  if (auto const graph = in.find("facts")) {
    auto query = in.get_or("facts-query", "");
    if (query.starts_with('@')) query = read_file(query.substr(1));
    json::Object object{{"graph", *graph},
                        {"query", query},
                        {"input", in.get_or("facts-key", in.get_or("lookup-key", ""))},
                        {"service_account", in.get_or("facts-as", in.get_or("lookup-as", ""))}};
    if (auto const purpose = in.find("facts-purpose")) object["purpose"] = *purpose;
    spec["facts"] = std::move(object);
  }
  auto const answer =
      in.client().put(target_of(in.get("address")),
                      json::Object{{"spec", std::move(spec)}, {"description", in.get_or("description", "")}});
  in.out().changed(answer, kColumns);
  in.out().note(fmt::format("call it: lepton infer {} --input NAME=VALUE …   or POST {}/v2/models/{}/infer",
                            in.get("address"), in.client().connection().url, place_of(in.get("address")).name));
  return ExitCode::ok;
}

ExitCode list(Invocation& in) {
  in.out().list(in.client().list(Target("/v1/deployments").with("department", in.find("department"))),
                {{"ADDRESS", "address"},
                 {"STATE", "state"},
                 {"REVISION", "revision"},
                 {"CHANGED", "changed_at"},
                 {"BY", "changed_by"},
                 {"REASON", "reason"}});
  return ExitCode::ok;
}

ExitCode show(Invocation& in) {
  in.out().item(in.client().get(target_of(in.get("address"))));
  return ExitCode::ok;
}

ExitCode revisions(Invocation& in) {
  in.out().list(in.client().list(target_of(in.get("address"), "/revisions")), {{"REVISION", "revision"},
                                                                               {"STATE", "state"},
                                                                               {"MODEL", "model"},
                                                                               {"BY", "created_by"},
                                                                               {"CREATED", "created_at"},
                                                                               {"REASON", "reason"}});
  return ExitCode::ok;
}

ExitCode rollback(Invocation& in) {
  json::Object body;
  if (auto const revision = in.find("to")) body["revision"] = json::parse(*revision);
  in.out().changed(in.client().post(target_of(in.get("address"), ":rollback"), body), kColumns);
  return ExitCode::ok;
}

ExitCode stop(Invocation& in) {
  in.out().changed(in.client().post(target_of(in.get("address"), ":undeploy")), kColumns);
  return ExitCode::ok;
}

}  // namespace

void add_deploy(std::vector<Command>& commands) {
  auto const address = positional("address", "department/name", "deployment");
  commands.push_back(
      {.noun = "deploy",
       .verb = "set",
       .summary = "Put a model version into service, or switch a deployment to another",
       .arguments = {positional("address", "department/name of the deployment", "deployment"),
                     positional("model", "risk/default-risk@1 or …@production", "model"),
                     option("--replicas", "N", "threads that run the model"),
                     option("--max-batch-rows", "N", "most rows run at once"),
                     option("--max-queued", "N", "requests that may wait"),
                     option("--keep-inputs", "HOW", "automatic, value or digest"),
                     option("--lookup", "ADDRESS", "dataset whose record completes a request"),
                     option("--lookup-key", "COLUMN", "that identifies the record"),
                     option("--lookup-as", "ACCOUNT", "service account whose rights the lookup has"),
                     option("--lookup-purpose", "PURPOSE", "that the lookup declares"),
                     option("--facts", "ADDRESS", "knowledge graph whose facts complete a request"),
                     option("--facts-query", "SPARQL", "SELECT with one row, its variables named like inputs; @FILE"),
                     option("--facts-key", "NAME",
                            "tensor that the query's variable of that name is given by; default: "
                            "the lookup's key"),
                     option("--facts-as", "ACCOUNT",
                            "service account whose rights the query has; default: the lookup's"),
                     option("--facts-purpose", "PURPOSE", "that the query declares"),
                     option("--description", "TEXT", "what it is for")},
       .examples =
           {"lepton deploy set risk/loan-score risk/default-risk@production",
            "lepton deploy set risk/loan-score risk/default-risk@1 --lookup risk/features --lookup-key "
            "customer_id --lookup-as risk/loan-system",
            "lepton deploy set risk/loan-score risk/default-risk@1 --facts risk/exposure --facts-query @facts.rq "
            "--facts-key customer_id --facts-as risk/loan-system --facts-purpose default-risk"},
       .run = set});
  commands.push_back({.noun = "deploy",
                      .verb = "list",
                      .summary = "List deployments",
                      .arguments = {option("--department", "NAME", "whose")},
                      .run = list});
  commands.push_back(
      {.noun = "deploy", .verb = "show", .summary = "Show a deployment", .arguments = {address}, .run = show});
  commands.push_back({.noun = "deploy",
                      .verb = "revisions",
                      .summary = "List what it served, newest first",
                      .arguments = {address},
                      .run = revisions});
  commands.push_back({.noun = "deploy",
                      .verb = "rollback",
                      .summary = "Serve an earlier revision again",
                      .arguments = {address, option("--to", "N", "revision; default the one before")},
                      .run = rollback});
  commands.push_back({.noun = "deploy",
                      .verb = "stop",
                      .summary = "End the service; revisions and decisions stay",
                      .arguments = {address},
                      .run = stop});
}

}  // namespace lepton::cli
