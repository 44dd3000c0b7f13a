#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "base/error.h"
#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kColumns{{"NAME", "name"},
                                   {"TYPE", "type"},
                                   {"TITLE", "title"},
                                   {"DEPARTMENT", "department"},
                                   {"ATTRIBUTES", "attributes"},
                                   {"DISABLED", "disabled"}};

json::Object attributes_of(Invocation const& in) {
  json::Object attributes;
  for (auto const& text : in.all("attribute")) {
    auto const [key, value] = key_value(text, "--attribute");
    attributes[key] = value;
  }
  return attributes;
}

struct Role {
  std::string department, name;
};

std::vector<Role> roles_of(Invocation const& in) {
  std::vector<Role> roles;
  for (auto const& text : in.all("role")) {
    auto const slash = text.find('/');
    if (slash == std::string::npos || slash == 0 || slash + 1 == text.size())
      throw invalid(fmt::format("--role must be DEPARTMENT/ROLE, such as banking/steward, found \"{}\"", text));
    roles.push_back({text.substr(0, slash), text.substr(slash + 1)});
  }
  return roles;
}

ExitCode create(Invocation& in) {
  auto const roles = roles_of(in);  // wrong ones are refused before anybody is created
  json::Object body{{"name", in.get("name")},
                    {"title", in.get_or("title", "")},
                    {"department", in.get_or("department", "")},
                    {"attributes", attributes_of(in)}};
  if (in.has("password-stdin")) {
    std::string line;
    std::getline(std::cin, line);
    body["password"] = line;
  } else if (char const* given = std::getenv("LEPTON_NEW_PASSWORD"); given != nullptr) {
    body["password"] = given;
  }
  in.out().changed(in.client().post(Target("/v1/users"), body), kColumns);
  for (auto const& role : roles)
    in.client().put(Target("/v1/departments/{}/roles/{}/{}", {role.department, role.name, in.get("name")}), nullptr);
  if (!body.contains("password")) in.out().note(fmt::format("set a password: lepton user password {}", in.get("name")));
  return ExitCode::ok;
}

ExitCode list(Invocation& in) {
  bool const services = in.has("services");
  if (!services && !in.has("groups")) {
    in.out().list(in.client().list(Target("/v1/users").with("department", in.find("department"))), kColumns);
    return ExitCode::ok;
  }
  if (!in.find("department")) throw invalid("say whose: --department NAME");
  in.out().list(in.client().list(Target(services ? "/v1/departments/{}/service-accounts" : "/v1/departments/{}/groups",
                                        {in.get("department")})),
                kColumns);
  return ExitCode::ok;
}

ExitCode members(Invocation& in) {
  for (auto const& member : in.all("add"))
    in.client().put(Target("/v1/groups/{}/members/{}", {in.get("group"), member}), nullptr);
  for (auto const& member : in.all("remove"))
    in.client().remove(Target("/v1/groups/{}/members/{}", {in.get("group"), member}));
  json::Array rows;
  auto const answer = in.client().get(Target("/v1/groups/{}/members", {in.get("group")}));
  for (auto const& member : answer.at("members").as_array()) rows.push_back(json::Object{{"name", member}});
  in.out().list(rows, {{"MEMBER", "name"}});
  return ExitCode::ok;
}

ExitCode show(Invocation& in) {
  in.out().item(in.client().get(Target("/v1/users/{}", {in.get("name")})));
  return ExitCode::ok;
}

ExitCode password(Invocation& in) {
  std::string line, current;
  if (in.has("own")) {
    in.out().note("current password:");
    std::getline(std::cin, current);
  }
  in.out().note("new password:");
  std::getline(std::cin, line);
  in.client().post(Target("/v1/users/{}:set_password", {in.get("name")}),
                   json::Object{{"password", line}, {"current", current}});
  return ExitCode::ok;
}

ExitCode disable(Invocation& in) {
  in.client().patch(Target("/v1/users/{}", {in.get("name")}), json::Object{{"disabled", !in.has("undo")}});
  return ExitCode::ok;
}

ExitCode attributes(Invocation& in) {
  in.out().changed(
      in.client().patch(Target("/v1/users/{}", {in.get("name")}), json::Object{{"attributes", attributes_of(in)}}),
      kColumns);
  return ExitCode::ok;
}

ExitCode create_service(Invocation& in) {
  auto const place = place_of(in.get("name"));
  in.out().changed(in.client().post(Target("/v1/departments/{}/service-accounts", {place.department}),
                                    json::Object{{"name", place.name}, {"title", in.get_or("title", "")}}),
                   kColumns);
  in.out().note(fmt::format("give it a key: lepton key create NAME --for {}", in.get("name")));
  return ExitCode::ok;
}

ExitCode act_as(Invocation& in) {
  auto const place = place_of(in.get("account"));
  Target const users("/v1/departments/{}/service-accounts/{}/users", {place.department, place.name});
  if (auto const who = in.find("name")) {
    Target const user("/v1/departments/{}/service-accounts/{}/users/{}", {place.department, place.name, *who});
    if (in.has("undo"))
      in.client().remove(user);
    else
      in.client().put(user, nullptr);
  }
  json::Array lines;
  auto const answer = in.client().get(users);
  for (auto const& name : answer.at("items").as_array()) lines.push_back(json::Object{{"name", name}});
  in.out().list(lines, {{"MAY ACT AS " + in.get("account"), "name"}});
  return ExitCode::ok;
}

ExitCode create_group(Invocation& in) {
  auto const place = place_of(in.get("name"));
  in.out().changed(in.client().post(Target("/v1/departments/{}/groups", {place.department}),
                                    json::Object{{"name", place.name}, {"title", in.get_or("title", "")}}),
                   kColumns);
  for (auto const& member : in.all("member"))
    in.client().put(Target("/v1/groups/{}/members/{}", {in.get("name"), member}), nullptr);
  return ExitCode::ok;
}

void add_accounts(std::vector<Command>& commands) {
  commands.push_back({.noun = "user",
                      .verb = "create-service",
                      .summary = "Create an account for a program",
                      .arguments = {positional("name", "department/name"), option("--title", "TEXT", "for people")},
                      .examples = {"lepton user create-service risk/loan-system"},
                      .run = create_service});
  commands.push_back(
      {.noun = "user",
       .verb = "act-as",
       .summary = "Say who, beside stewards, may deploy with a service account's rights; without a name, list them",
       .arguments = {positional("account", "department/name"),
                     optional_positional("name", "user, service account or group"),
                     flag("--undo", "no longer; what is deployed stays")},
       .examples = {"lepton user act-as risk/loan-system ben"},
       .run = act_as});
  commands.push_back({.noun = "user",
                      .verb = "create-group",
                      .summary = "Create a group",
                      .arguments = {positional("name", "department/name"), option("--title", "TEXT", "for people"),
                                    repeated(option("--member", "NAME", "who is in it"))},
                      .examples = {"lepton user create-group risk/analysts --member ben"},
                      .run = create_group});
}

}  // namespace

void add_user(std::vector<Command>& commands) {
  auto const attribute = repeated(option("--attribute", "NAME=VALUE", "what policies may ask, such as clearance=2"));
  commands.push_back(
      {.noun = "user",
       .verb = "create",
       .summary = "Create a user",
       .arguments = {positional("name", "login name"), option("--title", "TEXT", "full name"),
                     option("--department", "NAME", "home department"), attribute,
                     repeated(option("--role", "DEPARTMENT/ROLE", "role to give, such as banking/steward")),
                     flag("--password-stdin", "read the first password from standard input")},
       .examples = {"echo 'correct horse battery' | lepton user create ana --department banking --role "
                    "banking/steward --password-stdin"},
       .run = create});
  commands.push_back(
      {.noun = "user",
       .verb = "list",
       .summary = "List the users",
       .arguments = {option("--department", "NAME", "only those at home there"),
                     flag("--services", "the accounts of programs instead"), flag("--groups", "the groups instead")},
       .run = list});
  commands.push_back(
      {.noun = "user",
       .verb = "members",
       .summary = "List, add and remove the members of a group",
       .arguments = {positional("group", "department/name"), repeated(option("--add", "NAME", "who joins")),
                     repeated(option("--remove", "NAME", "who leaves"))},
       .examples = {"lepton user members risk/analysts --add ben"},
       .run = members});
  commands.push_back({.noun = "user",
                      .verb = "show",
                      .summary = "Show a user, service account or group",
                      .arguments = {positional("name", "ana, or risk/loan-system")},
                      .run = show});
  commands.push_back({.noun = "user",
                      .verb = "password",
                      .summary = "Set a password, read from standard input",
                      .arguments = {positional("name", "login name"), flag("--own", "asks for the current one first")},
                      .run = password});
  commands.push_back({.noun = "user",
                      .verb = "disable",
                      .summary = "Disable: keys and sessions fail from the next call on",
                      .arguments = {positional("name", "who"), flag("--undo", "enable again")},
                      .run = disable});
  commands.push_back({.noun = "user",
                      .verb = "attributes",
                      .summary = "Replace the attributes that policies ask for",
                      .arguments = {positional("name", "who"), attribute},
                      .examples = {"lepton user attributes ben --attribute clearance=2"},
                      .run = attributes});
  add_accounts(commands);
}

}  // namespace lepton::cli
