#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kColumns{{"NAME", "name"}, {"TITLE", "title"}, {"DESCRIPTION", "description"}};

ExitCode create(Invocation& in) {
  in.out().changed(
      in.client().post(Target("/v1/departments"), json::Object{{"name", in.get("name")},
                                                               {"title", in.get_or("title", "")},
                                                               {"description", in.get_or("description", "")}}),
      kColumns);
  return ExitCode::ok;
}

ExitCode list(Invocation& in) {
  in.out().list(in.client().list(Target("/v1/departments")), kColumns);
  return ExitCode::ok;
}

ExitCode roles(Invocation& in) {
  auto const answer = in.client().get(Target("/v1/departments/{}/roles", {in.get("department")}));
  in.out().list(answer.at("items").as_array(), {{"PRINCIPAL", "principal"}, {"ROLE", "role"}});
  return ExitCode::ok;
}

ExitCode assign(Invocation& in) {
  for (auto const& principal : in.all("principal"))
    in.client().put(Target("/v1/departments/{}/roles/{}/{}", {in.get("department"), in.get("role"), principal}),
                    nullptr);
  return ExitCode::ok;
}

ExitCode withdraw(Invocation& in) {
  for (auto const& principal : in.all("principal"))
    in.client().remove(Target("/v1/departments/{}/roles/{}/{}", {in.get("department"), in.get("role"), principal}));
  return ExitCode::ok;
}

}  // namespace

void add_department(std::vector<Command>& commands) {
  commands.push_back(
      {.noun = "department",
       .verb = "create",
       .summary = "Create a department",
       .arguments = {positional("name", "short name, for addresses"), option("--title", "TEXT", "for people"),
                     option("--description", "TEXT", "what it does")},
       .examples = {"lepton department create banking --title 'Retail banking'"},
       .run = create});
  commands.push_back({.noun = "department", .verb = "list", .summary = "List the departments", .run = list});
  commands.push_back({.noun = "department",
                      .verb = "roles",
                      .summary = "List who holds which role",
                      .arguments = {positional("department", "name, or platform")},
                      .examples = {"lepton department roles risk"},
                      .run = roles});
  std::vector<Argument> const assignment{
      positional("department", "name, or platform"),
      positional("role", "viewer, contributor, steward, admin; of the platform: admin, auditor"),
      repeated(positional("principal", "users, service accounts, groups"))};
  commands.push_back(
      {.noun = "department",
       .verb = "assign",
       .summary = "Give a role",
       .arguments = assignment,
       .examples = {"lepton department assign banking steward ana", "lepton department assign platform auditor ada"},
       .run = assign});
  commands.push_back({.noun = "department",
                      .verb = "withdraw",
                      .summary = "Take a role away",
                      .arguments = assignment,
                      .examples = {"lepton department withdraw risk contributor ben"},
                      .run = withdraw});
}

}  // namespace lepton::cli
