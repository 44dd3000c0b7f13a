#pragma once

#include <vector>

#include "cli/command.h"

namespace lepton::cli {

/// Commands by which graphs come to be: kept here, or answered by a service elsewhere.
void add_graph_create(std::vector<Command>& commands);

}  // namespace lepton::cli
