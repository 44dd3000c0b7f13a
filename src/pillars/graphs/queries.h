#pragma once

#include <optional>
#include <string>

#include "graphs/graphs.h"
#include "graphs/remotes.h"
#include "sparql/engine.h"

namespace lepton::graphs {

/// SPARQL over graphs as the caller may see them: each query on one snapshot, each update as one commit. A query may
/// reach into other graphs with SERVICE <lepton:department/graph>, which is answered with the caller's own rights, and
/// into the services outside that may be asked. Any thread may call.
class Queries {
 public:
  struct Parts {
    Graphs& graphs;
    db::Database& database;
    access::Audit& audit;
    sparql::EngineLimits limits;
    sparql::Parallelism parallelism;
    Remotes* remotes = nullptr;    ///< graphs that are kept elsewhere; without it there are none
    Outbound* outbound = nullptr;  ///< services outside; without it none may be asked
  };
  explicit Queries(Parts parts) : parts_(parts) {}

  /// What the caller may see of a graph, a version or a part. The audit event is written before this returns, and on
  /// the disk soon after (db::DurableLater).
  [[nodiscard]] View open(Call const& call, access::Address const& address);
  /// The same, or nullopt for a remote graph, which Remotes asks.
  [[nodiscard]] std::optional<View> find_kept_here(Call const& call, access::Address const& address);
  /// `dataset`: the protocol's default-graph-uri and named-graph-uri, instead of the query's own when not empty.
  /// `inferred`: whether what follows by the graph's rules is there too, or alone. Throws what sparql::run_query does.
  sparql::ExecutionReport run(Call const& call, View const& view, sparql::Query const& query,
                              sparql::DatasetClause const& dataset, sparql::ResultSink& results, rdf::QuadSink& graph,
                              Inferred inferred = Inferred::include);
  /// Both.
  sparql::ExecutionReport query(Call const& call, access::Address const& address, sparql::Query const& query,
                                sparql::DatasetClause const& dataset, sparql::ResultSink& results, rdf::QuadSink& graph,
                                Inferred inferred = Inferred::include);

  /// For those who may both read and write the graph. `expected`: the commit that the caller read. nullopt for a remote
  /// graph, which Remotes changes.
  std::optional<Commit> update(Call const& call, access::Address const& address, sparql::Update const& update,
                               sparql::DatasetClause const& dataset, std::optional<std::int64_t> expected);

 private:
  class Neighbours;
  sparql::ExecutionReport run_nested(Call const& call, View const& view, sparql::Query const& query,
                                     sparql::DatasetClause const& dataset, sparql::ResultSink& results,
                                     rdf::QuadSink& graph, Inferred inferred, int depth);
  [[nodiscard]] sparql::EngineOptions options(View const& view, sparql::DatasetClause const& dataset,
                                              Inferred inferred) const;
  void record(Call const& call, View const& view);
  void record_service(Call const& call, View const& view, ServiceUrl const& service);

  Parts parts_;
};

}  // namespace lepton::graphs
