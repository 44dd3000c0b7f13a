#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "access/access.h"
#include "base/call.h"
#include "graphs/graphs.h"
#include "lineage/lineage.h"

namespace lepton::graphs {

/// Graphs of a test company on one directory, opened as a server opens them after a crash. One thread.
struct GraphWorld {
  explicit GraphWorld(std::filesystem::path const& directory);

  [[nodiscard]] Call as(std::string const& name) const;

  access::Address const graph = access::parse_address("risk/exposure");
  SystemClock clock;
  std::unique_ptr<db::Database> database;
  std::optional<access::Access> access;
  lineage::Lineage lineage;
  std::optional<Graphs> graphs;
};

/// Once, before the first GraphWorld: the people and departments that stand in the directory's database.
void found_company(std::filesystem::path const& directory);

}  // namespace lepton::graphs
