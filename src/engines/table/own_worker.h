#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "base/file.h"
#include "table/query_worker.h"

namespace lepton::table {

/// Lets a test or bench program be its own query worker: include it in one of the program's sources, and give
/// own_worker_command() to the pool. The program of the platform has a command for it instead.
[[nodiscard]] inline std::vector<std::string> own_worker_command() {
  return {"/proc/self/exe", "query-worker"};
}

inline bool const served_as_worker = [] {
  if (!read_file("/proc/self/cmdline").ends_with(std::string("query-worker\0", 13))) return false;
  std::_Exit(query_worker_main());
}();

}  // namespace lepton::table
