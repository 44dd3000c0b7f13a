#pragma once

#include <span>

#include "db/database.h"

namespace lepton::platform_graph {

/// After those of `db::change_migrations()` and of all modules whose rows the graph shows.
[[nodiscard]] std::span<db::Migration const> migrations();

}  // namespace lepton::platform_graph
