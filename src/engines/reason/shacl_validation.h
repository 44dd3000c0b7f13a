#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reason/shacl_shapes.h"

namespace lepton::reason {

/// §3.6.2, one sh:ValidationResult.
struct ShaclResult {
  rdf::TermId focus;
  rdf::TermId path;   ///< the node of the path in the shapes graph; undefined for none
  rdf::TermId value;  ///< undefined for none
  rdf::TermId shape;
  std::string component;   ///< local name, "MinCountConstraintComponent"; the IRI of one that the shapes define
  rdf::TermId constraint;  ///< of SPARQLConstraintComponent, the value of sh:sparql; else undefined
  rdf::TermId severity;
  std::string message;
};

/// §3.6.1.
struct ShaclReport {
  std::vector<ShaclResult> results;
  [[nodiscard]] bool conforms() const { return results.empty(); }
};

struct ShaclOptions {
  std::size_t results = 100'000;                      ///< beyond which validation stops
  std::size_t query_memory = std::size_t{256} << 20;  ///< bytes that a query of SHACL-SPARQL may take
  /// Only these nodes are validated, where a shape's target has them; empty: all. For validation of what a transaction
  /// touched.
  std::vector<rdf::TermId> focus;
};

/// §2.1.3, the nodes that a shape's targets are, each once.
[[nodiscard]] std::vector<rdf::TermId> focus_nodes(GraphView const& data, Shape const& shape);

/// Validates a data graph against shapes: SHACL Core (§4) and SHACL-SPARQL (§5, §6), whose queries read the data graph
/// and $shapesGraph. Throws Error{invalid} with reason "recursive_shape" for shapes that depend on themselves, whose
/// meaning SHACL leaves open, with "shape_failure" when a query answers ?failure; and what sparql::run_query throws.
[[nodiscard]] ShaclReport validate(Call const& call, GraphView const& data, Shapes const& shapes,
                                   ShaclOptions const& options = {});

}  // namespace lepton::reason
