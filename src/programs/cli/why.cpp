#include <fmt/format.h>

#include <map>

#include "cli/commands.h"

namespace lepton::cli {
namespace {

std::string text_of(json::Value const& object, std::string_view key) {
  auto const* value = object.as_object().if_contains(key);
  return cell(value);
}

// What a reader wants of each stage; the rest is in -o json.
void show_facts(Output const& out, json::Object const& facts, std::string const& indent) {
  for (auto const& [key, value] : facts) {
    auto text = cell(&value);
    if (text.empty() || key == "trace_id" || key == "spec") continue;
    if (text.size() > 240) text = text.substr(0, 240) + "…";
    out.text(fmt::format("{}  {}: {}", indent, std::string_view(key), text));
  }
}

void show_step(Output const& out, json::Value const& step, std::string const& indent) {
  if (auto const* hidden = step.as_object().if_contains("hidden");
      hidden != nullptr && hidden->is_bool() && hidden->get_bool()) {
    out.text(fmt::format("{}{}: (hidden: you may not know of it)", indent, text_of(step, "kind")));
    return;
  }
  out.text(fmt::format("{}{} {}  {}{}{}", indent, text_of(step, "kind"), text_of(step, "name"), text_of(step, "at"),
                       text_of(step, "by").empty() ? "" : " by ", text_of(step, "by")));
  if (auto const* facts = step.as_object().if_contains("facts"); facts != nullptr && facts->is_object())
    show_facts(out, facts->get_object(), indent);
  if (auto const* grounds = step.as_object().if_contains("allowed_by"); grounds != nullptr && grounds->is_array())
    for (auto const& ground : grounds->get_array())
      out.text(fmt::format("{}  allowed by {}: {}", indent, text_of(ground, "kind"), text_of(ground, "text")));
}

/// Each step below the one that was made from it.
void show_below(Output const& out, json::Array const& steps, std::int64_t parent, std::string const& indent) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].at("parent").to_number<std::int64_t>() != parent) continue;
    show_step(out, steps[i], indent);
    show_below(out, steps, static_cast<std::int64_t>(i), indent + "  ");
  }
}

ExitCode why(Invocation& in) {
  auto const trace = in.client().get(Target("/v1/decisions/{}/trace", {in.get("decision")}));
  if (in.out().format() != Format::table) {
    in.out().item(trace);
    return ExitCode::ok;
  }
  in.out().text("decision " + in.get("decision"));
  show_below(in.out(), trace.at("steps").as_array(), -1, "");
  if (trace.at("truncated").as_bool()) in.out().note("there is more than is shown here");
  return ExitCode::ok;
}

ExitCode impact(Invocation& in) {
  auto const answer = in.client().get(Target("/v1/impact").with("address", in.get("address")));
  if (in.out().format() == Format::table || in.out().format() == Format::csv) {
    json::Array known;
    std::map<std::string, int> hidden;
    for (auto const& dependent : answer.at("dependents").as_array())
      if (dependent.as_object().contains("hidden"))
        ++hidden[text_of(dependent, "kind")];
      else
        known.push_back(dependent);
    in.out().list(known, {{"KIND", "kind"},
                          {"NAME", "name"},
                          {"RELATION", "relation"},
                          {"DEPTH", "depth"},
                          {"LIVE", "live"},
                          {"STILL ALLOWED", "still_allowed"}});
    for (auto const& [kind, count] : hidden)
      in.out().note(fmt::format("and {} of kind {} that you may not know of", count, kind));
  } else {
    in.out().item(answer);
  }
  return ExitCode::ok;
}

ExitCode decisions(Invocation& in) {
  auto const answer = in.client().get(Target("/v1/decisions")
                                          .with("deployment", in.find("deployment"))
                                          .with("from", in.find("from"))
                                          .with("to", in.find("to"))
                                          .with("page_size", in.get_or("limit", "20")));
  in.out().list(answer.at("items").as_array(), {{"ID", "id"},
                                                {"AT", "at"},
                                                {"DEPLOYMENT", "deployment"},
                                                {"REVISION", "revision"},
                                                {"MODEL", "model"},
                                                {"WHO", "principal"},
                                                {"ROWS", "rows"}});
  return ExitCode::ok;
}

}  // namespace

void add_why(std::vector<Command>& commands) {
  commands.push_back({.noun = "",
                      .verb = "why",
                      .summary = "Walk from a decision back to the rows it stands on, with who allowed each step",
                      .arguments = {positional("decision", "Lepton-Decision-Id of an answer")},
                      .examples = {"lepton why DECISION", "lepton why DECISION -o json"},
                      .run = why});
  commands.push_back(
      {.noun = "",
       .verb = "decisions",
       .summary = "List decisions, newest first",
       .arguments = {optional_positional("deployment", "department/name; default: your own", "deployment"),
                     option("--from", "TIME", "not before"), option("--to", "TIME", "before"),
                     option("--limit", "N", "default 20")},
       .run = decisions});
  commands.push_back({.noun = "data",
                      .verb = "impact",
                      .summary = "List everything that depends on an asset, forward to live deployments",
                      .arguments = {positional("address", "dataset or model, with or without @version", "*")},
                      .examples = {"lepton data impact banking/customers"},
                      .run = impact});
}

}  // namespace lepton::cli
