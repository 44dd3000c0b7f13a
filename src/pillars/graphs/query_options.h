#pragma once

#include "graphs/graphs.h"
#include "sparql/engine.h"

namespace lepton::graphs {

/// How a query reads what its caller may see of a graph. Where a mapping makes named graphs of datasets, the query's
/// default graph is the merge of all that is seen, so that one asks about customers and not about tables; a part is a
/// graph of its own.
[[nodiscard]] sparql::EngineOptions query_options(View const& view, sparql::EngineLimits const& limits,
                                                  Inferred inferred = Inferred::include);

}  // namespace lepton::graphs
