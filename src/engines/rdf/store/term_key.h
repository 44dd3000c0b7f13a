#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "rdf/store/term_id.h"

namespace lepton::rdf {

/// How the dictionary spells a term of a known kind. IRIs and labels stand as they are; a literal begins with a varint:
/// 0 for xsd:string, 1 before the length and bytes of a language tag, else 2 + the number of its datatype's IRI. The
/// lexical form follows.
struct TermKey {
  IdKind kind = IdKind::none;
  std::string_view bytes;
  std::uint64_t hash = 0;  ///< the same for language tags that differ in case
};

/// The number of an IRI in the dictionary; empty when it has none.
using IriNumber = std::function<std::optional<std::uint64_t>(std::string_view iri)>;

/// Makes the key in `buffer`; empty when `number` does not know the datatype.
[[nodiscard]] std::optional<TermKey> make_key(TermView const& term, std::string& buffer, IriNumber const& number);
/// Whether bytes from a file can be a key; read_key and the rest take keys alone.
[[nodiscard]] bool is_key(IdKind kind, std::string_view bytes);
[[nodiscard]] TermKey read_key(IdKind kind, std::string_view bytes);
/// Whether two spellings of one kind are the same term.
[[nodiscard]] bool same_term(IdKind kind, std::string_view a, std::string_view b);
/// The lexical form in a literal's key.
[[nodiscard]] std::string_view lexical_form(std::string_view bytes);
/// The term of a key; `iri` gives the IRI of a number.
[[nodiscard]] Term term_of(IdKind kind, std::string_view bytes, std::function<std::string(std::uint64_t)> const& iri);

}  // namespace lepton::rdf
