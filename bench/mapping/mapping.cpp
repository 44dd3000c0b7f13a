// From a table to a graph and back to single facts: `bench_mapping [rows]`. A table is mapped to statements as one
// durable commit, mapped again after every row has changed, and then asked for facts of single records, as a deployment
// asks for each prediction: every question decided anew.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "access/access.h"
#include "access/schema.h"
#include "base/file.h"
#include "datasets/datasets.h"
#include "datasets/schema.h"
#include "graphs/fact_queries.h"
#include "graphs/mappings.h"
#include "graphs/schema.h"
#include "lineage/schema.h"
#include "table/own_worker.h"

namespace lepton::graphs {
namespace {

constexpr int kCustomersPerBranch = 50;
constexpr char kMapping[] = R"({"prefixes": {"b": "http://b/"}, "maps": [
  {"name": "customer", "dataset": "risk/customers", "subject": "b:c/{id}", "class": "b:Customer", "facts": [
    {"predicate": "b:id", "column": "id"}, {"predicate": "b:name", "column": "name"},
    {"predicate": "b:limit", "column": "credit_limit"}, {"predicate": "b:since", "column": "since"},
    {"predicate": "b:branch", "template": "b:branch/{branch}"},
    {"predicate": "b:guarantees", "subject_of": {"map": "customer", "columns": {"id": "guarantees"}}}]}]})";

double cpu_seconds(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A platform's worth of tables and graphs in a new directory, and an analyst who may do all of this.
struct Platform {
  Platform() {
    for (auto const& steps : {access::migrations(), lineage::migrations(), datasets::migrations(), migrations()})
      database->migrate(steps);
    access.emplace(*database, clock);
    table::WorkerOptions options;
    options.command = table::own_worker_command();
    options.scratch = directory.path() / "scratch";
    workers.emplace(options, log);
    tables.emplace(datasets::Datasets::Parts{*database, *blobs, access->authority, access->assets, access->audit,
                                             lineage, *workers});
    graphs.emplace(Graphs::Parts{
        *database, access->authority, access->assets, access->audit, lineage, directory.path() / "graphs", {}});
    Call const system = system_call(clock);
    access->directory.create_department(system, "risk");
    access->directory.create_user(system, {.name = "ben", .department = "risk"});
    access->directory.assign_role(system, "risk", "ben", "steward");
  }

  [[nodiscard]] Call call() const {
    Call call = system_call(clock);
    call.principal = access->directory.principal("ben");
    return call;
  }

  void import(int rows, int version) {
    auto const file = directory.path() / "customers.csv";
    {
      std::ofstream csv(file);
      csv << "id,name,credit_limit,since,branch,guarantees\n";
      for (int i = 0; i < rows; ++i)
        csv << fmt::format("{},Customer {} of version {},{},2{:03}-{:02}-{:02},{},{}\n", i, i, version,
                           (i * 37 + version) % 100'000, i % 26, i % 12 + 1, i % 28 + 1, i / kCustomersPerBranch,
                           i % 3 == 0 ? std::to_string((i + 7919) % rows) : std::string());
    }
    (void)tables->import(call(), access::parse_address("risk/customers"), file, {});
  }

  TemporaryDirectory directory{"bench-mapping"};
  SystemClock clock;
  Log log{LogLevel::error};
  std::unique_ptr<db::Database> database = db::open_database((directory.path() / "meta.db").string(), clock);
  std::unique_ptr<blob::Store> blobs = blob::open_folder(directory.path() / "objects");
  std::optional<access::Access> access;
  lineage::Lineage lineage;
  std::optional<table::Workers> workers;
  std::optional<datasets::Datasets> tables;
  std::optional<Graphs> graphs;
};

void measure_mapping(Platform& platform, access::Address const& graph, std::string_view what) {
  Mappings mappings(
      {*platform.graphs, *platform.tables, *platform.database, platform.access->authority, platform.access->assets});
  double const own = cpu_seconds(RUSAGE_SELF);
  double const workers = cpu_seconds(RUSAGE_CHILDREN);
  double const begun = wall_seconds();
  auto const result = mappings.run(platform.call(), graph, json::parse(kMapping));
  double const wall = wall_seconds() - begun;
  auto const statements = static_cast<double>(result.datasets.front().statements);
  double const cpu = cpu_seconds(RUSAGE_SELF) - own;
  fmt::print(
      "{:<40}{:>10.0f} statements/s, {:>10.0f} per CPU second ({} of {} rows; {:.2f} s, {:.2f} s of CPU, {:.2f} s "
      "of it in workers that ended)\n",
      what, statements / wall, statements / cpu, result.datasets.front().statements, result.datasets.front().rows, wall,
      cpu, cpu_seconds(RUSAGE_CHILDREN) - workers);
}

void measure_facts(Platform& platform, access::Address const& graph, int rows) {
  constexpr int times = 2000;
  FactQueries facts(*platform.graphs, {});
  Call const call = platform.call();
  std::pair<char const*, char const*> const questions[] = {
      {"a value of one record", "PREFIX b: <http://b/> SELECT ?limit { ?who b:id ?id ; b:limit ?limit }"},
      {"guarantees, through any number of others",
       "PREFIX b: <http://b/> SELECT (COUNT(?other) AS ?n) { ?who b:id ?id . ?who b:guarantees+ ?other }"},
      {"mean limit of the branch's customers",
       "PREFIX b: <http://b/> SELECT (AVG(?limit) AS ?mean) { ?who b:id ?id ; b:branch ?branch . ?other b:branch "
       "?branch ; "
       "b:limit ?limit }"}};
  fmt::print("\n{:<44}{:>12}{:>12}{:>14}\n", "one fact, microseconds", "median", "p99", "CPU");
  for (auto const& [name, query] : questions) {
    std::vector<double> took;
    double const cpu = cpu_seconds(RUSAGE_SELF);
    for (int i = 0; i < times; ++i) {
      double const begun = wall_seconds();
      auto const key = rdf::literal(std::to_string(static_cast<long>(i) * 7919 % rows), rdf::xsd_integer);
      if (facts.find(call, graph, query, "id", {key}).facts.size() != 1) std::abort();
      took.push_back((wall_seconds() - begun) * 1e6);
    }
    std::ranges::sort(took);
    fmt::print("{:<44}{:>12.0f}{:>12.0f}{:>14.0f}\n", name, took[times / 2], took[times * 99 / 100],
               (cpu_seconds(RUSAGE_SELF) - cpu) * 1e6 / times);
  }
}

void run(int rows) {
  Platform platform;
  auto const graph = access::parse_address("risk/exposure");
  (void)platform.graphs->create(platform.call(), graph, "", {});
  platform.import(rows, 1);
  measure_mapping(platform, graph, "mapping a table, durable");
  platform.import(rows, 2);
  measure_mapping(platform, graph, "again, names and limits changed");
  measure_facts(platform, graph, rows);
}

}  // namespace
}  // namespace lepton::graphs

int main(int argc, char** argv) {
  lepton::graphs::run(argc > 1 ? std::atoi(argv[1]) : 200'000);
}
