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
  std::string component;  ///< local name, "MinCountConstraintComponent"
  rdf::TermId severity;
  std::string message;
};

/// §3.6.1.
struct ShaclReport {
  std::vector<ShaclResult> results;
  [[nodiscard]] bool conforms() const { return results.empty(); }
};

struct ShaclOptions {
  std::size_t results = 100'000;  ///< beyond which validation stops
  /// Only these nodes are validated, where a shape's target has them; empty: all. For validation of what a transaction
  /// touched.
  std::vector<rdf::TermId> focus;
};

/// §2.1.3, the nodes that a shape's targets are, each once.
[[nodiscard]] std::vector<rdf::TermId> focus_nodes(GraphView const& data, Shape const& shape);

/// Validates a data graph against shapes: SHACL Core (§4). Throws Error{invalid} with reason "recursive_shape" for
/// shapes that depend on themselves, whose meaning SHACL leaves open.
[[nodiscard]] ShaclReport validate(Call const& call, GraphView const& data, Shapes const& shapes,
                                   ShaclOptions const& options = {});

}  // namespace lepton::reason
