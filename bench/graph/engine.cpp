// The engine alone, without server and peers: `bench_graph_engine file.nt[.zst] queries.rq [--name part] [--threads n]
// [--times n] [--plan]`. Each query runs once to warm and then five times, or n; its whole answer is written as JSON.
// For profiles: perf record this.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "named_queries.h"
#include "rdf/parse.h"
#include "rdf/store/store.h"
#include "triples_file.h"

using namespace lepton;
using namespace lepton::bench;

namespace {

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void print_plan(sparql::PlanNode const& node, int depth) {
  fmt::print("{:>{}}{} {} — {} rows ({:.0f} expected), {} us\n", "", depth * 2, node.operation, node.detail, node.rows,
             node.estimated_rows, node.time.count());
  for (auto const& part : node.parts) print_plan(part, depth + 1);
}

void measure(Call const& call, rdf::Store& store, NamedQuery const& query, sparql::EngineOptions const& options,
             std::size_t times, bool with_plan) {
  std::vector<double> wall;
  std::vector<double> cpu;
  Answered last;
  for (std::size_t i = 0; i <= times; ++i) {
    auto const begin = std::chrono::steady_clock::now();
    double const cpu_begin = cpu_seconds();
    last = answer(call, store, query, options);
    if (i == 0) continue;
    wall.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    cpu.push_back(cpu_seconds() - cpu_begin);
  }
  std::ranges::sort(wall);
  std::ranges::sort(cpu);
  fmt::print("{:<40} {:>10.3f} ms  {:>10.3f} ms of CPU  {:>9} rows {:>10} bytes\n", query.name, wall[times / 2] * 1e3,
             cpu[times / 2] * 1e3, last.report.rows, last.bytes);
  if (with_plan) print_plan(last.report.plan, 1);
}

std::unique_ptr<rdf::Store> loaded(Call const& call, std::filesystem::path const& file,
                                   std::filesystem::path const& directory) {
  auto store = rdf::Store::open(directory);
  rdf::FileSource source(plain(file, directory.parent_path()));
  store->load(call, [&](rdf::QuadSink& sink) { parse(call, rdf::Syntax::ntriples, source, sink, lenient()); });
  store->compact(call);
  double const begin = cpu_seconds();
  store->index_texts(call);
  auto const figures = store->figures();
  fmt::print("texts indexed in {:.2f} s of CPU: {} bytes for {} triples\n", cpu_seconds() - begin,
             figures.text_index_bytes, figures.quads);
  return store;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words;
  std::string part;
  bool with_plan = false;
  std::size_t threads = 1;
  std::size_t times = 5;
  for (int i = 1; i < argc; ++i) {
    std::string const word = argv[i];
    if (word == "--plan") {
      with_plan = true;
    } else if (word == "--name" && i + 1 < argc) {
      part = argv[++i];
    } else if (word == "--threads" && i + 1 < argc) {
      threads = std::max(1UL, std::strtoul(argv[++i], nullptr, 10));
    } else if (word == "--times" && i + 1 < argc) {
      times = std::max(1UL, std::strtoul(argv[++i], nullptr, 10));
    } else {
      words.push_back(word);
    }
  }
  if (words.size() != 2) {
    fmt::print("skipped: give it a file of N-Triples and one of queries, see bench/graph_queries\n");
    return 0;
  }
  try {
    TemporaryDirectory const scratch("bench-queries");
    SystemClock const clock;
    Call const call = system_call(clock);
    sparql::MorselPool pool(threads - 1);
    sparql::EngineOptions options;
    options.parallelism.pool = &pool;
    auto const store = loaded(call, words[0], scratch.path() / "store");
    for (auto const& query : queries_of(words[1]))
      if (query.name.find(part) != std::string::npos) measure(call, *store, query, options, times, with_plan);
  } catch (Error const& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
