#pragma once

#include <optional>
#include <string>

#include "graphs/graphs.h"
#include "sparql/engine.h"

namespace lepton::graphs {

/// SPARQL over graphs as the caller may see them: each query on one snapshot, each update as one commit. A query may
/// reach into other graphs with SERVICE <lepton:department/graph>, which is answered here with the caller's own rights;
/// no other service is known. Any thread may call.
class Queries {
 public:
  struct Parts {
    Graphs& graphs;
    db::Database& database;
    access::Audit& audit;
    sparql::EngineLimits limits;
  };
  explicit Queries(Parts parts) : parts_(parts) {}

  /// `dataset`: the protocol's default-graph-uri and named-graph-uri, instead of the query's own when not empty.
  /// `address` may name a version or a part; `inferred` says whether what follows by the graph's rules is there too,
  /// or alone. Throws what sparql::run_query does; the audit event is written before
  /// anything is answered.
  sparql::ExecutionReport query(Call const& call, access::Address const& address, sparql::Query const& query,
                                sparql::DatasetClause const& dataset, sparql::ResultSink& results, rdf::QuadSink& graph,
                                Inferred inferred = Inferred::include);

  /// For those who may both read and write the graph. `expected`: the commit that the caller read.
  Commit update(Call const& call, access::Address const& address, sparql::Update const& update,
                sparql::DatasetClause const& dataset, std::optional<std::int64_t> expected);

 private:
  class Neighbours;
  sparql::ExecutionReport run(Call const& call, access::Address const& address, sparql::Query const& query,
                              sparql::DatasetClause const& dataset, sparql::ResultSink& results, rdf::QuadSink& graph,
                              Inferred inferred, int depth);
  [[nodiscard]] sparql::EngineOptions options(View const& view, sparql::DatasetClause const& dataset,
                                              Inferred inferred) const;
  void record(Call const& call, View const& view);

  Parts parts_;
};

}  // namespace lepton::graphs
