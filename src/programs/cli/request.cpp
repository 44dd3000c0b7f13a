#include <fmt/format.h>

#include "base/error.h"
#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kColumns{
    {"ID", "id"},           {"STATE", "state"},     {"REQUESTER", "requester"}, {"FOR", "subject"}, {"PATH", "path"},
    {"ACTIONS", "actions"}, {"PURPOSE", "purpose"}, {"ASKED FOR", "valid_for"}, {"MASKS", "masks"}, {"GRANT", "grant"}};

json::Array words(std::string const& text) {
  json::Array list;
  for (std::size_t at = 0; at <= text.size();) {
    auto const comma = std::min(text.find(',', at), text.size());
    if (comma > at) list.emplace_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return list;
}

ExitCode create(Invocation& in) {
  auto const& purpose = in.client().connection().purpose;
  if (purpose.empty()) throw invalid("say what for: --purpose PURPOSE");
  json::Object body{{"path", in.get("address")},
                    {"actions", words(in.get_or("actions", "read"))},
                    {"purpose", purpose},
                    {"reason", in.get_or("reason", "for " + purpose)},
                    {"masks", masks_of(in)}};
  if (auto const subject = in.find("for")) body["subject"] = *subject;
  if (auto const duration = in.find("valid-for")) body["valid_for"] = *duration;
  if (in.has("draft")) body["draft"] = true;
  auto const request = in.client().post(Target("/v1/requests"), body);
  in.out().changed(request, kColumns);
  in.out().note(
      fmt::format("see how it stands: lepton request show {}", std::string_view(request.at("id").as_string())));
  return ExitCode::ok;
}

ExitCode list(Invocation& in) {
  in.out().list(in.client().list(Target("/v1/requests")
                                     .with("department", in.find("department"))
                                     .with("state", in.find("state"))
                                     .with("path", in.find("path"))),
                kColumns);
  return ExitCode::ok;
}

ExitCode show(Invocation& in) {
  auto const request = in.client().get(Target("/v1/requests/{}", {in.get("request")}));
  in.out().item(request);
  return request.at("state").as_string() == "pending" ? ExitCode::pending : ExitCode::ok;
}

ExitCode approve(Invocation& in) {
  json::Object trim;
  if (auto masks = masks_of(in); !masks.empty()) trim["masks"] = std::move(masks);
  if (auto const duration = in.find("valid-for")) trim["valid_for"] = *duration;
  if (auto const actions = in.find("actions")) trim["actions"] = words(*actions);
  auto const request = in.client().post(Target("/v1/requests/{}:approve", {in.get("request")}),
                                        json::Object{{"comment", in.get_or("comment", "")}, {"trim", std::move(trim)}});
  in.out().changed(request, kColumns);
  if (request.at("state").as_string() == "pending") {
    in.out().note("another steward must approve it too");
    return ExitCode::pending;
  }
  // What became live may be less than what was asked for.
  if (in.out().format() == Format::table)
    in.out().changed(in.client().get(Target("/v1/grants/{}", {std::string(request.at("grant").as_string())})),
                     {{"GIVEN", "path"},
                      {"TO", "subject"},
                      {"ACTIONS", "actions"},
                      {"PURPOSE", "purpose"},
                      {"MASKS", "masks"},
                      {"UNTIL", "expires_at"}});
  return ExitCode::ok;
}

ExitCode reject(Invocation& in) {
  in.out().changed(in.client().post(Target("/v1/requests/{}:reject", {in.get("request")}),
                                    json::Object{{"reason", in.get("reason")}}),
                   kColumns);
  return ExitCode::ok;
}

ExitCode cancel(Invocation& in) {
  in.out().changed(in.client().post(Target("/v1/requests/{}:cancel", {in.get("request")})), kColumns);
  return ExitCode::ok;
}

ExitCode submit(Invocation& in) {
  in.out().changed(in.client().post(Target("/v1/requests/{}:submit", {in.get("request")})), kColumns);
  return ExitCode::ok;
}

}  // namespace

void add_request(std::vector<Command>& commands) {
  auto const id = positional("request", "its id");
  auto const mask = repeated(option("--mask", "COLUMN[=MASK]", "column to hide; default mask replace-with-null"));
  commands.push_back(
      {.noun = "data",
       .verb = "request",
       .summary = "Ask the owner for access (--purpose says what for)",
       .arguments = {positional("address", "department/name", "*"),
                     option("--actions", "LIST", "read, train, …; default read"),
                     option("--reason", "TEXT", "why, for the owner"),
                     option("--for", "SUBJECT",
                            "who gets it: default you; department:risk, service_account:risk/loan-system"),
                     option("--valid-for", "DURATION", "how long; default 90d"), mask, flag("--draft", "keep it back")},
       .examples = {"lepton data request banking/customers --purpose default-risk --actions read,train --for "
                    "department:risk --reason 'default model'"},
       .run = create});
  commands.push_back(
      {.noun = "request",
       .verb = "list",
       .summary = "List requests you made or may decide",
       .arguments = {option("--department", "NAME", "that decides"), option("--state", "STATE", "such as pending"),
                     option("--path", "ADDRESS", "what is asked for")},
       .examples = {"lepton request list --state pending"},
       .run = list});
  commands.push_back({.noun = "request",
                      .verb = "show",
                      .summary = "Show a request; exit code 8 while it is pending",
                      .arguments = {id},
                      .run = show});
  commands.push_back(
      {.noun = "request",
       .verb = "approve",
       .summary = "Approve, as asked or with less; the grant is live at once",
       .arguments = {id, option("--comment", "TEXT", "for the record"), mask,
                     option("--valid-for", "DURATION", "a shorter time"), option("--actions", "LIST", "fewer actions")},
       .examples = {"lepton request approve REQUEST --mask name --mask phone=show-last-4 --valid-for 90d"},
       .run = approve});
  commands.push_back({.noun = "request",
                      .verb = "reject",
                      .summary = "Reject, with a reason",
                      .arguments = {id, required_option("--reason", "TEXT", "for the requester")},
                      .run = reject});
  commands.push_back(
      {.noun = "request", .verb = "cancel", .summary = "Take your request back", .arguments = {id}, .run = cancel});
  commands.push_back(
      {.noun = "request", .verb = "submit", .summary = "Send a draft to the owner", .arguments = {id}, .run = submit});
}

}  // namespace lepton::cli
