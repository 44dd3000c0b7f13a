#pragma once

#include <filesystem>

#include "graphs/mappings.h"
#include "graphs/saved_queries.h"
#include "native/table.h"

namespace lepton::native {

/// Between tables and graphs, as resources.h has the others. `scratch` is a directory for tables while they are
/// written.
void add_graph_mappings(Table& table, graphs::Mappings& mappings, graphs::SavedQueries& saved,
                        std::filesystem::path const& scratch);

}  // namespace lepton::native
