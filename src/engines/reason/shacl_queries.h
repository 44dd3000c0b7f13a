#pragma once

#include <map>
#include <string>
#include <vector>

#include "reason/shacl_shapes.h"
#include "reason/shacl_validation.h"
#include "sparql/results.h"

namespace lepton::reason {

/// Runs the queries of SHACL-SPARQL constraints on the data. One thread.
class ShaclQueries {
 public:
  /// All outlive it.
  ShaclQueries(Call const& call, GraphView const& data, Shapes const& shapes, ShaclOptions const& options)
      : call_(call), data_(data), shapes_(shapes), options_(options) {}

  /// One way not to conform.
  struct Finding {
    rdf::TermId value;    ///< undefined for none
    rdf::TermId path;     ///< undefined: the shape's
    std::string message;  ///< empty: none of its own
  };

  /// §5.3 and §6.3: what the constraint finds at a focus node with these value nodes. Throws Error{invalid} with reason
  /// "shape_failure" when the query says that it cannot decide, and what sparql::run_query throws.
  [[nodiscard]] std::vector<Finding> run(SparqlConstraint const& constraint, Shape const& shape, rdf::TermId focus,
                                         std::vector<rdf::TermId> const& values) const;

 private:
  using Bindings = std::map<std::string, rdf::Term>;

  [[nodiscard]] std::vector<Finding> select(SparqlConstraint const& constraint, Shape const& shape, rdf::TermId focus,
                                            Bindings const& bindings) const;
  [[nodiscard]] bool ask(SparqlConstraint const& constraint, Shape const& shape, Bindings const& bindings) const;
  void execute(SparqlConstraint const& constraint, Shape const& shape, Bindings const& bindings,
               sparql::ResultSink& sink) const;
  [[nodiscard]] sparql::Path path_of(ShaclPath const& path) const;

  Call const& call_;
  GraphView const& data_;
  Shapes const& shapes_;
  ShaclOptions const& options_;
};

}  // namespace lepton::reason
