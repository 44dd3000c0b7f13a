#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/json.h"
#include "graphs/graphs.h"
#include "sparql/engine.h"

namespace lepton::graphs {

/// What one query found about one thing.
struct Facts {
  bool found = false;
  json::Object values;  ///< by variable: numbers and booleans as such, all else as text; without what is unbound
};

/// The answers for several things, and what they stand on.
struct FoundFacts {
  std::string graph;  ///< as it was asked for: "risk/exposure", or a version
  std::int64_t commit = 0;
  std::vector<Facts> facts;          ///< one per value, in their order
  std::vector<std::string> sources;  ///< versions of datasets that the graph is made from: "banking/customers@1"
  std::vector<access::Ground> grounds;
};

/// Small questions about single things for those who ask again and again, as deployments do: a SELECT with one variable
/// given, which answers with one row. Every question is decided anew, so a revocation refuses the next one; queries are
/// parsed once. Leaves no audit record of its own: the decision that uses the answer names graph, commit and grounds.
/// Any thread may call.
class FactQueries {
 public:
  /// The graphs outlive it.
  FactQueries(Graphs& graphs, sparql::EngineLimits limits) : graphs_(graphs), limits_(limits) {}

  /// The variables that the query answers with. Throws Error{invalid} for a text that is no SELECT, or that does not
  /// name `parameter`.
  [[nodiscard]] std::vector<std::string> variables(std::string const& query, std::string const& parameter);
  /// Asks once for each value of `parameter`. Throws Error{denied} when the caller may not read the graph, or not all
  /// that it is made from: what is hidden would look like what is not there. Error{conflict, "several_rows"} when there
  /// is more than one answer.
  [[nodiscard]] FoundFacts find(Call const& call, access::Address const& graph, std::string const& query,
                                std::string const& parameter, std::vector<rdf::Term> const& values);
  /// What find() would be refused for.
  [[nodiscard]] FoundFacts look(Call const& call, access::Address const& graph);

 private:
  using Parsed = std::shared_ptr<sparql::Query const>;  // shared with those that run while it is dropped
  [[nodiscard]] Parsed parsed(std::string const& query, std::string const& parameter);
  [[nodiscard]] View open(Call const& call, access::Address const& graph, FoundFacts& found);
  [[nodiscard]] Facts ask(Call const& call, View const& view, sparql::Query const& query, std::string const& parameter,
                          rdf::Term const& value) const;

  Graphs& graphs_;
  sparql::EngineLimits limits_;
  Guarded<std::map<std::string, Parsed>> parsed_;
};

}  // namespace lepton::graphs
