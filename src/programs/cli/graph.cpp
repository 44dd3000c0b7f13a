#include <fmt/format.h>

#include <cstdio>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/graph_backup.h"
#include "cli/graph_create.h"
#include "cli/progress.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kGraphs{{"ADDRESS", "address"},   {"DESCRIPTION", "description"}, {"TAGS", "tags"},
                                  {"COMMIT", "commit"},     {"VERSION", "latest.number"},   {"REMOTE", "remote.url"},
                                  {"CREATED", "created_at"}};
std::vector<Column> const kCommits{{"COMMIT", "number"},
                                   {"ACTION", "action"},
                                   {"ADDED", "added"},
                                   {"REMOVED", "removed"},
                                   {"INFERRED", "inferred_added"},
                                   {"WITHDRAWN", "inferred_removed"},
                                   {"VIOLATIONS", "violations"},
                                   {"BY", "made_by"},
                                   {"AT", "made_at"}};
std::vector<Column> const kVersions{{"VERSION", "address"}, {"STATEMENTS", "statements"}, {"NOTE", "note"},
                                    {"BY", "created_by"},   {"CREATED", "created_at"},    {"DIGEST", "digest"}};
std::vector<Column> const kParts{{"PART", "address"}, {"GRAPH", "graph"}, {"IRI", "iri"}};

Target graph(std::string const& address, std::string const& rest = "") {
  auto const place = place_of(address);
  return Target("/v1/departments/{}/graphs/{}" + rest, {place.department, place.name});
}

ExitCode list(Invocation& in) {
  in.out().list(in.client().list(Target("/v1/graphs").with("department", in.find("department"))), kGraphs);
  return ExitCode::ok;
}

ExitCode show(Invocation& in) {
  in.out().item(in.client().get(graph(in.get("address"))), kGraphs);
  return ExitCode::ok;
}

ExitCode load(Invocation& in) {
  std::filesystem::path const file = in.get("file");
  auto target = graph(in.get("address"), ":load");
  target.with("file_name", file == "-" ? "" : file.filename().string())
      .with("syntax", in.find("syntax"))
      .with("graph", in.find("graph"))
      .with("base", in.find("base"))
      .with("replace", in.has("replace") ? std::optional<std::string>("true") : std::nullopt);
  json::Value answer;
  {
    std::error_code unknown;
    auto const size = std::filesystem::file_size(file, unknown);
    Progress progress("load " + file.filename().string(), unknown ? 0 : size, in.out().quiet());
    answer = in.client().upload(target, file, [&](std::uint64_t sent) { progress.bytes(sent); });
  }
  in.out().item(answer, kCommits);
  return ExitCode::ok;
}

ExitCode export_statements(Invocation& in) {
  auto const place = place_of(in.get("address"));
  auto target = graph(in.get("address"), "/statements");
  target.with("version", place.version).with("graph", in.find("graph")).with("syntax", in.find("syntax"));
  target.with("inferred", in.find("inferred"));
  in.client().stream(target, json::Value(), "",
                     [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
  return ExitCode::ok;
}

ExitCode commits(Invocation& in) {
  in.out().list(in.client().list(graph(in.get("address"), "/commits")), kCommits);
  return ExitCode::ok;
}

ExitCode publish(Invocation& in) {
  json::Object const body{{"note", in.get_or("note", "")}};
  in.out().changed(in.client().post(graph(in.get("address"), "/versions"), body), kVersions);
  return ExitCode::ok;
}

ExitCode versions(Invocation& in) {
  in.out().list(in.client().list(graph(in.get("address"), "/versions")), kVersions);
  return ExitCode::ok;
}

ExitCode share_part(Invocation& in) {
  json::Object const body{
      {"part", in.get("name")}, {"graph", in.get("iri")}, {"description", in.get_or("description", "")}};
  in.out().changed(in.client().post(graph(in.get("address"), "/parts"), body), kParts);
  return ExitCode::ok;
}

ExitCode parts(Invocation& in) {
  in.out().list(in.client().list(graph(in.get("address"), "/parts")), kParts);
  return ExitCode::ok;
}

ExitCode remove(Invocation& in) {
  in.client().remove(graph(in.get("address")));
  in.out().note(in.get("address") + " is gone, with its versions");
  return ExitCode::ok;
}

}  // namespace

void add_graph(std::vector<Command>& commands) {
  add_graph_create(commands);
  auto const address = positional("address", "department/name", "graph");
  auto const in_graph = option("--graph", "IRI", "a named graph inside it");
  auto const add = [&](std::string verb, std::string summary, std::vector<Argument> arguments,
                       std::function<ExitCode(Invocation&)> run, std::vector<std::string> examples = {}) {
    commands.push_back({.noun = "graph",
                        .verb = std::move(verb),
                        .summary = std::move(summary),
                        .arguments = std::move(arguments),
                        .examples = std::move(examples),
                        .run = std::move(run)});
  };
  add("list", "List the graphs that you may discover", {option("--department", "NAME", "whose")}, list);
  add("show", "Show what a graph is", {address}, show);
  add("load", "Add a document's statements, all of them or none",
      {address, positional("file", "RDF document, gzipped or not; - for standard input"),
       option("--syntax", "NAME", "turtle, trig, ntriples, nquads, rdfxml or jsonld; else by the file's ending"),
       in_graph, option("--base", "IRI", "that relative references are resolved against"),
       flag("--replace", "what the graph held before goes")},
      load,
      {"lepton graph load risk/exposure guarantees.ttl",
       "lepton graph load risk/exposure vip.ttl --graph http://bank.example/vip"});
  add("export", "Write the statements that you may see",
      {positional("address", "department/name, or …@version", "graph"), in_graph,
       option("--inferred", "WHICH", "what follows by the graph's rules: exclude (default), include, only"),
       option("--syntax", "NAME", "trig (default), nquads, turtle, ntriples, rdfxml or jsonld")},
      export_statements, {"lepton graph export risk/exposure --syntax nquads > exposure.nq"});
  add_graph_backup(commands);
  add("commits", "List the changes of a graph, newest first", {address}, commits);
  add("publish", "Keep what a graph holds now as its next version",
      {address, option("--note", "TEXT", "what it is for")}, publish);
  add("versions", "List the published versions", {address}, versions);
  add("share-part", "Make a named graph an asset of its own, with its own grants",
      {address, positional("iri", "of the named graph"), positional("name", "of the part"),
       option("--description", "TEXT", "for people")},
      share_part, {"lepton graph share-part risk/exposure http://bank.example/vip exposure-vip"});
  add("parts", "List the named graphs that are assets of their own", {address}, parts);
  add("remove", "Remove a graph with its versions, unless something was made of it", {address}, remove);
}

}  // namespace lepton::cli
