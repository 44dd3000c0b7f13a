// The platform's graph of a company with many assets: what its first edition costs, the next after a commit, a caller's
// sight of it, and the question for endpoints on personal data. `bench_platform_graph [assets]`.
#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdlib>
#include <fstream>

#include "access/access.h"
#include "access/schema.h"
#include "base/file.h"
#include "datasets/catalog.h"
#include "datasets/schema.h"
#include "db/changes.h"
#include "graphs/queries.h"
#include "graphs/schema.h"
#include "jobs/schema.h"
#include "lineage/schema.h"
#include "models/registry_rows.h"
#include "models/run_rows.h"
#include "models/schema.h"
#include "platform_graph/platform_graph.h"
#include "platform_graph/schema.h"
#include "serving/deployment_records.h"
#include "serving/schema.h"
#include "sparql/parser.h"

namespace lepton::bench {
namespace {

constexpr int kDepartments = 20;
constexpr int kColumns = 15;
constexpr int kVersions = 3;
constexpr char kEndpoints[] =
    "PREFIX lep: <urn:lepton:terms:> PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "
    "SELECT DISTINCT ?endpoint ?data { ?endpoint a lep:LiveEndpoint ; lep:dependsOn ?data . "
    "?data a dcat:Dataset, lep:PersonalData ; dct:publisher <lepton:d3> }";

double cpu_milliseconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  auto const of = [](timeval const& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

std::int64_t resident_mebibytes() {
  std::ifstream statm("/proc/self/statm");
  std::int64_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * 4096 / (1 << 20);
}

/// Rows as the pillars write them: of every ten assets five are tables of three versions, two models, two deployments
/// and one an experiment with three runs; each model is made from a table, two of three tables from two others.
class Company {
 public:
  Company(db::Database& database, Clock const& clock)
      : database_(database), access_(database, clock), call_(system_call(clock)) {
    for (int i = 0; i < kDepartments; ++i) access_.directory.create_department(call_, fmt::format("d{}", i));
    for (auto const* name : {"olga", "mia"}) access_.directory.create_user(call_, {.name = name, .department = "d1"});
    access_.directory.assign_role(call_, "", "olga", "auditor");
    access_.directory.assign_role(call_, "d1", "mia", "viewer");
  }

  void add(int assets) {
    for (int begin = 0; begin < assets; begin += 500) {
      database_.write(call_, [&](db::Transaction& tx) {
        for (int i = begin; i < std::min(assets, begin + 500); ++i) add_one(tx, i);
      });
    }
  }
  void change_tags(int number) {
    database_.write(call_, [&](db::Transaction& tx) {
      auto asset = access_.assets.find(tx, access::parse_address(table(number)));
      asset->tags.insert("checked");
      access_.assets.update(tx, call_, *asset);
    });
  }
  void add_edge(int number) {
    database_.write(call_, [&](db::Transaction& tx) {
      lineage_.record(tx, call_, version(0, 1), {"dataset_version", fmt::format("{}@9", table(number))}, "read");
    });
  }
  [[nodiscard]] access::Access& access() { return access_; }
  [[nodiscard]] lineage::Lineage const& lineage() const { return lineage_; }
  [[nodiscard]] Call as(std::string const& name) const {
    Call call = call_;
    call.principal = access_.directory.principal(name);
    return call;
  }

 private:
  static std::string department(int i) { return fmt::format("d{}", i / 10 % kDepartments); }
  static std::string table(int i) { return fmt::format("{}/table-{}", department(i), i / 10 * 10 + i % 5); }
  static lineage::Node version(int i, int number) {
    return {"dataset_version", fmt::format("{}@{}", table(i), number)};
  }

  void add_one(db::Transaction& tx, int i) {
    int const role = i % 10;
    if (role < 5) return add_table(tx, i);
    if (role < 7) return add_model(tx, i);
    if (role < 9) return add_deployment(tx, i);
    auto const experiment = access_.assets.create(tx, call_, "experiment", at(i, "experiment"));
    for (int n = 0; n < 3; ++n) models::insert_run(tx, experiment.id, new_run(fmt::format("run-{}-{}", i, n)));
  }
  static access::Address at(int i, std::string const& kind) {
    return {department(i), fmt::format("{}-{}", kind, i), {}};
  }
  models::Run new_run(std::string const& id) const {
    models::Run run;
    run.id = models::RunId(id);
    run.name = id;
    run.created_by_name = "mia";
    run.started_at = call_.now();
    return run;
  }
  void add_table(db::Transaction& tx, int i) {
    auto const asset =
        access_.assets.create(tx, call_, "dataset", access::parse_address(table(i)), "a table of the company",
                              i % 3 == 0 ? std::set<std::string>{"pii"} : std::set<std::string>{});
    datasets::insert_dataset(tx, asset.id, "id");
    for (int number = 1; number <= kVersions; ++number) {
      datasets::StoredVersion stored;
      stored.version.number = number;
      stored.version.digest = fmt::format("{:064}", i * 10 + number);
      stored.version.created_by = "mia";
      stored.version.created_at = call_.now();
      for (int c = 0; c < kColumns; ++c)
        stored.version.columns.push_back({fmt::format("column_{}", c), "BIGINT", c + 1});
      datasets::insert_version(tx, asset.id, stored);
      if (i % 3 != 0 && i >= 20) {
        lineage_.record(tx, call_, version(i - 10, number), version(i, number), "read");
        lineage_.record(tx, call_, version(i % 7, number), version(i, number), "read");
      }
    }
  }
  void add_model(db::Transaction& tx, int i) {
    auto const asset = access_.assets.create(tx, call_, "model", at(i, "model"));
    models::insert_model(tx, asset.id, {});
    auto const experiment = access_.assets.create(tx, call_, "experiment", at(i, "trials"));
    auto const run = new_run(fmt::format("run-{}", i));
    models::insert_run(tx, experiment.id, run);
    models::ModelVersion made;
    made.run = run.id;
    made.digest = fmt::format("m{}", i);
    made.created_by = "mia";
    (void)models::insert_version(tx, asset.id, made, call_.principal.id);
    lineage_.record(tx, call_, version(i / 10 * 10 + i % 5, kVersions), {"run", run.id.str()}, "read");
    lineage_.record(tx, call_, {"run", run.id.str()}, {"model_version", asset.address().str() + "@1"}, "registered");
  }
  void add_deployment(db::Transaction& tx, int i) {
    auto const asset = access_.assets.create(tx, call_, "deployment", at(i, "endpoint"));
    serving::DeploymentRecords const records;
    records.create(tx, {.asset = asset,
                        .state = serving::DeploymentState::serving,
                        .current = 1,
                        .reason = {},
                        .changed_by = "mia",
                        .changed_at = call_.now()});
    serving::Revision revision;
    revision.model = at(i - 2, "model").str() + "@1";
    revision.created_by = "mia";
    (void)records.append(tx, asset.id, revision);
    lineage_.record(tx, call_, {"model_version", revision.model}, {"deployment", asset.address().str() + "@1"},
                    "deployed");
  }

  db::Database& database_;
  access::Access access_;
  lineage::Lineage lineage_;
  Call call_;
};

template <class Work>
void measure(std::string const& what, Work&& work) {
  double const cpu = cpu_milliseconds();
  auto const begun = std::chrono::steady_clock::now();
  work();
  double const wall = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  fmt::print("{:<58} {:>9.2f} ms, of the processor {:>9.2f} ms\n", what, wall, cpu_milliseconds() - cpu);
}

void run(int assets) {
  TemporaryDirectory const directory("lepton-bench");
  SystemClock clock;
  auto const database = db::open_database((directory.path() / "meta.db").string(), clock);
  std::vector<db::Migration> all;
  for (auto const& part : {db::change_migrations(), access::migrations(), lineage::migrations(), datasets::migrations(),
                           jobs::migrations(), models::migrations(), serving::migrations(), graphs::migrations(),
                           platform_graph::migrations()})
    all.insert(all.end(), part.begin(), part.end());
  database->migrate(all);
  Company company(*database, clock);
  measure(fmt::format("writing the rows of {} assets", assets), [&] { company.add(assets); });

  auto& access = company.access();
  platform_graph::PlatformGraph graph(*database, access.snapshots, clock);
  graphs::Graphs graphs({*database,
                         access.authority,
                         access.assets,
                         access.audit,
                         company.lineage(),
                         directory.path() / "graphs",
                         {},
                         &graph});
  graphs::Queries queries({graphs, *database, access.audit, {}});
  auto const olga = company.as("olga");
  auto const mia = company.as("mia");
  auto const before = resident_mebibytes();
  measure("first edition, and an auditor's sight of it", [&] { (void)graph.open(olga); });
  measure("the sight of a viewer of one department", [&] { (void)graph.open(mia); });
  fmt::print("statements: {} to the auditor, {} to the viewer; {} MiB more\n", graph.open(olga).snapshot.count({}),
             graph.open(mia).snapshot.count({}), resident_mebibytes() - before);
  measure("opened again, 100 times, nothing changed", [&] {
    for (int i = 0; i < 100; ++i) (void)graph.open(olga);
  });
  company.add_edge(5);
  measure("after a commit of one edge", [&] { (void)graph.open(olga); });
  company.change_tags(0);
  measure("after a commit of one tag", [&] { (void)graph.open(olga); });
  auto const query = sparql::parse_query(kEndpoints);
  sparql::ResultCollector answer;
  rdf::QuadCollector none;
  measure("live endpoints on personal data of one department",
          [&] { (void)queries.query(olga, graph.address(), query, {}, answer, none); });
  fmt::print("{} answers\n", answer.rows.size());
}

}  // namespace
}  // namespace lepton::bench

int main(int argc, char** argv) {
  lepton::bench::run(argc > 1 ? std::atoi(argv[1]) : 10'000);
}
