#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/commands.h"

namespace lepton::cli {
namespace {

ExitCode list(Invocation& in) {
  if (!in.find("experiment")) {
    in.out().list(in.client().list(Target("/v1/experiments")),
                  {{"EXPERIMENT", "address"}, {"DESCRIPTION", "description"}, {"CREATED", "created_at"}});
    return ExitCode::ok;
  }
  auto const place = place_of(in.get("experiment"));
  in.out().list(in.client().list(Target("/v1/runs").with("experiment", place.address())), {{"ID", "id"},
                                                                                           {"NAME", "name"},
                                                                                           {"STATUS", "status"},
                                                                                           {"BY", "created_by"},
                                                                                           {"STARTED", "started_at"},
                                                                                           {"PROBLEM", "problem"}});
  return ExitCode::ok;
}

ExitCode show(Invocation& in) {
  auto const run = in.client().get(Target("/v1/runs/{}", {in.get("run")}));
  if (in.out().format() != Format::table) {
    in.out().item(run);
    return ExitCode::ok;
  }
  in.out().item(run, {{"ID", "id"},
                      {"EXPERIMENT", "experiment"},
                      {"STATUS", "status"},
                      {"BY", "created_by"},
                      {"STARTED", "started_at"},
                      {"ENDED", "ended_at"}});
  json::Array facts;
  for (auto const& data : run.at("data").as_array())
    facts.push_back(json::Object{{"kind", "data"}, {"name", data.at("address")}, {"value", data.at("digest")}});
  for (auto const& [name, value] : run.at("params").as_object())
    facts.push_back(json::Object{{"kind", "parameter"}, {"name", name}, {"value", value}});
  for (auto const& [name, metric] : run.at("metrics").as_object())
    facts.push_back(json::Object{{"kind", "metric"}, {"name", name}, {"value", metric.at("value")}});
  in.out().list(facts, {{"", "kind"}, {"NAME", "name"}, {"VALUE", "value"}});
  return ExitCode::ok;
}

// Metrics come as text, exactly; a table shows six digits.
json::Value number_in(json::Value const& value) {
  return value.is_string() && !value.get_string().empty() ? json::parse(value.get_string()) : value;
}

ExitCode compare(Invocation& in) {
  auto const answer =
      in.client().get(Target("/v1/runs:compare").with("runs", fmt::format("{}", fmt::join(in.all("runs"), ","))));
  if (in.out().format() != Format::table && in.out().format() != Format::csv) {
    in.out().item(answer);
    return ExitCode::ok;
  }
  json::Array rows;
  std::vector<Column> columns{{"NAME", "name"}, {"DIFFERS", "differs"}};
  for (auto const& run : in.all("runs")) columns.push_back({run, "value" + std::to_string(columns.size() - 2)});
  for (auto const* part : {"data", "params", "metrics"})
    for (auto const& row : answer.at(part).as_array()) {
      json::Object line{{"name", row.at("key")}, {"differs", row.at("differs")}};
      std::size_t next = 0;
      for (auto const& value : row.at("values").as_array())
        line["value" + std::to_string(next++)] = std::string_view(part) == "metrics" ? number_in(value) : value;
      rows.push_back(std::move(line));
    }
  in.out().list(rows, columns);
  return ExitCode::ok;
}

ExitCode artifact(Invocation& in) {
  in.client().stream(Target("/v1/runs/" + in.get("run") + "/artifacts/" + in.get("path")), nullptr, "",
                     [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
  return ExitCode::ok;
}

// Which figures tell most, by the kind of answer.
std::vector<Column> figures_of(json::Object const& report) {
  auto const* named = report.if_contains("task");
  std::string const task(named != nullptr && named->is_string() ? std::string_view(named->get_string()) : "");
  if (task == "regression")
    return {
        {"RMSE", "rmse"}, {"MAE", "mae"}, {"R2", "r2"}, {"BIAS", "bias"}, {"MEDIAN ERROR", "median_absolute_error"}};
  if (task == "ranking")
    return {{"QUERIES", "queries"}, {"NDCG@5", "ndcg_5"}, {"NDCG@10", "ndcg_10"}, {"MAP", "map"}, {"MRR", "mrr"}};
  if (task == "text_entities")
    return {{"TOKENS", "tokens"},
            {"ENTITY PRECISION", "entity_precision"},
            {"ENTITY RECALL", "entity_recall"},
            {"ENTITY F1", "entity_f1"},
            {"TOKEN ACCURACY", "accuracy"}};
  if (task == "recommendation")
    return {{"METHOD", "method"}, {"USERS", "users"},       {"RECALL", "recall"},
            {"NDCG", "ndcg"},     {"HIT RATE", "hit_rate"}, {"COVERAGE", "coverage"}};
  if (task == "anomaly_detection")
    return {{"PERIODS", "periods"},
            {"SERIES", "series"},
            {"SEASON", "season"},
            {"MASE", "mase"},
            {"SEASONAL NAIVE", "naive_mase"},
            {"SURGES HELD OUT", "held_out_episodes"}};
  if (task == "text_labelling") return {{"ALL LABELS RIGHT", "exact"}};
  if (task == "text_classification" || task == "multiclass_classification")
    return {{"ACCURACY", "accuracy"}, {"LOG LOSS", "log_loss"}, {"CALIBRATION ERROR", "calibration_error"}};
  return {{"AUC", "auc"},           {"KS", "ks"},       {"AVERAGE PRECISION", "average_precision"},
          {"LOG LOSS", "log_loss"}, {"BRIER", "brier"}, {"THRESHOLD", "threshold"}};
}

// A part of the report that is a list, where it has anything.
void show_list(Invocation& in, json::Object const& report, std::string_view part, std::vector<Column> const& columns) {
  constexpr std::size_t kMostShown = 30;
  auto const* rows = report.if_contains(part);
  if (rows == nullptr || !rows->is_array() || rows->get_array().empty()) return;
  json::Array shown = rows->get_array();
  if (shown.size() > kMostShown) shown.resize(kMostShown);
  in.out().list(shown, columns);
}

// The numbers of the held-out rows, the table per class and what mattered most; the curves are in -o json.
void show_evaluation(Invocation& in, json::Object const& report) {
  in.out().item(report, {{"TRAINED BY", "library"},
                         {"ROWS TO TRAIN", "train_rows"},
                         {"TO CHOOSE", "validation_rows"},
                         {"HELD OUT", "test_rows"}});
  auto const* test = report.if_contains("test");
  if (test == nullptr || !test->is_object()) return;
  in.out().item(*test, figures_of(report));
  json::Array classes;
  for (auto const* part : {"classes", "labels", "entities", "averages"})
    if (auto const* rows = test->as_object().if_contains(part); rows != nullptr && rows->is_array())
      std::copy_if(rows->get_array().begin(), rows->get_array().end(), std::back_inserter(classes),
                   [](json::Value const& row) { return row.is_object(); });  // names of classes may stand there too
  if (!classes.empty())
    in.out().list(
        classes,
        {{"CLASS", "label"}, {"PRECISION", "precision"}, {"RECALL", "recall"}, {"F1", "f1"}, {"SUPPORT", "support"}});
  show_list(in, test->as_object(), "tried",
            {{"TRIED", "method"}, {"REGULARISATION", "regularisation"}, {"TO CHOOSE, NDCG", "validation_ndcg"}});
  show_list(in, test->as_object(), "episodes",
            {{"SURGE", "series"},
             {"BEGIN", "begin"},
             {"END", "end"},
             {"PEAK", "peak"},
             {"COUNT", "count"},
             {"EXPECTED", "expected"},
             {"P", "p_value"}});
  show_list(in, report, "comparisons",
            {{"COMPARED WITH", "baseline"},
             {"BY", "metric"},
             {"MODEL", "value"},
             {"BASELINE", "baseline_value"},
             {"P", "p_value"},
             {"LOW", "low"},
             {"HIGH", "high"}});
  show_list(in, report, "slices",
            {{"WHERE", "column"},
             {"IS", "value"},
             {"ROWS", "rows"},
             {"ACCURACY", "accuracy"},
             {"RATE", "positive_rate"},
             {"MEAN SCORE", "mean_score"},
             {"AUC", "auc"},
             {"KS", "ks"}});
  show_list(in, report, "importance", {{"FEATURE", "feature"}, {"GAIN", "gain"}, {"SPLITS", "splits"}});
}

ExitCode report(Invocation& in) {
  std::string text;
  in.client().stream(Target("/v1/runs/{}/artifacts/report.json", {in.get("run")}), nullptr, "",
                     [&](std::string_view piece) { text += piece; });
  auto const whole = json::parse(text);
  in.out().format() == Format::table ? show_evaluation(in, whole.as_object()) : in.out().item(whole);
  return ExitCode::ok;
}

}  // namespace

void add_run(std::vector<Command>& commands) {
  auto const run = positional("run", "its id");
  commands.push_back({.noun = "run",
                      .verb = "list",
                      .summary = "List the runs of an experiment, newest first; without one, the experiments",
                      .arguments = {optional_positional("experiment", "department/name", "experiment")},
                      .run = list});
  commands.push_back({.noun = "run",
                      .verb = "show",
                      .summary = "Show what a run read, its parameters and metrics",
                      .arguments = {run},
                      .run = show});
  commands.push_back({.noun = "run",
                      .verb = "compare",
                      .summary = "Put parameters, metrics and data of runs side by side",
                      .arguments = {repeated(positional("runs", "their ids"))},
                      .run = compare});
  commands.push_back({.noun = "run",
                      .verb = "report",
                      .summary = "Show the evaluation report of a training run",
                      .arguments = {run},
                      .run = report});
  commands.push_back({.noun = "run",
                      .verb = "artifact",
                      .summary = "Write a file that a run left to standard output",
                      .arguments = {run, positional("path", "such as report.json")},
                      .run = artifact});
}

}  // namespace lepton::cli
