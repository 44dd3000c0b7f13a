// SPARQL from the command line, over the standard protocol.
#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <iterator>

#include "base/error.h"
#include "base/file.h"
#include "cli/caret.h"
#include "cli/commands.h"
#include "cli/progress.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kCommits{{"COMMIT", "number"},
                                   {"ACTION", "action"},
                                   {"ADDED", "added"},
                                   {"REMOVED", "removed"},
                                   {"INFERRED", "inferred_added"},
                                   {"WITHDRAWN", "inferred_removed"},
                                   {"VIOLATIONS", "violations"},
                                   {"BY", "made_by"},
                                   {"AT", "made_at"}};

std::vector<Column> const kTables{{"VERSION", "address"}, {"ROWS", "rows"}, {"DIGEST", "digest"}};

constexpr char kBindings[] = "application/sparql-results+json";

/// What to ask the server for: rows first, then statements, since the query alone says which of them it gives.
std::string accept_of(Format format) {
  switch (format) {
    case Format::json:
      return "application/sparql-results+json, application/ld+json";
    case Format::csv:
      return "text/csv";
    case Format::tsv:
      return "text/tab-separated-values";
    case Format::xml:
      return "application/sparql-results+xml, application/rdf+xml";
    case Format::turtle:
      return "text/turtle";
    case Format::trig:
      return "application/trig";
    case Format::ntriples:
      return "application/n-triples";
    case Format::nquads:
      return "application/n-quads";
    case Format::jsonld:
      return "application/ld+json";
    default:
      return "application/sparql-results+json, text/turtle";
  }
}

/// The text itself, the file that holds it (-f, or "@FILE"), or "-" for standard input.
std::string text_of(Invocation const& in, std::string const& what) {
  auto const given = in.find(what);
  auto const file = in.find("file");
  if (given.has_value() == file.has_value())
    throw invalid(fmt::format("give one {}: as an argument, or in a file with -f FILE (- for standard input)", what));
  auto const name = file ? *file : given->starts_with('@') ? given->substr(1) : std::string();
  if (!file && *given != "-" && !given->starts_with('@')) return *given;
  if (name == "-" || (given && *given == "-"))
    return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
  return read_file(name);
}

/// department/name@version of the argument and --version.
std::string versioned(Invocation const& in) {
  auto const place = place_of(in.get("address"));
  auto const version = in.get_or("version", place.version);
  if (!place.version.empty() && version != place.version)
    throw invalid("the address names another version than --version");
  return version.empty() ? place.name : place.name + "@" + version;
}

Target service(Invocation const& in, std::string const& name) {
  return Target("/sparql/{}/{}", {place_of(in.get("address")).department, name});
}

/// A term as a cell shows it: whole numbers as numbers, so that they stand to the right.
json::Value shown_term(json::Value const& term) {
  auto const text = std::string(term.at("value").as_string());
  auto const* type = term.as_object().if_contains("datatype");
  bool const whole = type != nullptr && type->as_string() == "http://www.w3.org/2001/XMLSchema#integer";
  if (whole && text.size() < 16) {
    try {
      return json::parse(text);
    } catch (Error const&) {
      return json::Value(text);  // "+7" is an integer of XSD and no number of JSON
    }
  }
  if (auto const* language = term.as_object().if_contains("xml:lang"))
    return json::Value(fmt::format("{}@{}", text, std::string_view(language->as_string())));
  return json::Value(term.at("type").as_string() == "bnode" ? "_:" + text : text);
}

/// SPARQL 1.1 Query Results JSON Format, as rows.
void show_bindings(Output const& out, json::Value const& answer) {
  if (auto const* boolean = answer.as_object().if_contains("boolean")) {
    if (out.format() == Format::table) return out.text(boolean->as_bool() ? "true" : "false");
    return out.item(json::Object{{"boolean", *boolean}});
  }
  std::vector<Column> columns;
  for (auto const& variable : answer.at("head").at("vars").as_array())
    columns.push_back({std::string(variable.as_string()), std::string(variable.as_string())});
  json::Array rows;
  for (auto const& solution : answer.at("results").at("bindings").as_array()) {
    json::Object row;
    for (auto const& column : columns)
      if (auto const* term = solution.as_object().if_contains(column.title)) row[column.title] = shown_term(*term);
    rows.push_back(std::move(row));
  }
  out.list(rows, columns);
}

// Each operator below the one that it feeds.
void show_operators(Output const& out, json::Value const& answer) {
  auto const& operators = answer.at("operators").as_array();
  auto const parent = [&](std::size_t i) { return operators[i].at("parent").to_number<std::int64_t>(); };
  json::Array rows;
  std::vector<std::string> margins(operators.size());  // that operands of an operator stand behind
  for (std::size_t i = 0; i < operators.size(); ++i) {
    auto row = operators[i].as_object();
    bool last = true;
    for (std::size_t next = i + 1; next < operators.size(); ++next) last = last && parent(next) != parent(i);
    bool const root = parent(i) < 0;
    auto const margin = root ? "" : margins[static_cast<std::size_t>(parent(i))];
    margins[i] = root ? "" : margin + (last ? "   " : "│  ");
    row["plan"] = fmt::format("{}{}{}  {}", margin,
                              root   ? ""
                              : last ? "└─ "
                                     : "├─ ",
                              cell(&operators[i].at("operation")), cell(row.if_contains("detail")));
    rows.push_back(std::move(row));
  }
  out.list(rows, {{"PLAN", "plan"}, {"ROWS", "rows"}, {"ESTIMATED", "estimated_rows"}, {"MS", "milliseconds"}});
  out.note(fmt::format("{} rows, {} at most in memory", cell(&answer.at("rows")),
                       human_bytes(answer.at("peak_memory_bytes").to_number<double>())));
}

ExitCode explain(Invocation& in, std::string const& text) {
  auto const name = versioned(in);
  auto const at = name.find('@');
  json::Object body{{"query", text}};
  if (at != std::string::npos) body["version"] = name.substr(at + 1);
  if (auto const inferred = in.find("inferred")) body["inferred"] = *inferred;
  auto const answer = in.client().post(
      Target("/v1/departments/{}/graphs/{}:explain", {place_of(in.get("address")).department, name.substr(0, at)}),
      body);
  if (in.out().format() == Format::table)
    show_operators(in.out(), answer);
  else
    in.out().item(answer);
  return ExitCode::ok;
}

ExitCode ask(Invocation& in, std::string const& text) {
  auto const format = in.out().format();
  bool const whole = format == Format::table || format == Format::jsonl || format == Format::yaml;
  std::string answer;
  auto const take = [&](std::string_view piece) {
    if (whole)
      answer += piece;
    else
      std::fwrite(piece.data(), 1, piece.size(), stdout);
  };
  auto const media_type = [&] {
    Progress const progress("asking " + in.get("address"), 0, in.out().quiet() || !whole);
    return in.client().send_text(service(in, versioned(in)).with("inferred", in.find("inferred")), text,
                                 "application/sparql-query", accept_of(format), take);
  }();
  if (whole && media_type == kBindings)
    show_bindings(in.out(), json::parse(answer));
  else if (whole)
    std::fwrite(answer.data(), 1, answer.size(), stdout);
  return ExitCode::ok;
}

/// Keeps the rows as a table of the platform.
ExitCode save(Invocation& in, std::string const& text) {
  auto const name = versioned(in);
  auto const at = name.find('@');
  json::Object body{{"query", text}, {"target", in.get("save-as")}};
  if (at != std::string::npos) body["version"] = name.substr(at + 1);
  for (auto const* field : {"description", "key"})
    if (auto const value = in.find(field)) body[field] = *value;
  if (in.has("allow-schema-change")) body["allow_schema_change"] = true;
  Progress const progress("saving " + in.get("save-as"), 0, in.out().quiet());
  auto const answer = in.client().post(
      Target("/v1/departments/{}/graphs/{}:save_query", {place_of(in.get("address")).department, name.substr(0, at)}),
      body);
  in.out().changed(answer.at("version"), kTables);
  if (answer.at("unchanged").as_bool()) in.out().note("the newest version had this content already");
  return ExitCode::ok;
}

ExitCode query(Invocation& in) {
  auto const text = text_of(in, "query");
  try {
    if (in.has("save-as")) return save(in, text);
    return in.has("explain") ? explain(in, text) : ask(in, text);
  } catch (Error const& error) {
    throw with_caret(error, text);
  }
}

ExitCode update(Invocation& in) {
  auto const text = text_of(in, "update");
  std::string if_match = in.get_or("if-match", "");
  if (!if_match.empty() && !if_match.starts_with('"')) if_match = fmt::format("\"{}\"", if_match);
  std::string answer;
  try {
    Progress const progress("updating " + in.get("address"), 0, in.out().quiet());
    (void)in.client().send_text(
        service(in, place_of(in.get("address")).name), text, "application/sparql-update", "application/json",
        [&](std::string_view piece) { answer += piece; }, if_match);
  } catch (Error const& error) {
    throw with_caret(error, text);
  }
  if (answer.empty()) {  // a remote graph, whose service says no more than that
    in.out().note("the service that answers " + in.get("address") + " took the update");
    return ExitCode::ok;
  }
  auto const commit = json::parse(answer);
  in.out().changed(commit, kCommits);
  if (commit.at("added").to_number<std::int64_t>() == 0 && commit.at("removed").to_number<std::int64_t>() == 0)
    in.out().note("nothing changed: " + in.get("address") + " is at the same commit");
  return ExitCode::ok;
}

}  // namespace

void add_graph_query(std::vector<Command>& commands) {
  auto const file = option("-f,--file", "FILE", "that holds the text; - for standard input");
  commands.push_back(
      {.noun = "graph",
       .verb = "query",
       .summary = "Ask a graph in SPARQL, with your rights",
       .arguments = {positional("address", "department/name, or …@version", "graph"),
                     optional_positional("query", "SELECT, ASK, CONSTRUCT or DESCRIBE; @FILE; - for standard input"),
                     file, option("--version", "N", "a published version in place of what is current"),
                     option("--inferred", "WHICH",
                            "what follows by the graph's rules: include (default), exclude, only"),
                     flag("--explain", "run it, and show how: operators, rows estimated and real, time"),
                     option("--save-as", "ADDRESS", "keep the rows of a SELECT as the next version of a table"),
                     option("--key", "COLUMN", "of a new table: by which a record is looked up"),
                     option("--description", "TEXT", "of a new table"),
                     flag("--allow-schema-change", "the table's columns may differ from its last version")},
       .examples = {"lepton graph query risk/exposure 'SELECT ?s ?o WHERE { ?s <http://bank.example/owes> ?o }'",
                    "lepton graph query risk/exposure -f related.rq -o csv",
                    "lepton graph query risk/exposure 'SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }' --explain",
                    "lepton graph query risk/exposure -f related.rq --save-as risk/related --key customer_id"},
       .run = query,
       .formats = {Format::tsv, Format::xml, Format::turtle, Format::trig, Format::ntriples, Format::nquads,
                   Format::jsonld}});
  commands.push_back(
      {.noun = "graph",
       .verb = "update",
       .summary = "Change a graph by SPARQL Update: all of it, as one commit, or nothing",
       .arguments = {positional("address", "department/name", "graph"),
                     optional_positional("update", "INSERT DATA, DELETE WHERE, …; @FILE; - for standard input"), file,
                     option("--if-match", "COMMIT", "only when the graph is at this commit still")},
       .examples = {"lepton graph update risk/exposure 'INSERT DATA { <urn:c1> <urn:owes> 7 }' --if-match 3"},
       .run = update});
}

}  // namespace lepton::cli
