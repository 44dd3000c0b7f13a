#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/call.h"
#include "rdf/quad.h"
#include "rdf/store/store.h"
#include "sparql/morsel_pool.h"
#include "sparql/results.h"
#include "sparql/syntax_tree.h"

namespace lepton::sparql {

/// Asks other SPARQL services on behalf of a query. Given by the caller, who decides which may be asked.
class ServiceClient {
 public:
  virtual ~ServiceClient() = default;
  /// Sends the query `text` to the service and hands on its answer. Throws Error{denied} for a service that may not be
  /// asked, Error{unavailable} when it does not answer.
  virtual void query(Call const& call, std::string const& service, std::string const& text, ResultSink& sink) = 0;
};

/// Fetches documents for LOAD. Given by the caller, who decides which may be fetched.
class DocumentSource {
 public:
  virtual ~DocumentSource() = default;
  /// Hands on the document's statements. Throws Error{denied}, {not_found} or {unavailable}.
  virtual void load(Call const& call, std::string const& iri, rdf::QuadSink& sink) = 0;
};

struct EngineLimits {
  std::size_t memory = std::size_t{1} << 30;                       ///< bytes of intermediate results
  std::uint64_t rows = std::numeric_limits<std::uint64_t>::max();  ///< of the answer
};

struct EngineOptions {
  EngineLimits limits;
  Parallelism parallelism;
  rdf::Layers layers = rdf::Layers::both;
  /// The default graph is the merge of all graphs, unless the query says FROM.
  bool union_default_graph = false;
  /// What FROM and FROM NAMED would say; the protocol's default-graph-uri and named-graph-uri. Replaces the query's
  /// own.
  DatasetClause dataset;
  /// Graphs that may be read, ascending, TermId::default_graph() for the default graph; empty with `restricted`: none.
  std::vector<rdf::TermId> graphs;
  bool restricted = false;
  ServiceClient* services = nullptr;    ///< outlives the query; without it no service is known
  DocumentSource* documents = nullptr;  ///< likewise for LOAD
};

/// One operator as it ran: EXPLAIN.
struct PlanNode {
  std::string operation;       ///< "scan join", "hash join", "group"…
  std::string detail;          ///< the pattern or condition, as SPARQL
  double estimated_rows = -1;  ///< negative: not estimated
  std::uint64_t rows = 0;
  std::chrono::microseconds time{0};  ///< operands included
  std::vector<PlanNode> parts;
};

/// What became of a query.
struct ExecutionReport {
  std::uint64_t rows = 0;  ///< or statements
  std::size_t peak_memory = 0;
  PlanNode plan;
};

/// Runs a query on a snapshot. SELECT and ASK answer through `results`, CONSTRUCT and DESCRIBE through `graph`. Throws
/// Error{exhausted} with reason "query_memory" or "result_rows" beyond a limit, what call.proceed() throws,
/// Error{denied} for a SERVICE without a client; something may have been handed out by then. Any number of threads may
/// run queries.
ExecutionReport run_query(Call const& call, Query const& query, rdf::Snapshot const& snapshot, ResultSink& results,
                          rdf::QuadSink& graph, EngineOptions const& options = {});

/// Runs the operations of an update one after another in one transaction, which the caller commits (Update §3). Throws
/// as run_query does; then the transaction is to be dropped.
void run_update(Call const& call, Update const& update, rdf::Transaction& transaction,
                EngineOptions const& options = {});

}  // namespace lepton::sparql
