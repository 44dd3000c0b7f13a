#pragma once

#include "native/table.h"

namespace lepton::graphs {
class Graphs;
class Remotes;
}  // namespace lepton::graphs

namespace lepton::native {

/// How graphs come to be: kept here, or answered by a service elsewhere. What it is given outlives the table.
void add_graph_creation(Table& table, graphs::Graphs& graphs, graphs::Remotes& remotes);

}  // namespace lepton::native
