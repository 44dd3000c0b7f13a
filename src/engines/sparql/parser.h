#pragma once

#include <string>
#include <string_view>

#include "sparql/syntax_tree.h"

namespace lepton::sparql {

/// What a text may cost.
struct SyntaxLimits {
  std::size_t text = 8 << 20;   ///< bytes
  std::size_t depth = 200;      ///< groups, parentheses, subqueries and collections inside each other
  std::size_t elements = 2000;  ///< patterns, filters and operators of one query, data and triples not counted
};

struct SyntaxOptions {
  std::string base;  ///< absolute IRI; without it a relative IRI is an error unless the text has a BASE
  SyntaxLimits limits;
};

/// SPARQL 1.1 Query §19, with the notes on scope there. Throws Error{invalid}, reason "sparql_syntax", message
/// "line 3, column 14: …".
[[nodiscard]] Query parse_query(std::string_view text, SyntaxOptions const& options = {});
/// SPARQL 1.1 Update §3 and §19.8 of Query. Throws likewise.
[[nodiscard]] Update parse_update(std::string_view text, SyntaxOptions const& options = {});

}  // namespace lepton::sparql
