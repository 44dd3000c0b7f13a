// What updates cost those who read: `bench_graph_updates file.nt[.zst] queries.rq [--skip name]...`. The queries are
// run on a graph whose files are merged and whose texts are indexed, with a hundredth and with a tenth of it in commits
// that came later, while a writer commits all the time, and when all of that is merged. Figures are processor time of
// the reading thread.
#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fstream>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "named_queries.h"
#include "rdf/parse.h"
#include "rdf/store/store.h"
#include "triples_file.h"

using namespace lepton;
using namespace lepton::bench;

namespace {

constexpr int repetitions = 5;
constexpr std::size_t triples_in_a_commit = 1000;

double seconds_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// By query, the median of several runs after one to warm.
std::vector<double> measure(Call const& call, rdf::Store& store, std::vector<NamedQuery> const& queries) {
  std::vector<double> medians;
  for (auto const& query : queries) {
    std::vector<double> runs;
    for (int i = 0; i <= repetitions; ++i) {
      double const begin = seconds_of(CLOCK_THREAD_CPUTIME_ID);
      (void)answer(call, store, query);
      if (i > 0) runs.push_back(seconds_of(CLOCK_THREAD_CPUTIME_ID) - begin);
    }
    std::ranges::sort(runs);
    medians.push_back(runs[runs.size() / 2]);
  }
  return medians;
}

/// Statements of a document, each to a part by a hash of its place: 1 in 100 to part 1, 9 in 100 to part 2, else 0.
class Parts : public rdf::QuadSink {
 public:
  explicit Parts(rdf::QuadSink& main) : main_(main) {}
  void quad(rdf::QuadView const& quad) override {
    auto const drawn = (number_++ * 0x9e3779b97f4a7c15ULL) >> 32;
    std::size_t const part = drawn % 100 == 0 ? 1 : drawn % 100 < 10 ? 2 : 0;
    if (part == 0) return main_.quad(quad);
    later[part - 1].emplace_back(quad);
  }
  std::array<std::vector<rdf::Quad>, 2> later;

 private:
  rdf::QuadSink& main_;
  std::uint64_t number_ = 0;
};

void commit_all(Call const& call, rdf::Store& store, std::vector<rdf::Quad> const& quads) {
  for (std::size_t begin = 0; begin < quads.size(); begin += triples_in_a_commit) {
    auto transaction = store.begin(call);
    for (std::size_t i = begin; i < std::min(quads.size(), begin + triples_in_a_commit); ++i)
      transaction.insert(quads[i].view());
    transaction.commit();
  }
}

/// Commits, one after the other, until it is destroyed: a statement comes, another goes.
class Writer {
 public:
  Writer(Call const& call, rdf::Store& store) : thread_([this, &call, &store] { run(call, store); }) {}
  ~Writer() {
    stop_ = true;
    thread_.join();
    fmt::print("  {} commits beside the readers, {:.0f} /s\n", commits_, static_cast<double>(commits_) / seconds_);
  }

 private:
  void run(Call const& call, rdf::Store& store) {
    double const begin = seconds_of(CLOCK_MONOTONIC);
    for (; !stop_; ++commits_) {
      auto transaction = store.begin(call);
      auto const quad = [](std::size_t number) {
        return rdf::Quad{rdf::iri(fmt::format("http://example.com/update/{}", number)),
                         rdf::iri("http://example.com/p"),
                         rdf::literal("value"),
                         {}};
      };
      transaction.insert(quad(commits_).view());
      if (commits_ > 100) transaction.remove(quad(commits_ - 100).view());
      transaction.commit();
    }
    seconds_ = seconds_of(CLOCK_MONOTONIC) - begin;
  }

  std::atomic<bool> stop_ = false;
  std::size_t commits_ = 0;
  double seconds_ = 0;
  std::thread thread_;
};

void print_table(std::vector<NamedQuery> const& queries, std::vector<std::vector<double>> const& columns) {
  fmt::print("{:<36}{:>12}{:>12}{:>12}{:>12}{:>12}\n", "milliseconds of CPU", "merged", "1 % later", "10 % later",
             "+ writer", "merged");
  for (std::size_t i = 0; i < queries.size(); ++i) {
    fmt::print("{:<36}", queries[i].name);
    for (auto const& column : columns) fmt::print("{:>12.3f}", column[i] * 1e3);
    fmt::print("\n");
  }
  fmt::print("{:<36}{:>12}", "geometric mean of the ratios", "");
  for (std::size_t c = 1; c < columns.size(); ++c) {
    double sum = 0;
    for (std::size_t i = 0; i < queries.size(); ++i) sum += std::log(columns[c][i] / columns[0][i]);
    fmt::print("{:>12.2f}", std::exp(sum / static_cast<double>(queries.size())));
  }
  fmt::print("\n");
}

void run(Call const& call, std::filesystem::path const& file, std::vector<NamedQuery> const& queries) {
  TemporaryDirectory const scratch("bench-updates");
  auto const store = rdf::Store::open(scratch.path() / "store");
  rdf::FileSource source(plain(file, scratch.path()));
  std::array<std::vector<rdf::Quad>, 2> later;
  store->load(call, [&](rdf::QuadSink& sink) {
    Parts parts(sink);
    parse(call, rdf::Syntax::ntriples, source, parts, lenient());
    later = std::move(parts.later);
  });
  store->compact(call);
  store->index_texts(call);
  std::vector<std::vector<double>> columns{measure(call, *store, queries)};
  for (auto const& part : later) {
    commit_all(call, *store, part);
    columns.push_back(measure(call, *store, queries));
    auto const figures = store->figures();
    fmt::print("  {} statements later: {} in all, {} runs, {} MiB in memory\n", part.size(), figures.quads,
               figures.runs, figures.memory_bytes >> 20);
  }
  {
    Writer const writer(call, *store);
    columns.push_back(measure(call, *store, queries));
  }
  store->compact(call);
  store->index_texts(call);
  columns.push_back(measure(call, *store, queries));
  print_table(queries, columns);
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> words;
  std::set<std::string> skipped;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--skip" && i + 1 < argc) {
      skipped.insert(argv[++i]);
    } else {
      words.emplace_back(argv[i]);
    }
  }
  if (words.size() != 2) {
    fmt::print("skipped: give it a file of N-Triples and one of queries, see bench/graph_queries\n");
    return 0;
  }
  try {
    auto queries = queries_of(words[1]);
    std::erase_if(queries, [&](NamedQuery const& query) { return skipped.contains(query.name); });
    SystemClock const clock;
    run(system_call(clock), words[0], queries);
  } catch (Error const& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
