#include "graphs/queries.h"

#include <fmt/format.h>

#include "base/error.h"
#include "sparql/parser.h"

namespace lepton::graphs {
namespace {

constexpr std::string_view kScheme = "lepton:";
/// Graphs that reach into each other: a query that asks itself ends here.
constexpr int kMostNested = 4;

}  // namespace

/// Other graphs of this platform as SPARQL services.
class Queries::Neighbours : public sparql::ServiceClient {
 public:
  Neighbours(Queries& queries, int depth) : queries_(queries), depth_(depth) {}

  void query(Call const& call, std::string const& service, std::string const& text, sparql::ResultSink& sink) override {
    if (!service.starts_with(kScheme)) {
      throw denied(
          fmt::format("<{}> is not a service that may be asked: graphs of this platform are, as "
                      "SERVICE <lepton:department/graph>",
                      service));
    }
    if (depth_ >= kMostNested) throw invalid(fmt::format("graphs ask each other more than {} deep", kMostNested));
    auto const address = access::parse_address(std::string_view(service).substr(kScheme.size()));
    rdf::QuadCollector none;
    queries_.run(call, address, sparql::parse_query(text), {}, sink, none, Inferred::include, depth_ + 1);
  }

 private:
  Queries& queries_;
  int depth_;
};

sparql::EngineOptions Queries::options(View const& view, sparql::DatasetClause const& dataset,
                                       Inferred inferred) const {
  sparql::EngineOptions options;
  options.limits = parts_.limits;
  options.dataset = dataset;
  options.graphs = view.graphs;
  options.restricted = view.restricted;
  if (auto const layers = view.layers(inferred)) {
    options.layers = *layers;
  } else {
    options.restricted = true;
    options.graphs.clear();
  }
  // A part is a graph of its own: what it holds is its default graph.
  options.union_default_graph = view.is_part;
  return options;
}

void Queries::record(Call const& call, View const& view) {
  parts_.database.write(call, [&](db::Transaction& tx) {
    parts_.audit.append(tx, call,
                        {.action = "graph.query",
                         .subject = view.version,
                         .grounds = view.grounds,
                         .details = {{"commit", view.commit}, {"restricted", view.restricted}}});
  });
}

sparql::ExecutionReport Queries::run(Call const& call, access::Address const& address, sparql::Query const& query,
                                     sparql::DatasetClause const& dataset, sparql::ResultSink& results,
                                     rdf::QuadSink& graph, Inferred inferred, int depth) {
  auto const view = parts_.graphs.open(call, address);
  record(call, view);
  auto run_options = options(view, dataset, inferred);
  Neighbours neighbours(*this, depth);
  run_options.services = &neighbours;
  return sparql::run_query(call, query, view.snapshot, results, graph, run_options);
}

sparql::ExecutionReport Queries::query(Call const& call, access::Address const& address, sparql::Query const& query,
                                       sparql::DatasetClause const& dataset, sparql::ResultSink& results,
                                       rdf::QuadSink& graph, Inferred inferred) {
  return run(call, address, query, dataset, results, graph, inferred, 0);
}

Commit Queries::update(Call const& call, access::Address const& address, sparql::Update const& update,
                       sparql::DatasetClause const& dataset, std::optional<std::int64_t> expected) {
  auto const view = parts_.graphs.open(call, address);
  auto run_options = options(view, dataset, Inferred::include);
  Neighbours neighbours(*this, 0);
  run_options.services = &neighbours;
  return parts_.graphs.change(call, address, "update", expected, [&](rdf::Transaction& transaction) {
    sparql::run_update(call, update, transaction, run_options);
  });
}

}  // namespace lepton::graphs
