// What follows in a graph and what must hold: rules, proofs, shapes.
#include <fmt/format.h>

#include <cstdio>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/progress.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kUpkeep{{"GRAPH", "graph"},        {"RULES", "rules"},   {"REGIME", "regime"},
                                  {"INFERRED", "inferred"},  {"SHAPES", "shapes"}, {"ON COMMIT", "on_commit"},
                                  {"SINCE COMMIT", "since"}, {"SET BY", "set_by"}};
std::vector<Column> const kResults{{"FOCUS", "focus"},       {"PATH", "path"},       {"VALUE", "value"},
                                   {"SEVERITY", "severity"}, {"MESSAGE", "message"}, {"CONSTRAINT", "constraint"}};

Target graph(Invocation const& in, std::string const& rest) {
  auto const place = place_of(in.get("address"));
  return Target("/v1/departments/{}/graphs/{}" + rest, {place.department, place.name});
}

json::Array list_of(Invocation const& in, std::string const& option) {
  json::Array list;
  for (auto const& one : in.all(option)) list.emplace_back(one);
  return list;
}

ExitCode reason(Invocation& in) {
  auto const target = graph(in, "/reasoning");
  bool const sets = in.has("rules") || in.has("regime");
  if (in.has("off") && sets) throw invalid("--off goes without --rules and --regime");
  if (!in.has("off") && !sets) {
    in.out().item(in.client().get(target), kUpkeep);
    return ExitCode::ok;
  }
  json::Object const body{{"rules", list_of(in, "rules")}, {"regime", in.get_or("regime", "none")}};
  json::Value answer;
  {
    Progress const progress("deriving", 0, in.out().quiet());
    answer = in.client().put(target, body);
  }
  in.out().changed(answer, kUpkeep);
  return ExitCode::ok;
}

json::Object question(Invocation const& in) {
  json::Object body{{"statement", in.get("statement")}};
  if (auto const graph = in.find("graph")) body["graph"] = *graph;
  json::Object prefixes;
  for (auto const& text : in.all("prefix")) {
    auto [name, iri] = key_value(text, "--prefix");
    prefixes[name] = iri;
  }
  body["prefixes"] = std::move(prefixes);
  return body;
}

/// A proof as a tree, what is asked about first; what several facts rest on is written out once.
class ProofTree {
 public:
  ProofTree(Output const& out, json::Value const& proof)
      : out_(out), steps_(proof.at("steps").as_array()), written_(steps_.size(), false) {}

  void show(std::string const& indent = "") { show(steps_.size() - 1, indent, indent); }

 private:
  void show(std::size_t place, std::string const& first, std::string const& rest) {
    auto const& step = steps_[place].as_object();
    auto const text = [&](std::string_view key) { return cell(step.if_contains(key)); };
    if (step.at("stated").as_bool()) {
      auto const as = text("stated_as");
      out_.text(fmt::format("{}{}  (stated{})", first, text("fact"), as.empty() ? "" : " as " + as));
      return;
    }
    if (written_[place]) return out_.text(fmt::format("{}{}  (see above)", first, text("fact")));
    written_[place] = true;
    out_.text(fmt::format("{}{}  (by {})", first, text("fact"), text("rule")));
    std::vector<std::size_t> from;
    if (auto const* places = step.if_contains("from"))
      for (auto const& one : places->as_array()) from.push_back(one.to_number<std::size_t>());
    if (auto const* conditions = step.if_contains("conditions"))
      for (auto const& one : conditions->as_array())
        out_.text(fmt::format("{}{} where {}", rest, from.empty() ? " " : "│", cell(&one)));
    for (std::size_t i = 0; i < from.size(); ++i) {
      bool const last = i + 1 == from.size();
      show(from[i], rest + (last ? "└─ " : "├─ "), rest + (last ? "   " : "│  "));
    }
  }

  Output const& out_;
  json::Array const& steps_;
  std::vector<bool> written_;
};

ExitCode why(Invocation& in) {
  auto const proof = in.client().post(graph(in, ":why"), question(in));
  if (in.out().format() == Format::table)
    ProofTree(in.out(), proof).show();
  else
    in.out().item(proof);
  return ExitCode::ok;
}

ExitCode why_not(Invocation& in) {
  auto const answer = in.client().post(graph(in, ":why-not"), question(in));
  if (in.out().format() != Format::table) {
    in.out().item(answer);
    return ExitCode::ok;
  }
  auto const& rules = answer.at("rules").as_array();
  if (rules.empty()) in.out().text("no rule derives such a fact: it would have to be stated");
  for (auto const& miss : rules) {
    in.out().text(cell(&miss.at("rule")));
    for (auto const& one : miss.at("found").as_array()) in.out().text("  holds    " + cell(&one));
    for (auto const& one : miss.at("missing").as_array()) in.out().text("  missing  " + cell(&one));
  }
  return ExitCode::ok;
}

ExitCode contradictions(Invocation& in) {
  auto const answer = in.client().get(graph(in, "/contradictions").with("limit", in.find("limit")));
  auto const& items = answer.at("items").as_array();
  if (in.out().format() != Format::table) {
    in.out().list(items, {{"RULE", "rule"}});
    return ExitCode::ok;
  }
  if (items.empty()) in.out().note("nothing contradicts the rules");
  for (auto const& one : items) {
    in.out().text("against " + cell(&one.at("rule")));
    for (auto const& proof : one.at("facts").as_array()) ProofTree(in.out(), proof).show("  ");
  }
  return ExitCode::ok;
}

/// Sets what commits are validated by.
ExitCode constrain(Invocation& in, std::string const& on_commit) {
  json::Object const body{{"shapes", list_of(in, "shapes")}, {"on_commit", on_commit}};
  in.out().changed(in.client().put(graph(in, "/validation"), body), kUpkeep);
  return ExitCode::ok;
}

ExitCode validate(Invocation& in) {
  if (auto const on_commit = in.find("on-commit")) return constrain(in, *on_commit);
  auto const place = place_of(in.get("address"));
  json::Object body{{"shapes", list_of(in, "shapes")}, {"turtle", in.out().format() == Format::turtle}};
  if (!place.version.empty()) body["version"] = place.version;
  json::Value answer;
  {
    Progress const progress("validating", 0, in.out().quiet());
    answer = in.client().post(graph(in, ":validate"), body);
  }
  auto const& validation = answer.at("validation");
  bool const conforms = validation.at("conforms").as_bool();
  if (in.out().format() == Format::turtle) {
    auto const& report = answer.at("report").as_string();
    std::fwrite(report.data(), 1, report.size(), stdout);
  } else if (in.out().format() == Format::table || in.out().format() == Format::csv) {
    in.out().list(validation.at("results").as_array(), kResults);
    in.out().note(conforms ? in.get("address") + " conforms" : in.get("address") + " does not conform");
  } else {
    in.out().item(validation);
  }
  return conforms ? ExitCode::ok : ExitCode::invalid;
}

}  // namespace

void add_graph_rules(std::vector<Command>& commands) {
  auto const address = positional("address", "department/name", "graph");
  auto const statement = positional("statement", "subject, predicate and object as Turtle writes them, in quotes");
  auto const in_graph = option("--graph", "IRI", "the named graph it would stand in");
  auto const prefix = repeated(option("--prefix", "NAME=IRI", "besides those of the graph's rule sets"));
  auto const add = [&](std::string verb, std::string summary, std::vector<Argument> arguments,
                       std::function<ExitCode(Invocation&)> run, std::vector<std::string> examples,
                       std::vector<Format> formats = {}) {
    commands.push_back({.noun = "graph",
                        .verb = std::move(verb),
                        .summary = std::move(summary),
                        .arguments = std::move(arguments),
                        .examples = std::move(examples),
                        .run = std::move(run),
                        .formats = std::move(formats)});
  };
  add("reason", "Have rules derive what follows in a graph, with every commit; without options, show how it is",
      {address, repeated(option("--rules", "ADDRESS", "rule set, department/name@version; several may be given")),
       option("--regime", "NAME", "what follows besides: none (default), rdfs or owl2-rl"),
       flag("--off", "derive nothing any more")},
      reason,
      {"lepton graph reason risk/exposure --rules risk/exposure-rules@1 --regime owl2-rl",
       "lepton graph reason risk/exposure --off"});
  add("why", "Prove a fact: the rules that derive it, down to what was stated", {address, statement, in_graph, prefix},
      why, {"lepton graph why risk/exposure 'b:an b:related b:dan'"});
  add("why-not", "Say what the rules lack to derive a fact", {address, statement, in_graph, prefix}, why_not,
      {"lepton graph why-not risk/exposure 'b:an b:related b:eva'"});
  add("contradictions", "List ways in which a graph contradicts its rules, with proofs",
      {address, option("--limit", "N", "how many at most, default 20")}, contradictions,
      {"lepton graph contradictions risk/exposure"});
  add("validate", "Validate a graph by shapes (SHACL), now or with every commit; exit code 7 when it does not conform",
      {positional("address", "department/name, or …@version", "graph"),
       repeated(option("--shapes", "ADDRESS", "department/name@version; several may be given")),
       option("--on-commit", "WHAT", "from now on: reject commits that do not conform, report them, or off")},
      validate,
      {"lepton graph validate risk/exposure --shapes risk/customer-shapes@1",
       "lepton graph validate risk/exposure --shapes risk/customer-shapes@1 -o turtle",
       "lepton graph validate risk/exposure --shapes risk/customer-shapes@1 --on-commit reject",
       "lepton graph validate risk/exposure --on-commit off"},
      {Format::turtle});
}

}  // namespace lepton::cli
