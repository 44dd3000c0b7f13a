#include <fmt/format.h>

#include "base/error.h"
#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kModels{{"ADDRESS", "address"},
                                  {"DESCRIPTION", "description"},
                                  {"LATEST", "latest_version"},
                                  {"TAGS", "tags"},
                                  {"PROTECTED", "protected_aliases"}};
std::vector<Column> const kVersions{{"VERSION", "address"}, {"ALIASES", "aliases"},    {"RUN", "run"},
                                    {"BY", "created_by"},   {"CREATED", "created_at"}, {"DIGEST", "digest"}};
std::vector<Column> const kPromotions{{"ID", "id"},         {"MODEL", "model"},          {"VERSION", "version"},
                                      {"ALIAS", "alias"},   {"STATE", "state"},          {"ASKED BY", "requested_by"},
                                      {"REASON", "reason"}, {"DECIDED BY", "decided_by"}};

Target model(std::string const& address, std::string const& rest = "") {
  auto const place = place_of(address);
  return Target("/v1/departments/{}/models/{}" + rest, {place.department, place.name});
}

/// Where an alias points now, as the ETag that a change of it must name; empty when nowhere.
std::string etag_of_alias(Invocation& in, std::string const& address, std::string const& alias) {
  auto const answer = in.client().get(model(address));
  for (auto const& one : answer.at("aliases").as_array())
    if (one.at("name").as_string() == alias) return fmt::format("\"{}\"", one.at("revision").to_number<std::int64_t>());
  return "";
}

ExitCode list(Invocation& in) {
  in.out().list(in.client().list(Target("/v1/models").with("department", in.find("department"))), kModels);
  return ExitCode::ok;
}

ExitCode show(Invocation& in) {
  auto const place = place_of(in.get("address"));
  if (!place.version.empty()) {
    in.out().item(in.client().get(model(in.get("address"), fmt::format("/versions/{}", place.version))), kVersions);
    return ExitCode::ok;
  }
  auto const answer = in.client().get(model(in.get("address")));
  if (in.out().format() != Format::table) {
    in.out().item(answer);
    return ExitCode::ok;
  }
  in.out().item(answer, kModels);
  if (answer.at("aliases").as_array().empty()) return ExitCode::ok;
  in.out().list(answer.at("aliases").as_array(),
                {{"ALIAS", "name"}, {"VERSION", "version"}, {"SET BY", "set_by"}, {"SET", "set_at"}});
  return ExitCode::ok;
}

ExitCode versions(Invocation& in) {
  in.out().list(in.client().list(model(in.get("address"), "/versions")), kVersions);
  return ExitCode::ok;
}

ExitCode add_version(Invocation& in) {
  json::Object body{{"run", in.get("run")}};
  if (auto const description = in.find("description")) body["description"] = *description;
  in.out().changed(in.client().post(model(in.get("address"), "/versions"), body), kVersions);
  return ExitCode::ok;
}

ExitCode promote(Invocation& in) {
  auto const place = place_of(in.get("address"));
  if (place.version.empty()) throw invalid("say which version: " + in.get("address") + "@1");
  auto const alias = in.get("alias");
  auto const etag = etag_of_alias(in, in.get("address"), alias);
  json::Object body{{"alias", alias}, {"reason", in.get_or("reason", "")}};
  auto const promotion = in.client().post(
      Target("/v1/departments/{}/models/{}/versions/{}:promote", {place.department, place.name, place.version}), body,
      etag);
  in.out().changed(promotion, kPromotions);
  if (promotion.at("state").as_string() == "pending")
    in.out().note(fmt::format("a steward of {} approves it: lepton model approve {}", place.department,
                              std::string_view(promotion.at("id").as_string())));
  return ExitCode::ok;
}

ExitCode promotions(Invocation& in) {
  in.out().list(
      in.client().list(
          Target("/v1/promotions").with("model", in.find("address")).with("department", in.find("department"))),
      kPromotions);
  return ExitCode::ok;
}

std::function<ExitCode(Invocation&)> decide(std::string const& verb) {
  return [verb](Invocation& in) {
    json::Object body;
    if (auto const comment = in.find("comment")) body["comment"] = *comment;
    in.out().changed(in.client().post(Target("/v1/promotions/{}:" + verb, {in.get("promotion")}), body), kPromotions);
    return ExitCode::ok;
  };
}

}  // namespace

void add_model(std::vector<Command>& commands) {
  auto const address = positional("address", "department/name", "model");
  auto const version = positional("address", "department/name@version", "model");
  auto const promotion = positional("promotion", "its id");
  auto const comment = option("--comment", "TEXT", "for the record");
  commands.push_back({.noun = "model",
                      .verb = "list",
                      .summary = "List the models that you may discover",
                      .arguments = {option("--department", "NAME", "whose")},
                      .run = list});
  commands.push_back({.noun = "model",
                      .verb = "show",
                      .summary = "Show a model with its aliases, or a version",
                      .arguments = {address},
                      .run = show});
  commands.push_back({.noun = "model",
                      .verb = "versions",
                      .summary = "List the versions of a model",
                      .arguments = {address},
                      .run = versions});
  commands.push_back(
      {.noun = "model",
       .verb = "register",
       .summary = "Register what a run made as the next version",
       .arguments = {address, positional("run", "finished run"), option("--description", "TEXT", "for people")},
       .run = add_version});
  commands.push_back(
      {.noun = "model",
       .verb = "promote",
       .summary = "Point an alias to a version; a protected one waits for a steward",
       .arguments = {version, positional("alias", "such as production"), option("--reason", "TEXT", "why")},
       .examples = {"lepton model promote risk/default-risk@1 production --reason 'better AUC'"},
       .run = promote});
  commands.push_back({.noun = "model",
                      .verb = "promotions",
                      .summary = "List promotions of a model, or those that wait",
                      .arguments = {optional_positional("address", "department/name", "model"),
                                    option("--department", "NAME", "that decides")},
                      .run = promotions});
  commands.push_back({.noun = "model",
                      .verb = "approve",
                      .summary = "Approve a promotion: the alias moves at once",
                      .arguments = {promotion, comment},
                      .run = decide("approve")});
  commands.push_back({.noun = "model",
                      .verb = "reject",
                      .summary = "Reject a promotion",
                      .arguments = {promotion, comment},
                      .run = decide("reject")});
}

}  // namespace lepton::cli
