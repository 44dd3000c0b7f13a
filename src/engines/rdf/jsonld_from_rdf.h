#pragma once

#include <span>

#include "base/call.h"
#include "base/json.h"
#include "rdf/jsonld_parser.h"
#include "rdf/quad.h"

namespace lepton::rdf {

struct FromRdfOptions {
  bool native_types = false;  ///< write xsd:boolean, xsd:integer and xsd:double as JSON's booleans and numbers
  bool rdf_type = false;      ///< write rdf:type as a property like others instead of @type
  JsonLdDirection direction = JsonLdDirection::dropped;
  JsonLdMode mode = JsonLdMode::v1_1;
};

/// A dataset as JSON-LD in expanded form, lists folded into @list (JSON-LD 1.1 API §8.3). Subjects come sorted. Throws
/// Error{invalid} for an rdf:JSON literal that is not JSON. Memory grows with the dataset.
[[nodiscard]] json::Array to_jsonld(Call const& call, std::span<Quad const> quads, FromRdfOptions const& options = {});

}  // namespace lepton::rdf
