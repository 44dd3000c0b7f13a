#include "graphs/query_options.h"

namespace lepton::graphs {

sparql::EngineOptions query_options(View const& view, sparql::EngineLimits const& limits, Inferred inferred) {
  sparql::EngineOptions options;
  options.limits = limits;
  options.graphs = view.graphs;
  options.restricted = view.restricted;
  if (auto const layers = view.layers(inferred)) {
    options.layers = *layers;
  } else {
    options.restricted = true;
    options.graphs.clear();
  }
  options.union_default_graph = view.union_default_graph || !view.sources.empty();
  return options;
}

}  // namespace lepton::graphs
