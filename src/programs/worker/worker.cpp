#include "worker/worker.h"

#include <fmt/format.h>

#include <cstdio>
#include <functional>
#include <map>

#include "jobs/shim.h"
#include "learn/worker.h"
#include "table/query_worker.h"

namespace lepton::worker {
namespace {

using EntryPoint = std::function<int(std::vector<std::string> const&)>;

std::map<std::string, EntryPoint> const& entry_points() {
  static std::map<std::string, EntryPoint> const all{
      {"query", [](std::vector<std::string> const&) { return table::query_worker_main(); }},
      {"job-shim", [](std::vector<std::string> const& arguments) { return jobs::shim_main(arguments); }},
      {"train", [](std::vector<std::string> const& arguments) { return learn::train_worker_main(arguments); }},
  };
  return all;
}

}  // namespace

int run(std::vector<std::string> const& arguments) {
  auto const& all = entry_points();
  auto const found = arguments.empty() ? all.end() : all.find(arguments[0]);
  if (found == all.end()) {
    fmt::print(stderr, "lepton worker is for the server itself, not for people; see lepton --help\n");
    return 2;
  }
  return found->second({arguments.begin() + 1, arguments.end()});
}

}  // namespace lepton::worker
