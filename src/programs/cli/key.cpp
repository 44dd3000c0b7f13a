#include <fmt/format.h>

#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kColumns{
    {"ID", "id"},         {"PREFIX", "prefix"},      {"NAME", "name"},          {"FOR", "principal"},
    {"SCOPES", "scopes"}, {"CREATED", "created_at"}, {"EXPIRES", "expires_at"}, {"REVOKED", "revoked_at"}};

void show_secret(Invocation const& in, json::Value const& issued) {
  in.out().item(issued);
  in.out().note("Keep the token now: it is not shown again. Send it as  Authorization: Bearer TOKEN");
}

ExitCode create(Invocation& in) {
  json::Object body{{"name", in.get("name")}, {"scopes", json::Array{}}};
  for (auto const& scope : in.all("scope")) body["scopes"].get_array().emplace_back(scope);
  if (auto const principal = in.find("for")) body["principal"] = *principal;
  if (auto const duration = in.find("valid-for")) body["valid_for"] = *duration;
  show_secret(in, in.client().post(Target("/v1/keys"), body));
  return ExitCode::ok;
}

ExitCode list(Invocation& in) {
  in.out().list(in.client().list(Target("/v1/keys").with("principal", in.find("for"))), kColumns);
  return ExitCode::ok;
}

ExitCode rotate(Invocation& in) {
  json::Object body;
  if (auto const overlap = in.find("overlap")) body["overlap"] = *overlap;
  show_secret(in, in.client().post(Target("/v1/keys/{}:rotate", {in.get("key")}), body));
  return ExitCode::ok;
}

ExitCode revoke(Invocation& in) {
  in.client().remove(Target("/v1/keys/{}", {in.get("key")}));
  in.out().note("revoked: its next call fails");
  return ExitCode::ok;
}

}  // namespace

void add_key(std::vector<Command>& commands) {
  commands.push_back(
      {.noun = "key",
       .verb = "create",
       .summary = "Create an API key; its token is shown once",
       .arguments = {positional("name", "for people, such as loan-system"),
                     option("--for", "PRINCIPAL", "service account such as risk/loan-system; default yourself"),
                     repeated(option("--scope", "ACTION[:PATH]", "limit it, such as serve:risk/loan-score")),
                     option("--valid-for", "DURATION", "such as 90d")},
       .examples = {"lepton key create loan-system --for risk/loan-system --scope 'serve:risk/*' --valid-for 90d"},
       .run = create});
  commands.push_back({.noun = "key",
                      .verb = "list",
                      .summary = "List keys, without their secrets",
                      .arguments = {option("--for", "PRINCIPAL", "whose; default your own")},
                      .run = list});
  commands.push_back({.noun = "key",
                      .verb = "rotate",
                      .summary = "Replace a key; both work for a while",
                      .arguments = {positional("key", "its id"), option("--overlap", "DURATION", "default 24h")},
                      .examples = {"lepton key rotate KEY --overlap 1h"},
                      .run = rotate});
  commands.push_back({.noun = "key",
                      .verb = "revoke",
                      .summary = "Revoke a key",
                      .arguments = {positional("key", "its id")},
                      .run = revoke});
}

}  // namespace lepton::cli
