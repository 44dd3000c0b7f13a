// Rule sets and shapes, which are saved, listed and shown alike.
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>

#include "base/error.h"
#include "base/file.h"
#include "cli/caret.h"
#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kAssets{{"ADDRESS", "address"},
                                  {"DESCRIPTION", "description"},
                                  {"TAGS", "tags"},
                                  {"VERSION", "latest.number"},
                                  {"CREATED", "created_at"}};
std::vector<Column> const kVersions{{"VERSION", "address"}, {"REGIME", "regime"},      {"NOTE", "note"},
                                    {"BY", "created_by"},   {"CREATED", "created_at"}, {"DIGEST", "digest"}};

std::string contents_of(std::string const& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  return read_file(file);
}

Target text(std::string const& noun, std::string const& address, std::string const& rest = "") {
  auto const place = place_of(address);
  return Target("/v1/departments/{}/" + noun + "/{}" + rest, {place.department, place.name});
}

/// Sends what the file holds; a mistake in it is shown where it is.
json::Value send(Invocation& in, Target const& target, json::Object body) {
  auto const contents = contents_of(in.get("file"));
  body["text"] = contents;
  if (auto const regime = in.find("regime")) body["regime"] = *regime;
  if (auto const note = in.find("note")) body["note"] = *note;
  try {
    return in.client().post(target, body);
  } catch (Error const& error) {
    throw with_caret(error, contents);
  }
}

ExitCode create(std::string const& noun, Invocation& in) {
  auto const place = place_of(in.get("address"));
  json::Array tags;
  for (auto const& tag : in.all("tag")) tags.emplace_back(tag);
  json::Object body{{"name", place.name}, {"description", in.get_or("description", "")}, {"tags", std::move(tags)}};
  in.out().changed(send(in, Target("/v1/departments/{}/" + noun, {place.department}), std::move(body)), kVersions);
  return ExitCode::ok;
}

ExitCode save(std::string const& noun, Invocation& in) {
  in.out().changed(send(in, text(noun, in.get("address"), "/versions"), {}), kVersions);
  return ExitCode::ok;
}

ExitCode list(std::string const& noun, Invocation& in) {
  in.out().list(in.client().list(Target("/v1/" + noun).with("department", in.find("department"))), kAssets);
  return ExitCode::ok;
}

ExitCode show(std::string const& noun, Invocation& in) {
  auto const place = place_of(in.get("address"));
  auto const version = place.version.empty() ? "latest" : place.version;
  auto const answer = in.client().get(
      Target("/v1/departments/{}/" + noun + "/{}/versions/{}", {place.department, place.name, version}));
  if (in.out().format() != Format::table) {
    in.out().item(answer);
    return ExitCode::ok;
  }
  in.out().note(fmt::format("{}, by {}", cell(&answer.at("address")), cell(&answer.at("created_by"))));
  auto const& text = answer.at("text").as_string();
  std::fwrite(text.data(), 1, text.size(), stdout);
  return ExitCode::ok;
}

ExitCode versions(std::string const& noun, Invocation& in) {
  in.out().list(in.client().list(text(noun, in.get("address"), "/versions")), kVersions);
  return ExitCode::ok;
}

ExitCode remove(std::string const& noun, Invocation& in) {
  in.client().remove(text(noun, in.get("address")));
  in.out().note(in.get("address") + " is gone, with its versions");
  return ExitCode::ok;
}

/// What the two nouns call what they keep.
struct Kind {
  std::string noun, what, file, example;
  std::vector<Argument> options;  ///< of create and save
};

void add(std::vector<Command>& commands, Kind const& kind) {
  auto const address = positional("address", "department/name", kind.noun);
  auto const file = positional("file", kind.file + "; - for standard input");
  auto const note = option("--note", "TEXT", "on this version");
  using Run = ExitCode (*)(std::string const&, Invocation&);
  auto const add_one = [&](std::string verb, std::string summary, std::vector<Argument> arguments, Run run,
                           std::vector<std::string> examples = {}) {
    commands.push_back({.noun = kind.noun,
                        .verb = std::move(verb),
                        .summary = std::move(summary),
                        .arguments = std::move(arguments),
                        .examples = std::move(examples),
                        .run = [run, noun = kind.noun](Invocation& in) { return run(noun, in); }});
  };
  auto const with_options = [&](std::vector<Argument> arguments) {
    arguments.insert(arguments.end(), kind.options.begin(), kind.options.end());
    return arguments;
  };
  add_one("create", "Check " + kind.what + " and save them as version 1",
          with_options({address, file, note, option("--description", "TEXT", "for people"),
                        repeated(option("--tag", "TAG", "such as restricted"))}),
          create, {"lepton " + kind.noun + " create " + kind.example});
  add_one("save", "Check " + kind.what + " and save them as the next version", with_options({address, file, note}),
          save, {"lepton " + kind.noun + " save " + kind.example + " --note 'employers too'"});
  add_one("list", "List those that you may discover", {option("--department", "NAME", "whose")}, list);
  add_one("show", "Show the text of a version", {positional("address", "department/name, or …@version", kind.noun)},
          show);
  add_one("versions", "List the versions, newest first", {address}, versions);
  add_one("remove", "Remove " + kind.what + " that no graph uses or used", {address}, remove);
}

}  // namespace

void add_rules(std::vector<Command>& commands) {
  add(commands, {.noun = "rules",
                 .what = "rules",
                 .file = "rules, in Datalog over RDF",
                 .example = "risk/exposure-rules exposure.rules",
                 .options = {option("--regime", "NAME", "what else follows: none (default), rdfs or owl2-rl")}});
  add(commands, {.noun = "shapes",
                 .what = "shapes",
                 .file = "shapes (SHACL), in Turtle",
                 .example = "risk/customer-shapes customers.ttl",
                 .options = {}});
}

}  // namespace lepton::cli
