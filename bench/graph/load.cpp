// Loading, opening, updating: `bench_graph_load [--limit MiB] file.nt[.zst]...`. Without arguments it takes LUBM-10 and
// BSBM-1M from the folder that LEPTON_BENCH_DATA names.
#include <fmt/format.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "rdf/parse.h"
#include "rdf/store/store.h"
#include "triples_file.h"

using namespace lepton;
using namespace lepton::bench;
using namespace lepton::rdf;

namespace {

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// What this process computed for, all threads: on a busy machine the steadier figure.
double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/// Of the process, in bytes, as the kernel counts it: "VmRSS", "RssAnon".
std::uint64_t memory(std::string const& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name + ":")) return std::stoull(line.substr(name.size() + 1)) * 1024;
  return 0;
}

class NoSink : public QuadSink {
 public:
  void quad(QuadView const& /*quad*/) override { ++count; }
  std::uint64_t count = 0;
};

/// Per second of CPU, since other work may have the machine.
void measure_scans(Store& store) {
  Snapshot const snapshot = store.snapshot();
  for (bool const all : {true, false}) {
    double const cpu = cpu_seconds();
    std::uint64_t rows = 0;
    ScanOptions options;
    if (!all) options.columns = {true, false, false, false};
    for (int i = 0; i < 5; ++i)
      for (Scan scan = snapshot.scan({}, Order::spo, options); scan.next();) rows += scan.block().rows;
    fmt::print("  scan, {}                     {:9.1f} M rows per CPU second\n", all ? "all columns" : "subjects   ",
               static_cast<double>(rows) / (cpu_seconds() - cpu) / 1e6);
  }
  std::vector<TermId> subjects;
  for (Scan scan = snapshot.scan({}, Order::osp); scan.next();)
    for (std::size_t i = 0; i < scan.block().rows; i += 97) subjects.push_back(scan.block().column(Part::subject)[i]);
  double const counting = cpu_seconds();
  std::uint64_t found = 0;
  for (TermId const subject : subjects) found += snapshot.count({.subject = subject}) > 0 ? 1 : 0;
  fmt::print("  counts of one subject                 {:9.0f} per CPU second\n",
             static_cast<double>(found) / (cpu_seconds() - counting));
  double const decoding = cpu_seconds();
  std::size_t bytes = 0;
  for (TermId const subject : subjects) bytes += snapshot.dictionary().term(subject).value.size();
  fmt::print("  terms by id, {} bytes each            {:9.0f} per CPU second\n", bytes / subjects.size(),
             static_cast<double>(subjects.size()) / (cpu_seconds() - decoding));
}

void measure_updates(Call const& call, Store& store, std::size_t writers) {
  constexpr std::size_t each = 1000;
  Stopwatch const watch;
  double const cpu = cpu_seconds();
  std::vector<std::thread> threads;
  for (std::size_t writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      for (std::size_t i = 0; i < each; ++i) {
        std::string const subject = fmt::format("http://example.com/update/{}/{}", writers, writer * each + i);
        Transaction transaction = store.begin(call);
        transaction.insert({iri_view(subject), iri_view("http://example.com/p"), literal_view("value"), {}});
        transaction.commit();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  fmt::print("  durable commits of one triple, {:2} writers  {:8.0f} /s, {:.0f} us of CPU each\n", writers,
             static_cast<double>(writers * each) / watch.seconds(),
             (cpu_seconds() - cpu) * 1e6 / static_cast<double>(writers * each));
}

void measure_file(std::filesystem::path const& file, StoreOptions const& options) {
  TemporaryDirectory const scratch("bench-graph");
  SystemClock const clock;
  Call const call = system_call(clock);
  auto const text = plain(file, scratch.path());
  fmt::print("{} ({} MB of text)\n", file.filename().string(), std::filesystem::file_size(text) >> 20);
  {
    NoSink sink;
    FileSource source(text);
    Stopwatch const watch;
    parse(call, Syntax::ntriples, source, sink, lenient());
    fmt::print("  parsing alone                         {:9.0f} triples/s\n",
               static_cast<double>(sink.count) / watch.seconds());
  }
  auto const directory = scratch.path() / "store";
  std::uint64_t triples = 0;
  {
    auto const store = Store::open(directory, options);
    FileSource source(text);
    Stopwatch const watch;
    double const cpu = cpu_seconds();
    auto const result =
        store->load(call, [&](QuadSink& sink) { parse(call, Syntax::ntriples, source, sink, lenient()); });
    double const seconds = watch.seconds();
    triples = result.added;
    fmt::print("  load, durable                         {:9.0f} triples/s ({} in {:.2f} s, {:.2f} s of CPU)\n",
               static_cast<double>(result.read) / seconds, result.read, seconds, cpu_seconds() - cpu);
    StoreFigures const figures = store->figures();
    fmt::print("  on disk                               {:9.2f} bytes/triple ({} terms, dictionary {:.2f})\n",
               static_cast<double>(figures.disk_bytes) / static_cast<double>(triples), figures.terms,
               static_cast<double>(figures.dictionary_bytes) / static_cast<double>(triples));
    store->compact(call);
    fmt::print("  on disk, merged                       {:9.2f} bytes/triple\n",
               static_cast<double>(store->figures().disk_bytes) / static_cast<double>(triples));
  }
  std::uint64_t const before = memory("RssAnon");
  Stopwatch const opening;
  auto const store = Store::open(directory, options);
  std::uint64_t const counted = store->snapshot().count({});
  fmt::print("  open and count                        {:9.2f} ms\n", opening.seconds() * 1000);
  measure_scans(*store);
  fmt::print(
      "  memory of the open store              {:9.2f} bytes/triple, not counting mapped files\n",
      static_cast<double>(memory("RssAnon") - std::min(before, memory("RssAnon"))) / static_cast<double>(counted));
  for (std::size_t const writers : {1U, 16U, 64U}) measure_updates(call, *store, writers);
}

}  // namespace

int main(int argc, char** argv) {
  StoreOptions options;
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--limit" && i + 1 < argc) {
      options.memory_limit = std::stoull(argv[++i]) << 20;
    } else {
      files.emplace_back(argv[i]);
    }
  }
  if (char const* const data = std::getenv("LEPTON_BENCH_DATA"); files.empty() && data != nullptr)
    files = {std::filesystem::path(data) / "lubm/lubm10.nt.zst", std::filesystem::path(data) / "bsbm/bsbm1m.nt.zst"};
  if (files.empty()) {
    fmt::print("skipped: set LEPTON_BENCH_DATA to the folder that holds lubm/ and bsbm/\n");
    return 0;
  }
  try {
    for (auto const& file : files) measure_file(file, options);
  } catch (Error const& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
