#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lepton::sparql {

/// The terminals of SPARQL 1.1 §19.8. A sign is punctuation of its own, since "?a-1" subtracts.
enum class TokenKind : std::uint8_t {
  iri,          ///< text: what stands between the brackets
  name,         ///< PNAME_LN and PNAME_NS; text: prefix, ':', local part with its escapes resolved
  blank_label,  ///< text: without "_:"
  variable,     ///< text: without its mark
  language,     ///< text: without "@"
  integer,
  decimal,
  real,  ///< DOUBLE
  string,
  word,         ///< a keyword or the name of a built-in function, as it was written
  punctuation,  ///< text: one or two characters
  end
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t begin = 0;  ///< byte offsets in the text
  std::size_t end = 0;
  std::string text;
};

/// Where in a text, both from 1; columns count characters.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};
[[nodiscard]] Place place_of(std::string_view text, std::size_t offset);

/// Throws Error{invalid} with reason "sparql_syntax": "line 3, column 14: …".
[[noreturn]] void fail_at(std::string_view text, std::size_t offset, std::string const& sentence);

/// §19.2: replaces \u and \U escapes everywhere, before the grammar is looked at. Refuses text that is not UTF-8.
[[nodiscard]] std::string resolve_code_points(std::string_view text);

/// Cuts a text into tokens, the longest each time, comments and space left out; the last is `end`.
[[nodiscard]] std::vector<Token> tokenize(std::string_view text);

}  // namespace lepton::sparql
