#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kColumns{{"ID", "id"},
                                   {"SUBJECT", "subject"},
                                   {"ACTIONS", "actions"},
                                   {"PATH", "path"},
                                   {"PURPOSE", "purpose"},
                                   {"MASKS", "masks"},
                                   {"UNTIL", "expires_at"},
                                   {"BY", "granted_by"},
                                   {"REVOKED", "revoked_at"}};

json::Array words(std::vector<std::string> const& texts) {
  json::Array list;
  for (auto const& text : texts) list.emplace_back(text);
  return list;
}

ExitCode create(Invocation& in) {
  json::Object body{{"subject", in.get("subject")}, {"path", in.get("path")}, {"actions", words(in.all("action"))}};
  if (!in.client().connection().purpose.empty()) body["purpose"] = in.client().connection().purpose;
  if (auto const until = in.find("until")) body["expires_at"] = *until;
  body["masks"] = masks_of(in);
  in.out().changed(in.client().post(Target("/v1/grants"), body), kColumns);
  return ExitCode::ok;
}

ExitCode list(Invocation& in) {
  in.out().list(in.client().list(Target("/v1/grants")
                                     .with("path", in.find("path"))
                                     .with("subject", in.find("subject"))
                                     .with("all", in.has("all") ? "true" : "")),
                kColumns);
  return ExitCode::ok;
}

ExitCode show(Invocation& in) {
  in.out().item(in.client().get(Target("/v1/grants/{}", {in.get("grant")})));
  return ExitCode::ok;
}

ExitCode revoke(Invocation& in) {
  auto const grant = in.client().post(Target("/v1/grants/{}:revoke", {in.get("grant")}),
                                      json::Object{{"reason", in.get_or("reason", "")}});
  in.out().changed(grant, kColumns);
  in.out().note("what stands on it: lepton data impact " + std::string(grant.at("path").as_string()));
  return ExitCode::ok;
}

}  // namespace

void add_grant(std::vector<Command>& commands) {
  commands.push_back(
      {.noun = "grant",
       .verb = "create",
       .summary = "Give access without a request (--purpose binds it to one)",
       .arguments = {positional("subject", "user:ben, department:risk, service_account:…, group:…, everyone"),
                     positional("path", "banking/customers or banking/*", "*"),
                     repeated(required_option("--action", "ACTION", "read, train, serve, …")),
                     repeated(option("--mask", "COLUMN[=MASK]", "column to hide")),
                     option("--until", "TIME", "when it ends, such as 2027-01-31")},
       .examples = {"lepton grant create department:risk banking/customers --action read --action train "
                    "--purpose default-risk"},
       .run = create});
  commands.push_back(
      {.noun = "grant",
       .verb = "list",
       .summary = "List grants you gave, have, or audit",
       .arguments = {option("--path", "ADDRESS", "that cover this asset"),
                     option("--subject", "SUBJECT", "of this subject"), flag("--all", "also ended ones")},
       .examples = {"lepton grant list --path banking/customers"},
       .run = list});
  commands.push_back({.noun = "grant",
                      .verb = "show",
                      .summary = "Show a grant",
                      .arguments = {positional("grant", "its id")},
                      .run = show});
  commands.push_back({.noun = "grant",
                      .verb = "revoke",
                      .summary = "Take a grant back: new queries and jobs fail at once",
                      .arguments = {positional("grant", "its id"), option("--reason", "TEXT", "why")},
                      .examples = {"lepton grant revoke GRANT --reason 'project ended'"},
                      .run = revoke});
}

}  // namespace lepton::cli
