// Queries over what is stated and what follows: `bench_reason_queries [--threads n] file.nt[.zst] queries.rq`, with the
// rules of LUBM_L from the folder that LEPTON_BENCH_DATA names. Loads the file into a store, derives, writes what
// follows as a second layer, merges, and runs each query once to warm and then five times.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "named_queries.h"
#include "rdf/store/store.h"
#include "reason/rule_parser.h"
#include "reason/store_reasoner.h"
#include "triples_file.h"
#include "vlog_rules.h"

using namespace lepton;
using namespace lepton::bench;

namespace {

constexpr std::size_t repetitions = 5;

struct Moment {
  double wall = 0;
  double cpu = 0;

  static Moment now() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return {std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(),
            static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6};
  }
  [[nodiscard]] std::string since(Moment const& begin) const {
    return fmt::format("{:9.3f} s, {:9.3f} s of CPU", wall - begin.wall, cpu - begin.cpu);
  }
};

void derive(Call const& call, rdf::Store& store, std::filesystem::path const& rules, std::size_t threads) {
  auto begin = Moment::now();
  reason::DerivationLimits limits;
  limits.threads = threads;
  reason::StoreReasoner const reasoner(call, store, store.snapshot(),
                                       reason::parse_rules(call, reason::VlogRules(rules).own()), reason::Regime::none,
                                       limits);
  fmt::print("  reading the store and deriving   {}\n", Moment::now().since(begin));
  begin = Moment::now();
  auto transaction = store.begin(call);
  reasoner.replace_inferred(call, transaction);
  transaction.commit();
  store.compact(call);
  auto const figures = store.figures();
  fmt::print("  writing what follows, merging    {}; {} statements, {:.1f} bytes each\n", Moment::now().since(begin),
             figures.quads, static_cast<double>(figures.disk_bytes) / static_cast<double>(figures.quads));
}

void measure(Call const& call, rdf::Store& store, NamedQuery const& query, sparql::EngineOptions const& options) {
  std::vector<double> wall;
  std::vector<double> cpu;
  Answered last;
  for (std::size_t i = 0; i <= repetitions; ++i) {
    auto const begin = Moment::now();
    last = answer(call, store, query, options);
    if (i == 0) continue;
    wall.push_back(Moment::now().wall - begin.wall);
    cpu.push_back(Moment::now().cpu - begin.cpu);
  }
  std::ranges::sort(wall);
  std::ranges::sort(cpu);
  fmt::print("{:<12} {:>10.3f} ms  {:>10.3f} ms of CPU  {:>9} rows\n", query.name, wall[repetitions / 2] * 1e3,
             cpu[repetitions / 2] * 1e3, last.report.rows);
}

void run(Call const& call, std::filesystem::path const& file, std::filesystem::path const& queries,
         std::filesystem::path const& rules, std::size_t threads) {
  TemporaryDirectory const scratch("bench-reason-queries");
  auto const store = rdf::Store::open(scratch.path() / "store");
  rdf::FileSource source(plain(file, scratch.path()));
  auto const begin = Moment::now();
  auto const loaded =
      store->load(call, [&](rdf::QuadSink& sink) { parse(call, rdf::Syntax::ntriples, source, sink, lenient()); });
  fmt::print("{}: {} statements, {} threads\n  loading                          {}\n", file.filename().string(),
             loaded.added, threads, Moment::now().since(begin));
  derive(call, *store, rules, threads);
  sparql::MorselPool pool(threads - 1);
  sparql::EngineOptions options;
  options.parallelism.pool = &pool;
  for (auto const& query : queries_of(queries)) measure(call, *store, query, options);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words;
  std::size_t threads = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--threads" && i + 1 < argc) {
      threads = std::max(1UL, std::strtoul(argv[++i], nullptr, 10));
    } else {
      words.emplace_back(argv[i]);
    }
  }
  char const* const data = std::getenv("LEPTON_BENCH_DATA");
  if (words.size() != 2 || data == nullptr) {
    fmt::print("skipped: give it a file of N-Triples and one of queries, and set LEPTON_BENCH_DATA\n");
    return 0;
  }
  try {
    SystemClock const clock;
    run(system_call(clock), words[0], words[1], std::filesystem::path(data) / "lubm/LUBM_L.dlog", threads);
  } catch (Error const& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
