// From tables to graphs: mappings, their sources, and what is taken back.
#include "cli/graph_map.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "base/yaml.h"
#include "cli/commands.h"
#include "cli/progress.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kMapped{{"DATASET", "dataset"},
                                  {"GRAPH", "graph"},
                                  {"ROWS", "rows"},
                                  {"STATEMENTS", "statements"},
                                  {"UNCHANGED", "unchanged"}};
std::vector<Column> const kSources{{"DATASET", "dataset"},       {"GRAPH", "graph"},   {"ROWS", "rows"},
                                   {"STATEMENTS", "statements"}, {"COMMIT", "commit"}, {"BY", "mapped_by"},
                                   {"AT", "mapped_at"}};
std::vector<Column> const kCommits{{"COMMIT", "number"},   {"ACTION", "action"}, {"ADDED", "added"},
                                   {"REMOVED", "removed"}, {"BY", "made_by"},    {"AT", "made_at"}};

Target graph(std::string const& address, std::string const& rest) {
  auto const place = place_of(address);
  return Target("/v1/departments/{}/graphs/{}" + rest, {place.department, place.name});
}

/// Shows how far the mapping is that another request runs: asks twice a second, on a connection of its own.
class MappingWatch {
 public:
  explicit MappingWatch(Invocation const& in)
      : progress_("mapping " + in.get("address"), 0, in.out().quiet()),
        target_(graph(in.get("address"), "/mapping-progress")),
        client_(in.client().connection()),
        thread_([this](std::stop_token const& stop) { watch(stop); }) {}

 private:
  void watch(std::stop_token const& stop) {
    while (!stop.stop_requested()) {
      for (int beat = 0; beat < 10 && !stop.stop_requested(); ++beat)
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      try {
        show(client_.get(target_));
      } catch (Error const&) {
        return;  // what matters is what the mapping itself answers
      }
    }
  }
  void show(json::Value const& answer) {
    auto const* running = answer.as_object().if_contains("running");
    if (running == nullptr || !running->is_object()) return;
    auto const number = [&](char const* name) { return running->at(name).to_number<double>(); };
    progress_.share(number("of") > 0 ? number("rows") / number("of") : 0,
                    fmt::format("{}, {:.0f} statements", std::string_view(running->at("dataset").as_string()),
                                number("statements")));
  }

  Progress progress_;
  Target target_;
  Client client_;
  std::jthread thread_;  ///< last: uses all of the above
};

/// The error with the lines of the file that its pointers mean.
Error with_lines(Error const& error, std::string const& file, std::string const& text) {
  std::string message = error.what();
  bool found = false;
  for (auto const& [pointer, problem] : error.details()) {
    constexpr std::string_view inside = "/mapping";
    auto const place = pointer.starts_with(inside) ? pointer.substr(inside.size()) : pointer;
    auto const line = yaml_line(text, place);
    if (!line) continue;
    if (!found) message.clear();
    found = true;
    message += fmt::format("{}{}:{}: {} {}", message.empty() ? "" : "\n  ", file, *line, place, problem);
  }
  if (!found) return error;
  return Error(error.code(), message)
      .with_reason(std::string(error.reason()))
      .with_access_request(error.request_access_to());
}

ExitCode map(Invocation& in) {
  json::Object body;
  auto const file = in.get_or("file", "");
  auto const text = file.empty() ? "" : read_file(file);
  if (!file.empty()) {
    auto const documents = parse_yaml(text, file);
    if (documents.size() != 1 || !documents[0].is_object()) throw invalid(file + " must hold one mapping");
    body["mapping"] = documents[0];
  }
  json::Value answer;
  try {
    MappingWatch const watch(in);
    answer = in.client().post(graph(in.get("address"), ":map"), body);
  } catch (Error const& error) {
    throw with_lines(error, file, text);
  }
  if (in.out().format() != Format::table && in.out().format() != Format::csv) {
    in.out().item(answer);
    return ExitCode::ok;
  }
  if (!in.out().quiet() || in.out().format() == Format::csv) in.out().list(answer.at("datasets").as_array(), kMapped);
  auto const number = [&](char const* name) { return answer.at("commit").at(name).to_number<std::int64_t>(); };
  in.out().note(fmt::format("commit {} of {}: {} statements added, {} removed; mapping {}", number("number"),
                            in.get("address"), number("added"), number("removed"), cell(&answer.at("mapping"))));
  return ExitCode::ok;
}

ExitCode mapping(Invocation& in) {
  auto const versions = in.client().list(graph(in.get("address"), "/mappings"));
  auto const wanted = in.find("number");
  for (auto const& version : versions) {
    if (wanted && cell(&version.at("number")) != *wanted) continue;
    if (in.out().format() == Format::table)
      std::fputs(write_yaml(version.at("mapping")).c_str(), stdout);
    else
      in.out().item(version);
    return ExitCode::ok;
  }
  throw not_found(wanted ? fmt::format("{} has no mapping {}", in.get("address"), *wanted)
                         : fmt::format("{} has no mapping", in.get("address")));
}

ExitCode sources(Invocation& in) {
  in.out().list(in.client().list(graph(in.get("address"), "/sources")), kSources);
  return ExitCode::ok;
}

ExitCode retract(Invocation& in) {
  in.out().changed(in.client().post(graph(in.get("address"), ":retract"), json::Object{{"dataset", in.get("dataset")}}),
                   kCommits);
  return ExitCode::ok;
}

}  // namespace

void add_graph_map(std::vector<Command>& commands) {
  auto const address = positional("address", "department/name", "graph");
  commands.push_back({.noun = "graph",
                      .verb = "map",
                      .summary = "Make statements of tables by a mapping, each table in a named graph of its own",
                      .arguments = {address, option("-f,--file", "FILE", "mapping in YAML; default: the graph's last")},
                      .examples = {"lepton graph map risk/exposure -f mapping.yaml --purpose default-risk",
                                   "lepton graph map risk/exposure --purpose default-risk"},
                      .run = map});
  commands.push_back({.noun = "graph",
                      .verb = "mapping",
                      .summary = "Show the mapping that a graph is made by",
                      .arguments = {address, option("--number", "N", "an earlier one")},
                      .run = mapping});
  commands.push_back({.noun = "graph",
                      .verb = "sources",
                      .summary = "List the tables that what you see of a graph is made from",
                      .arguments = {address},
                      .run = sources});
  commands.push_back({.noun = "graph",
                      .verb = "retract",
                      .summary = "Take back what was made of a table",
                      .arguments = {address, positional("dataset", "department/name of the table", "dataset")},
                      .examples = {"lepton graph retract risk/exposure banking/customers"},
                      .run = retract});
}

}  // namespace lepton::cli
