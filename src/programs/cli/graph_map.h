#pragma once

#include <vector>

#include "cli/command.h"

namespace lepton::cli {

/// Of the noun "graph": between tables and graphs.
void add_graph_map(std::vector<Command>& commands);

}  // namespace lepton::cli
