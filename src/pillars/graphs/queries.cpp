#include "graphs/queries.h"

#include <fmt/format.h>

#include "base/error.h"
#include "db/durability.h"
#include "graphs/query_options.h"
#include "graphs/sparql_request.h"
#include "sparql/parser.h"

namespace lepton::graphs {
namespace {

constexpr std::string_view kScheme = "lepton:";
/// Graphs that reach into each other: a query that asks itself ends here.
constexpr int kMostNested = 4;

}  // namespace

/// Other graphs of this platform, and services outside, as SPARQL services.
class Queries::Neighbours : public sparql::ServiceClient {
 public:
  Neighbours(Queries& queries, View const& view, int depth) : queries_(queries), view_(view), depth_(depth) {}

  void query(Call const& call, std::string const& service, std::string const& text, sparql::ResultSink& sink) override {
    if (service.starts_with(kScheme))
      ask_graph(call, access::parse_address(std::string_view(service).substr(kScheme.size())), text, sink);
    else
      ask_outside(call, service, text, sink);
  }

 private:
  void ask_graph(Call const& call, access::Address const& address, std::string const& text, sparql::ResultSink& sink) {
    if (depth_ >= kMostNested) throw invalid(fmt::format("graphs ask each other more than {} deep", kMostNested));
    auto* const remotes = queries_.parts_.remotes;
    if (remotes != nullptr && remotes->contains(call, address)) return remotes->query(call, address, text, sink);
    rdf::QuadCollector none;
    queries_.run_nested(call, queries_.open(call, address), sparql::parse_query(text), {}, sink, none,
                        Inferred::include, depth_ + 1);
  }

  void ask_outside(Call const& call, std::string const& service, std::string const& text, sparql::ResultSink& sink) {
    auto* const outbound = queries_.parts_.outbound;
    if (outbound == nullptr) throw denied(fmt::format("<{}>: no services outside may be asked", service));
    auto const url = parse_service_url(service);
    outbound->allowed().require(url);
    queries_.record_service(call, view_, url);
    ask_service(call, *outbound, {.url = url, .request = query_request(text, {}, accept_of_results())}, sink);
  }

  Queries& queries_;
  View const& view_;
  int depth_;
};

sparql::EngineOptions Queries::options(View const& view, sparql::DatasetClause const& dataset,
                                       Inferred inferred) const {
  auto options = query_options(view, parts_.limits, inferred);
  options.dataset = dataset;
  options.parallelism = parts_.parallelism;
  return options;
}

/// A disk takes longer to sync than most queries take: a loss of power may cost the records of the last tenth of a
/// second, as nothing was changed that they would have to stand beside.
void Queries::record(Call const& call, View const& view) {
  db::DurableLater const later;
  parts_.database.write(call, [&](db::Transaction& tx) {
    parts_.audit.append(tx, call,
                        {.action = "graph.query",
                         .subject = view.version,
                         .grounds = view.grounds,
                         .details = {{"commit", view.commit}, {"restricted", view.restricted}}});
  });
}

/// What goes out is written down before it does.
void Queries::record_service(Call const& call, View const& view, ServiceUrl const& service) {
  parts_.database.write(call, [&](db::Transaction& tx) {
    parts_.audit.append(
        tx, call,
        {.action = "graph.service", .subject = view.version, .grounds = {}, .details = {{"service", service.str()}}});
  });
}

View Queries::open(Call const& call, access::Address const& address) {
  auto view = parts_.graphs.open(call, address);
  record(call, view);
  return view;
}

std::optional<View> Queries::find_kept_here(Call const& call, access::Address const& address) {
  auto view = parts_.graphs.find_kept_here(call, address);
  if (view) record(call, *view);
  return view;
}

sparql::ExecutionReport Queries::run_nested(Call const& call, View const& view, sparql::Query const& query,
                                            sparql::DatasetClause const& dataset, sparql::ResultSink& results,
                                            rdf::QuadSink& graph, Inferred inferred, int depth) {
  auto run_options = options(view, dataset, inferred);
  Neighbours neighbours(*this, view, depth);
  run_options.services = &neighbours;
  return sparql::run_query(call, query, view.snapshot, results, graph, run_options);
}

sparql::ExecutionReport Queries::run(Call const& call, View const& view, sparql::Query const& query,
                                     sparql::DatasetClause const& dataset, sparql::ResultSink& results,
                                     rdf::QuadSink& graph, Inferred inferred) {
  return run_nested(call, view, query, dataset, results, graph, inferred, 0);
}

sparql::ExecutionReport Queries::query(Call const& call, access::Address const& address, sparql::Query const& query,
                                       sparql::DatasetClause const& dataset, sparql::ResultSink& results,
                                       rdf::QuadSink& graph, Inferred inferred) {
  return run(call, open(call, address), query, dataset, results, graph, inferred);
}

std::optional<Commit> Queries::update(Call const& call, access::Address const& address, sparql::Update const& update,
                                      sparql::DatasetClause const& dataset, std::optional<std::int64_t> expected) {
  auto const view = parts_.graphs.find_kept_here(call, address);
  if (!view) return std::nullopt;
  auto run_options = options(*view, dataset, Inferred::include);
  Neighbours neighbours(*this, *view, 0);
  run_options.services = &neighbours;
  return parts_.graphs.change(call, address, "update", expected, [&](rdf::Transaction& transaction) {
    sparql::run_update(call, update, transaction, run_options);
  });
}

}  // namespace lepton::graphs
