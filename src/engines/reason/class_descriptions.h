#pragma once

#include <span>
#include <string>
#include <vector>

#include "rdf/quad.h"
#include "sparql/syntax_tree.h"

/// Classes that are described rather than named: "those with a child that is a doctor".
namespace lepton::reason {

/// The statements that describe classes by blank nodes (OWL 2 Mapping to RDF §3.2), as places in `statements`,
/// ascending: restrictions, unions and so on, with their lists. A blank node whose label begins with "?" stands for
/// something open: what leads to it, or round in a circle, describes no class.
[[nodiscard]] std::vector<std::size_t> class_descriptions(std::span<rdf::Quad const> statements);

/// A query whose class descriptions are taken out of its patterns (SPARQL 1.1 Entailment Regimes §6.2).
struct DescribedQuery {
  sparql::Query query;                  ///< has blank nodes as terms in their place
  std::vector<rdf::Quad> descriptions;  ///< of those, for the reasoner
};

/// `label` begins the labels of the blank nodes, which occur nowhere else.
[[nodiscard]] DescribedQuery take_descriptions(sparql::Query query, std::string const& label);

}  // namespace lepton::reason
