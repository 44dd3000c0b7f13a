#pragma once

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "base/call.h"
#include "rdf/quad.h"
#include "sparql/algebra.h"
#include "sparql/evaluate.h"
#include "sparql/results.h"
#include "sparql/scope.h"

namespace lepton::sparql {

/// §18.1.10, solution mappings.
using Bindings = std::map<Variable, rdf::Term>;

/// §18.1.2, an RDF dataset in memory.
struct ReferenceDataset {
  using Triples = std::set<std::array<rdf::Term, 3>>;
  Triples default_graph;
  std::map<rdf::Term, Triples> named;

  [[nodiscard]] static ReferenceDataset of(std::span<rdf::Quad const> quads);
  /// §13.2: what FROM and FROM NAMED make of it; the whole when there is none.
  [[nodiscard]] ReferenceDataset select(DatasetClause const& clause) const;
};

/// Evaluates the algebra as SPARQL 1.1 §18.5 and §18.6 define it, word by word and slowly: the oracle that the engine
/// is tested against. Works on small datasets in memory. One thread.
class ReferenceEvaluator {
 public:
  /// All outlive the evaluator.
  ReferenceEvaluator(Call const& call, ReferenceDataset const& dataset, ExpressionEvaluator& expressions);

  /// §18.6, eval(D(G), P) with the default graph active.
  [[nodiscard]] std::vector<Bindings> evaluate(Algebra const& algebra);

  [[nodiscard]] bool exists(Algebra const& pattern, Bindings const& solution);

 private:
  using Solutions = std::vector<Bindings>;
  [[nodiscard]] Solutions basic(std::vector<TriplePattern> const& triples);
  [[nodiscard]] Solutions path(Algebra const& algebra);
  [[nodiscard]] Solutions left_join(Algebra const& algebra);
  [[nodiscard]] Solutions minus(Algebra const& algebra);
  [[nodiscard]] Solutions extend(Algebra const& algebra);
  [[nodiscard]] Solutions graph(Algebra const& algebra);
  [[nodiscard]] Solutions group(Algebra const& algebra);
  [[nodiscard]] Solutions order(Algebra const& algebra);

  // §18.4
  using Terms = std::set<rdf::Term>;
  [[nodiscard]] Terms nodes() const;
  [[nodiscard]] std::vector<rdf::Term> step(rdf::Term const& from, Path const& path, bool backward);
  void closure(rdf::Term const& from, Path const& path, bool backward, Terms& visited);
  [[nodiscard]] std::vector<std::pair<rdf::Term, rdf::Term>> pairs(Algebra const& algebra);

  Call const& call_;
  ReferenceDataset const& dataset_;
  ExpressionEvaluator& expressions_;
  ReferenceDataset::Triples const* active_;
};

/// The solutions of a SELECT in their order, or one row or none of an ASK.
[[nodiscard]] ResultCollector evaluate_reference(Call const& call, Query query, ReferenceDataset const& dataset);

}  // namespace lepton::sparql
