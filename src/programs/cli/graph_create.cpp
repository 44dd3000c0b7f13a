#include "cli/graph_create.h"

#include <iostream>
#include <iterator>

#include "base/error.h"
#include "base/file.h"
#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kGraphs{
    {"ADDRESS", "address"},    {"DESCRIPTION", "description"},   {"TAGS", "tags"},
    {"REMOTE", "remote.url"},  {"UPDATES", "remote.update_url"}, {"STORE", "remote.data_url"},
    {"LOGIN", "remote.login"}, {"CREATED", "created_at"}};

/// From a file and never from an argument, which other users of the machine can see.
std::string secret_of(std::string const& file) {
  auto secret = file == "-" ? std::string{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()}
                            : read_file(file);
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) throw invalid("the secret is empty");
  return secret;
}

std::vector<Argument> login_options() {
  return {option("--update-url", "URL", "that takes updates, often the same; without it they are refused"),
          option("--data-url", "URL", "of its graph store; without it the Graph Store Protocol is refused"),
          option("--user", "NAME", "to log in there; without it the secret is a bearer token"),
          option("--secret-file", "FILE", "that holds the password or token; - for standard input")};
}

json::Object remote_of(Invocation const& in, std::string const& url) {
  json::Object remote{{"url", url}};
  for (auto const& [name, field] : {std::pair{"update-url", "update_url"}, {"data-url", "data_url"}, {"user", "user"}})
    if (auto const given = in.find(name)) remote[field] = *given;
  if (auto const file = in.find("secret-file")) remote["secret"] = secret_of(*file);
  return remote;
}

ExitCode create(Invocation& in) {
  auto const place = place_of(in.get("address"));
  json::Object body{{"name", place.name}, {"description", in.get_or("description", "")}};
  json::Array tags;
  for (auto const& tag : in.all("tag")) tags.emplace_back(tag);
  body["tags"] = std::move(tags);
  if (auto const url = in.find("remote")) {
    body["remote"] = remote_of(in, *url);
  } else {
    for (auto const* const name : {"update-url", "data-url", "user", "secret-file"})
      if (in.find(name))
        throw invalid(std::string("--") + name + " is about a remote graph: give --remote URL as well");
  }
  in.out().changed(in.client().post(Target("/v1/departments/{}/graphs", {place.department}), body), kGraphs);
  return ExitCode::ok;
}

ExitCode set_remote(Invocation& in) {
  auto const place = place_of(in.get("address"));
  json::Object const body{{"remote", remote_of(in, in.get("url"))}};
  Target const target("/v1/departments/{}/graphs/{}/remote", {place.department, place.name});
  in.out().changed(in.client().put(target, body), kGraphs);
  return ExitCode::ok;
}

std::vector<Argument> joined(std::vector<Argument> first, std::vector<Argument> const& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

void add_graph_create(std::vector<Command>& commands) {
  auto const address = positional("address", "department/name", "graph");
  commands.push_back(
      {.noun = "graph",
       .verb = "create",
       .summary = "Create an empty knowledge graph, or one that a SPARQL service elsewhere answers",
       .arguments = joined(
           {address, option("--description", "TEXT", "for people"), repeated(option("--tag", "TAG", "such as pii")),
            option("--remote", "URL", "of the service that answers its queries")},
           login_options()),
       .examples = {"lepton graph create risk/exposure --description 'who guarantees whom'",
                    "lepton graph create risk/big --remote https://graphs.example/sparql --user lepton --secret-file "
                    "password.txt"},
       .run = create});
  commands.push_back({.noun = "graph",
                      .verb = "set-remote",
                      .summary = "Replace the addresses and the login of a remote graph; what is left out is not kept",
                      .arguments = joined({address, positional("url", "that answers its queries")}, login_options()),
                      .examples = {"lepton graph set-remote risk/big https://graphs.example/sparql --update-url "
                                   "https://graphs.example/sparql --secret-file token.txt"},
                      .run = set_remote});
}

}  // namespace lepton::cli
