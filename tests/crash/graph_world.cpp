#include "graph_world.h"

#include "access/test_company.h"
#include "datasets/schema.h"
#include "graphs/schema.h"
#include "lineage/schema.h"

namespace lepton::graphs {
namespace {

void migrate(db::Database& database) {
  std::vector<db::Migration> all;
  for (auto const& steps : {access::migrations(), lineage::migrations(), datasets::migrations(), migrations()})
    all.insert(all.end(), steps.begin(), steps.end());
  database.migrate(all);
}

}  // namespace

GraphWorld::GraphWorld(std::filesystem::path const& directory)
    : database(db::open_database((directory / "meta.db").string(), clock)) {
  migrate(*database);
  access.emplace(*database, clock);
  graphs.emplace(Graphs::Parts{*database,
                               access->authority,
                               access->assets,
                               access->audit,
                               lineage,
                               directory / "graphs",
                               {.memory_limit = std::size_t{1} << 20}});
  graphs->recover(system_call(clock));
}

Call GraphWorld::as(std::string const& name) const {
  Call call = system_call(clock);
  call.principal = access->directory.principal(name);
  call.purpose = "default-risk";
  return call;
}

void found_company(std::filesystem::path const& directory) {
  SystemClock const clock;
  auto const database = db::open_database((directory / "meta.db").string(), clock);
  migrate(*database);
  access::TestCompany const company(*database, clock);
}

}  // namespace lepton::graphs
