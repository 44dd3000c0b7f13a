// Trains on the training split, stops by the validation split, and reports the test split once.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <fstream>

#include "base/call.h"
#include "embed/dense_product.h"
#include "embed/link/link_predictor.h"
#include "embed/rules/rule_set.h"
#include "quality.h"

namespace lepton::bench {
namespace {

using namespace embed;

/// OpenKE's files: a count, then head, tail and relation by number, or name and number.
struct Graph {
  std::uint32_t entities = 0, relations = 0;
  std::vector<std::string> entity_names, relation_names;
  std::vector<Triple> train, validation, test;
};

std::vector<Triple> read_numbers(std::filesystem::path const& path) {
  std::ifstream file(path);
  std::size_t count = 0;
  file >> count;
  std::vector<Triple> triples(count);
  for (auto& triple : triples) file >> triple.head >> triple.tail >> triple.relation;
  return triples;
}

std::vector<std::string> read_names(std::filesystem::path const& path) {
  std::ifstream file(path);
  std::size_t count = 0, number = 0;
  file >> count;
  std::vector<std::string> names(count);
  for (std::string name; file >> name >> number;) names.at(number) = name;
  return names;
}

Graph read_graph(std::filesystem::path const& folder) {
  Graph graph;
  graph.entity_names = read_names(folder / "entity2id.txt");
  graph.relation_names = read_names(folder / "relation2id.txt");
  graph.entities = static_cast<std::uint32_t>(graph.entity_names.size());
  graph.relations = static_cast<std::uint32_t>(graph.relation_names.size());
  graph.train = read_numbers(folder / "train2id.txt");
  graph.validation = read_numbers(folder / "valid2id.txt");
  graph.test = read_numbers(folder / "test2id.txt");
  return graph;
}

void print_ranks(std::string_view what, RankingReport const& report) {
  fmt::print("{:<28} MRR {:.4f}  Hits@1 {:.4f}  Hits@3 {:.4f}  Hits@10 {:.4f}  of {} ranks\n", what, report.mrr,
             report.hits_at_1, report.hits_at_3, report.hits_at_10, report.ranks);
  std::fflush(stdout);
}

/// Ranks by rules alone: what no rule proposes shares the places behind.
void rank_by_rules(Call const& call, Graph const& graph, QueryIndex const& known) {
  double before = cpu_seconds();
  auto const rules = RuleSet::parse(
      RuleSet::write(mine_rules(call, graph.train, graph.entities, graph.relations, {.longest = 3, .examples = 300}),
                     graph.relation_names));
  double const mining = cpu_seconds() - before;
  EdgeLists const edges(graph.train, graph.entities, graph.relations);
  RankingReport report;
  std::size_t explained = 0;
  before = cpu_seconds();
  for (auto const& [head, relation, tail] : graph.test) {
    explained += rules.explain(edges, {head, relation, tail}, 1).empty() ? 0 : 1;
    for (auto const& [query, answer] :
         {std::pair(Query{head, relation}, tail), std::pair(Query{tail, relation + graph.relations}, head)}) {
      auto const others = known.find(query);
      std::size_t greater = 0, equal = 0, seen = 0;
      auto const answers = rules.answers(edges, query, {});
      auto const right =
          std::find_if(answers.begin(), answers.end(), [&](auto const& a) { return a.entity == answer; });
      for (auto const& other : answers) {
        if (other.entity == answer || std::binary_search(others.begin(), others.end(), other.entity)) continue;
        ++seen;
        if (right == answers.end() || other.confidences > right->confidences)
          ++greater;
        else if (other.confidences == right->confidences)
          ++equal;
      }
      auto const behind = static_cast<double>(graph.entities - others.size() - seen) / 2;
      report.add(1 + static_cast<double>(greater) + (right == answers.end() ? behind : static_cast<double>(equal) / 2));
    }
  }
  report.finish();
  print_ranks("rules alone, test", report);
  fmt::print(
      "{} rules mined in {:.0f} s of CPU; {:.1f} % of the test triples have one; two answers and an explanation in "
      "{:.1f} ms\n",
      rules.rules().size(), mining, 100.0 * static_cast<double>(explained) / static_cast<double>(graph.test.size()),
      1000 * (cpu_seconds() - before) / static_cast<double>(graph.test.size()));
}

bool there(std::filesystem::path const& folder) {
  bool const found = std::filesystem::exists(folder);
  if (!found) fmt::print("{}: skipped, {} is not there\n", folder.filename().string(), folder.string());
  return found;
}

/// What ranks are filtered by.
QueryIndex all_known(Graph const& graph) {
  std::span<Triple const> const lists[] = {graph.train, graph.validation, graph.test};
  return {lists, graph.relations};
}

void report_rules(std::filesystem::path const& folder) {
  if (!there(folder)) return;
  SystemClock const clock;
  auto const graph = read_graph(folder);
  rank_by_rules(system_call(clock), graph, all_known(graph));
}

void report(std::filesystem::path const& folder, EmbeddingOptions const& options) {
  auto const name = folder.filename().string();
  if (!there(folder)) return;
  SystemClock const clock;
  auto const call = system_call(clock);
  auto const graph = read_graph(folder);
  auto const known = all_known(graph);
  fmt::print("{}: {} entities, {} relations, {} training triples; vectors of {} on {}\n", name, graph.entities,
             graph.relations, graph.train.size(), options.dimension, vector_unit());
  double const before = cpu_seconds();
  auto const start = std::chrono::steady_clock::now();
  auto const embeddings = train_embeddings(
      call, {graph.train, graph.validation, graph.entities, graph.relations}, options,
      [&](EmbeddingProgress const& progress) {
        if (progress.validation != nullptr)
          print_ranks(fmt::format("epoch {}, {:.0f} s, validation", progress.epoch, cpu_seconds() - before),
                      *progress.validation);
      });
  fmt::print("{} epochs in {:.0f} s of CPU, {:.0f} s of time, {} threads\n", embeddings.epochs, cpu_seconds() - before,
             std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), options.threads);
  print_ranks(fmt::format("{}, test", enum_name(options.scoring)),
              rank_triples(call, embeddings.view(), graph.test, known, static_cast<std::size_t>(options.threads)));
  QueryIndex const train(graph.train, graph.relations);
  auto const calibration = calibrate(answer_outcomes(call, embeddings.view(), graph.validation, train));
  auto const judged = judge_calibration(calibration, answer_outcomes(call, embeddings.view(), graph.test, train));
  fmt::print("calibration of the ten best answers, test: error {:.4f}, Brier {:.4f}, {:.3f} of {} hold\n", judged.error,
             judged.brier, judged.base_rate, judged.outcomes);
  auto const artifact = LinkPredictor::write(embeddings, graph.entity_names, graph.relation_names, calibration);
  auto const begin = std::chrono::steady_clock::now();
  auto const predictor = LinkPredictor::parse(artifact);
  fmt::print("artifact of {:.1f} MB, checked and ready in {:.1f} ms\n", static_cast<double>(artifact.size()) / 1e6,
             std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
}

/// What was chosen by the validation split.
EmbeddingOptions options_of(std::int64_t dimension, double cubes, double relation_weight, std::int64_t candidates,
                            std::int64_t batch, std::int64_t epochs) {
  EmbeddingOptions options;
  options.dimension = dimension;
  options.cubes = cubes;
  options.relation_weight = relation_weight;
  options.candidates = candidates;
  options.batch = batch;
  options.epochs = epochs;
  options.validate_every = 4;
  return options;
}

}  // namespace

void link_prediction_wn18rr(std::filesystem::path const& data) {
  auto options = options_of(512, 0.1, 0.05, 1024, 128, 20);
  options.answers = 1'000'000;
  report(data / "wn18rr", options);
}

void link_prediction_fb15k237(std::filesystem::path const& data) {
  auto options = options_of(1024, 0.05, 0, 2048, 256, 20);
  options.threads = 2;
  report(data / "fb15k237", options);
}

void rules_of_wn18rr(std::filesystem::path const& data) {
  report_rules(data / "wn18rr");
}

void rules_of_fb15k237(std::filesystem::path const& data) {
  report_rules(data / "fb15k237");
}

}  // namespace lepton::bench
