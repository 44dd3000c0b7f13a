#pragma once

#include <string>
#include <string_view>

#include "rdf/quad.h"

/// Terms and statements as canonical N-Quads (RDFC-1.0 appendix A), which is also how N-Triples and N-Quads are
/// written.
namespace lepton::rdf {

/// With < >; forbidden characters come out as \u escapes, so that nothing can break out of the brackets.
void append_iri(std::string& out, std::string_view iri);
/// With quotes.
void append_string(std::string& out, std::string_view text);
/// Throws Error{invalid} for a blank node label that no RDF syntax can hold.
void append_term(std::string& out, TermView const& term);
/// With its line end.
void append_quad(std::string& out, QuadView const& quad);
/// The statement without its graph.
void append_triple(std::string& out, QuadView const& quad);

}  // namespace lepton::rdf
