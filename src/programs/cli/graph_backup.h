#pragma once

#include <vector>

#include "cli/command.h"

namespace lepton::cli {

/// Commands that keep a graph as one file, and make a graph from such a file.
void add_graph_backup(std::vector<Command>& commands);

}  // namespace lepton::cli
