#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "base/file.h"
#include "datasets/datasets.h"
#include "graph_world.h"
#include "graphs/mappings.h"
#include "killed_child.h"
#include "rdf/quad.h"
#include "table/own_worker.h"

namespace lepton::graphs {
namespace {

/// Two tables that are always mapped together; each row carries the number of the round that imported both.
constexpr std::array<std::string_view, 2> kTables{"people", "firms"};
constexpr char kMapping[] = R"({"prefixes": {"b": "http://b/"}, "maps": [
  {"dataset": "banking/people", "subject": "b:people/{id}", "facts": [{"predicate": "b:round", "column": "round"}]},
  {"dataset": "banking/firms", "subject": "b:firms/{id}", "facts": [{"predicate": "b:round", "column": "round"}]}]})";

std::int64_t rows_of(std::int64_t round) {
  return 2000 + round % 5 * 500;
}

/// With tables and mappings: for the child, since query workers are started by a thread that no fork takes along.
struct MappingWorld : GraphWorld {
  explicit MappingWorld(std::filesystem::path const& path)
      : GraphWorld(path), directory(path), blobs(blob::open_folder(path / "objects")) {
    table::WorkerOptions options;
    options.command = table::own_worker_command();
    options.scratch = directory / "scratch";
    options.memory_bytes = 256 << 20;
    workers.emplace(options, log);
    tables.emplace(datasets::Datasets::Parts{*database, *blobs, access->authority, access->assets, access->audit,
                                             lineage, *workers});
    mappings.emplace(Mappings::Parts{*graphs, *tables, *database, access->authority, access->assets});
  }

  void import(std::string_view table, std::int64_t round) {
    std::string csv = "id,round\n";
    for (std::int64_t i = 0; i < rows_of(round); ++i) csv += fmt::format("{},{}\n", i, round);
    auto const file = directory / "upload.csv";
    write_file_atomically(file, csv);
    (void)tables->import(as("ana"), access::parse_address(fmt::format("banking/{}", table)), file, {});
  }

  void grant_to_ben(std::string_view table) {
    (void)access->grants.create(as("ana"), {.subject = "user:ben",
                                            .actions = {access::Action::read},
                                            .path = fmt::format("banking/{}", table),
                                            .purpose = "default-risk"});
  }

  std::filesystem::path directory;
  Log log{LogLevel::error};
  std::unique_ptr<blob::Store> blobs;
  std::optional<table::Workers> workers;
  std::optional<datasets::Datasets> tables;
  std::optional<Mappings> mappings;
};

void found_graph(std::filesystem::path const& directory) {
  found_company(directory);
  GraphWorld world(directory);
  (void)world.graphs->create(world.as("ben"), world.graph, "", {});
}

/// Imports both tables and maps them, until it is killed.
void import_and_map(std::filesystem::path const& directory, std::int64_t first, int pipe) {
  MappingWorld world(directory);
  for (std::int64_t round = first;; ++round) {
    for (auto const table : kTables) {
      world.import(table, round);
      if (round == 1) world.grant_to_ben(table);
    }
    crash::acknowledge(pipe, fmt::format("mapping {}\n", round));
    auto const result = world.mappings->run(world.as("ben"), world.graph, json::parse(kMapping));
    crash::acknowledge(pipe, fmt::format("mapped {} {}\n", round, result.commit.number));
  }
}

struct Mapped {
  std::int64_t round = -1;   ///< the newest that was acknowledged, or seen
  std::int64_t commit = -1;  ///< its number
  int mappings = 0;
  int cut_off = 0;  ///< mappings that were under way when the process was killed
};

class Rounds : public rdf::QuadSink {
 public:
  void quad(rdf::QuadView const& quad) override {
    ++by_graph[std::string(quad.graph->value)][std::string(quad.object.value)];
  }
  std::map<std::string, std::map<std::string, std::int64_t>> by_graph;  ///< statements by the round that they name
};

/// Both tables' statements are those of one round, all of them, and the graph's records say the same.
void verify(std::filesystem::path const& directory, Mapped& mapped) {
  GraphWorld world(directory);
  auto const view = world.graphs->open(world.as("ben"), world.graph);
  ASSERT_GE(view.commit, mapped.commit) << "an acknowledged commit is gone";
  ASSERT_EQ(world.graphs->get(world.as("ben"), world.graph).commit, view.commit)
      << "the log of commits and the store differ";
  mapped.commit = view.commit;
  Rounds found;
  (void)world.graphs->read(world.as("ben"), view, Place::whole(), found);
  if (found.by_graph.empty()) {
    ASSERT_EQ(mapped.round, -1) << "an acknowledged mapping is gone";
    return;
  }
  ASSERT_EQ(found.by_graph.size(), kTables.size()) << "one table without the other";
  auto const rounds = found.by_graph.begin()->second;
  ASSERT_EQ(rounds.size(), 1U) << "statements of two rounds";
  ASSERT_EQ(found.by_graph.rbegin()->second, rounds) << "the tables are of different rounds";
  auto const round = std::stoll(rounds.begin()->first);
  ASSERT_GE(round, mapped.round) << "an acknowledged mapping is gone";
  ASSERT_EQ(rounds.begin()->second, rows_of(round)) << "half a table";
  for (auto const& [iri, source] : view.sources) ASSERT_EQ(source.statements, rows_of(round)) << iri;
  mapped.round = round;
}

// A process that imports two tables and maps both, as one commit, is killed at a moment drawn from a printed seed, in
// every other round while the first mapping is under way, again and again on the same files.
TEST(MappingCrashTest, BothTablesOrNeitherAndWhatWasAcknowledged) {
  unsigned const seed = crash::from_environment("LEPTON_CRASH_SEED", std::random_device{}());
  unsigned const rounds = crash::from_environment("LEPTON_CRASH_ROUNDS", 12);
  fmt::print("LEPTON_CRASH_SEED={} LEPTON_CRASH_ROUNDS={}\n", seed, rounds);
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> moment(0, 80);
  TemporaryDirectory const directory("lepton-mapping-crash");
  found_graph(directory.path());
  Mapped mapped;
  std::int64_t next = 1;
  for (unsigned round = 0; round < rounds; ++round) {
    auto const text = crash::run_and_kill(
        std::chrono::milliseconds(moment(random)), [&](int pipe) { import_and_map(directory.path(), next, pipe); },
        round % 2 == 0 ? "mapped" : "mapping");
    std::istringstream lines(text);
    std::string last;
    for (std::string line; std::getline(lines, line); last = line) {
      ASSERT_FALSE(line.starts_with("failed")) << line;
      std::istringstream words(line);
      std::string what;
      words >> what >> next;
      ++next;
      if (what != "mapped") continue;
      mapped.round = next - 1;
      words >> mapped.commit;
      ++mapped.mappings;
    }
    mapped.cut_off += last.starts_with("mapping ") ? 1 : 0;
    ASSERT_NO_FATAL_FAILURE(verify(directory.path(), mapped)) << "round " << round;
  }
  fmt::print("survived {} kills: {} mappings, {} cut off\n", rounds, mapped.mappings, mapped.cut_off);
  EXPECT_GT(mapped.mappings, 0);
  EXPECT_GT(mapped.cut_off, 0);
}

}  // namespace
}  // namespace lepton::graphs
