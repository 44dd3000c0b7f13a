#include <fmt/format.h>

#include "base/error.h"
#include "base/file.h"
#include "base/yaml.h"
#include "cli/commands.h"
#include "cli/operation.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kColumns{{"ID", "id"},
                                   {"NAME", "name"},
                                   {"DEPARTMENT", "department"},
                                   {"STATE", "state"},
                                   {"BY", "submitted_by"},
                                   {"SUBMITTED", "submitted_at"},
                                   {"PROGRESS", "progress.message"}};

// "0.1" → a number, "true" → a boolean, the rest text, as in YAML.
json::Value scalar(std::string const& text) {
  auto const documents = parse_yaml(text, "the value");
  return documents.empty() ? json::Value("") : documents[0];
}

json::Object recipe_of(Invocation const& in) {
  json::Object recipe;
  if (auto const file = in.find("file")) {
    auto const documents = parse_yaml(read_file(*file), *file);
    if (documents.size() != 1 || !documents[0].is_object()) throw invalid(*file + " must hold one recipe");
    recipe = documents[0].get_object();
    recipe.erase("kind");
  }
  if (auto const trainer = in.find("trainer")) recipe["trainer"] = *trainer;
  if (auto const name = in.find("name")) recipe["name"] = *name;
  if (auto const seed = in.find("seed")) recipe["seed"] = scalar(*seed);
  if (auto const inputs = in.all("input"); !inputs.empty()) {
    json::Array list;
    for (auto const& input : inputs) list.push_back(json::Object{{"dataset", input}});
    recipe["inputs"] = std::move(list);
  }
  if (auto const target = in.find("register")) {
    recipe["outputs"] = json::Array{json::Object{{"kind", "model"}, {"target", *target}}};
    if (!recipe.contains("department")) recipe["department"] = place_of(*target).department;
  }
  if (auto const department = in.find("department")) recipe["department"] = *department;
  if (!recipe.contains("parameters")) recipe["parameters"].emplace_object();
  for (auto const& text : in.all("set")) {
    auto const [key, value] = key_value(text, "--set");
    recipe["parameters"].as_object()[key] = scalar(value);
  }
  if (!recipe.contains("department"))
    throw invalid("say whose work it is: --department NAME, or department: in the recipe");
  return recipe;
}

void follow_log(Invocation& in, std::string const& job, std::int64_t offset, bool follow) {
  in.client().stream(
      Target("/v1/jobs/{}/log", {job}).with("offset", std::to_string(offset)).with("follow", follow ? "true" : ""),
      nullptr, "", [](std::string_view piece) {
        std::fwrite(piece.data(), 1, piece.size(), stdout);
        std::fflush(stdout);
      });
}

ExitCode submit(Invocation& in) {
  auto const recipe = recipe_of(in);
  std::string const department(recipe.at("department").as_string());
  Target target("/v1/departments/{}/jobs", {department});
  if (in.has("dry-run")) target.with("validate_only", "true");
  auto operation = in.client().post(target, recipe);
  std::string const id(operation.at("id").as_string());
  if (in.has("dry-run")) {
    in.out().note("the recipe is right; nothing was started");
    return ExitCode::ok;
  }
  if (in.has("follow")) follow_log(in, id, 0, true);
  if (in.has("wait") || in.has("follow")) return finish(in, id);
  in.out().changed(operation);
  in.out().note(fmt::format("follow it: lepton job logs -f {}", id));
  return ExitCode::ok;
}

ExitCode list(Invocation& in) {
  in.out().list(
      in.client().list(Target("/v1/jobs").with("department", in.find("department")).with("state", in.find("state"))),
      kColumns);
  return ExitCode::ok;
}

ExitCode show(Invocation& in) {
  if (in.has("wait")) return finish(in, in.get("job"));
  in.out().item(in.client().get(Target("/v1/jobs/{}", {in.get("job")})));
  return ExitCode::ok;
}

ExitCode logs(Invocation& in) {
  follow_log(in, in.get("job"), 0, in.has("follow"));
  return ExitCode::ok;
}

ExitCode cancel(Invocation& in) {
  in.out().changed(in.client().post(Target("/v1/jobs/{}:cancel", {in.get("job")})), {{"id", "id"}, {"state", "state"}});
  return ExitCode::ok;
}

}  // namespace

void add_job(std::vector<Command>& commands) {
  commands.push_back(
      {.noun = "job",
       .verb = "submit",
       .summary = "Run a recipe as a job",
       .arguments = {option("-f,--file", "FILE", "recipe in YAML"), option("--trainer", "NAME", "built-in: xgboost"),
                     repeated(option("--input", "ADDRESS", "dataset to read, banking/customers or …@3")),
                     option("--register", "ADDRESS", "register the model here"),
                     repeated(option("--set", "NAME=VALUE", "a parameter, such as target=defaulted")),
                     option("--seed", "N", "of everything random"), option("--name", "TEXT", "for people"),
                     option("--department", "NAME", "whose work it is; default that of --register"),
                     flag("--wait", "until it is over, with progress"),
                     flag("--follow", "show its log, then its result"), flag("--dry-run", "only check")},
       .examples = {"lepton job submit --trainer xgboost --input risk/training-set --set target=defaulted --register "
                    "risk/default-risk --purpose default-risk --wait",
                    "lepton job submit -f recipe.yaml --follow"},
       .run = submit});
  commands.push_back(
      {.noun = "job",
       .verb = "list",
       .summary = "List jobs, newest first",
       .arguments = {option("--department", "NAME", "whose work"), option("--state", "STATE", "such as running")},
       .run = list});
  commands.push_back({.noun = "job",
                      .verb = "show",
                      .summary = "Show a job",
                      .arguments = {positional("job", "its id"), flag("--wait", "until it is over")},
                      .run = show});
  commands.push_back({.noun = "job",
                      .verb = "logs",
                      .summary = "Show what a job wrote",
                      .arguments = {positional("job", "its id"), flag("-f,--follow", "stay until it is over")},
                      .examples = {"lepton job logs -f JOB"},
                      .run = logs});
  commands.push_back({.noun = "job",
                      .verb = "cancel",
                      .summary = "Ask a job to end",
                      .arguments = {positional("job", "its id")},
                      .run = cancel});
}

}  // namespace lepton::cli
