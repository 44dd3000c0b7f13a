// A record by its key, as a deployment looks it up for each call: by a SQL statement in a worker, and from the index in
// memory, both decided anew each time. `bench_lookup [rows]`.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "access/access.h"
#include "access/schema.h"
#include "base/file.h"
#include "datasets/keyed_records.h"
#include "datasets/schema.h"
#include "lineage/schema.h"
#include "table/query_worker.h"

namespace lepton::bench {
namespace {

constexpr int kColumns = 23;

struct Spread {
  double median = 0, p99 = 0;
};

template <class Lookup>
Spread measure(int times, Lookup&& lookup) {
  std::vector<double> took;
  for (int i = 0; i < times; ++i) {
    auto const begun = std::chrono::steady_clock::now();
    lookup(i);
    took.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begun).count());
  }
  std::ranges::sort(took);
  return {took[took.size() / 2], took[took.size() * 99 / 100]};
}

int run(int rows) {
  TemporaryDirectory const directory("lepton-bench");
  SystemClock clock;
  Log const log(LogLevel::error);
  auto const database = db::open_database((directory.path() / "meta.db").string(), clock);
  for (auto const& part : {access::migrations(), lineage::migrations(), datasets::migrations()})
    database->migrate(part);
  access::Access access(*database, clock);
  lineage::Lineage const lineage;
  auto const blobs = blob::open_folder(directory.path() / "objects");
  table::WorkerOptions options;
  options.command = {"/proc/self/exe", "query-worker"};
  options.scratch = directory.path() / "scratch";
  table::Workers workers(options, log);
  datasets::Datasets datasets({*database, *blobs, access.authority, access.assets, access.audit, lineage, workers});
  Call call = system_call(clock);
  access.directory.create_department(call, "risk");
  access.directory.create_service_account(call, {.name = "loan-system", .department = "risk"});
  {
    std::ofstream csv(directory.path() / "rows.csv");
    csv << "id";
    for (int c = 0; c < kColumns; ++c) csv << ",f" << c;
    for (int i = 0; i < rows; ++i) {
      csv << "\nc" << i;
      for (int c = 0; c < kColumns; ++c) csv << ',' << (i * 7 + c) % 1000;
    }
    csv << '\n';
  }
  auto const version = access::parse_address(
      datasets.import(call, access::parse_address("risk/customers"), directory.path() / "rows.csv", {})
          .version.address);
  access.grants.create(
      call,
      {.subject = "service_account:risk/loan-system", .actions = {access::Action::read}, .path = "risk/customers"});
  call.principal = access.directory.principal("risk/loan-system");

  std::vector<std::string> columns;
  for (int c = 0; c < kColumns; ++c) columns.push_back(fmt::format("f{}", c));
  auto const key = [&](int i) { return std::vector{fmt::format("c{}", i * 7919 % rows)}; };
  auto const sql = measure(30, [&](int i) {
    if (!datasets.records(call, version, "id", columns, key(i)).found[0]) std::abort();
  });
  datasets::KeyedRecords keyed(datasets, log);
  (void)keyed.find(call, version, "id", columns, key(1));
  auto const begun = std::chrono::steady_clock::now();
  keyed.settle();
  std::chrono::duration<double> const built = std::chrono::steady_clock::now() - begun;
  auto const memory = measure(5000, [&](int i) {
    if (!keyed.find(call, version, "id", columns, key(i)).found[0]) std::abort();
  });
  auto const decision = measure(5000, [&](int) { (void)datasets.visible(call, version); });
  fmt::print("{} rows of {} columns, SQLite, one thread; the index took {:.1f} s and {:.1f} MiB\n\n", rows, kColumns,
             built.count(), static_cast<double>(keyed.usage().bytes) / (1 << 20));
  fmt::print("{:<34}{:>12}{:>12}\n", "one lookup", "median us", "p99 us");
  for (auto const& [name, spread] : {std::pair{"SQL statement in a worker", sql}, std::pair{"index in memory", memory},
                                     std::pair{"of that, the decision", decision}})
    fmt::print("{:<34}{:>12.0f}{:>12.0f}\n", name, spread.median, spread.p99);
  return keyed.usage().indexes == 1 ? 0 : 1;
}

}  // namespace
}  // namespace lepton::bench

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "query-worker") return lepton::table::query_worker_main();
  return lepton::bench::run(argc > 1 ? std::atoi(argv[1]) : 100'000);
}
