#pragma once

#include <span>

#include "reason/shacl_validation.h"

namespace lepton::reason {

/// Validates what a change may have made violate a shape, and no more than it must: a focus node is checked again when
/// a changed statement is of its target, or may be looked at on the way along the shape's paths. `data` is the graph as
/// it is after the change; `changed` holds what was added and what was removed, in stated and inferred facts alike.
///
/// For data that conformed before, the report is the one of a full validation. Shapes whose checks cannot be followed
/// (SPARQL constraints, changes of rdfs:subClassOf below a class that a shape names) are validated as a whole.
[[nodiscard]] ShaclReport validate_change(Call const& call, GraphView const& data, Shapes const& shapes,
                                          std::span<rdf::IdQuad const> changed, ShaclOptions const& options = {});

}  // namespace lepton::reason
