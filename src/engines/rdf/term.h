#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "rdf/vocabulary.h"

namespace lepton::rdf {

enum class TermKind : std::uint8_t { iri, blank, literal };

/// A term whose bytes somebody else owns: what parsers hand out and writers take. The owner says how long it lives.
struct TermView {
  TermKind kind = TermKind::iri;
  std::string_view value;  ///< the IRI, the blank node's label without "_:", or the literal's lexical form, all UTF-8
  std::string_view datatype;  ///< of a literal, never empty there: xsd:string and rdf:langString are spelled out
  std::string_view language;  ///< of a literal of type rdf:langString, as it was written; else empty

  [[nodiscard]] bool is_iri() const { return kind == TermKind::iri; }
  [[nodiscard]] bool is_blank() const { return kind == TermKind::blank; }
  [[nodiscard]] bool is_literal() const { return kind == TermKind::literal; }
};

[[nodiscard]] constexpr TermView iri_view(std::string_view iri) {
  return {TermKind::iri, iri, {}, {}};
}
[[nodiscard]] constexpr TermView blank_view(std::string_view label) {
  return {TermKind::blank, label, {}, {}};
}
[[nodiscard]] constexpr TermView literal_view(std::string_view lexical, std::string_view datatype = xsd_string) {
  return {TermKind::literal, lexical, datatype, {}};
}
[[nodiscard]] constexpr TermView language_view(std::string_view lexical, std::string_view language) {
  return {TermKind::literal, lexical, rdf_lang_string, language};
}

/// RDF 1.1 Concepts §3.3, term equality: same kind and same characters; language tags compare without case, since their
/// value space is lower case. "1" and "01" are different terms.
[[nodiscard]] bool operator==(TermView const& a, TermView const& b);
/// A total order that agrees with the equality: IRIs, then blank nodes, then literals, each by their bytes.
[[nodiscard]] std::strong_ordering operator<=>(TermView const& a, TermView const& b);

/// A term that owns its bytes. A plain value.
struct Term {
  TermKind kind = TermKind::iri;
  std::string value;
  std::string datatype;
  std::string language;

  Term() = default;
  explicit Term(TermView const& v) : kind(v.kind), value(v.value), datatype(v.datatype), language(v.language) {}

  [[nodiscard]] TermView view() const { return {kind, value, datatype, language}; }

  friend bool operator==(Term const& a, Term const& b) { return a.view() == b.view(); }
  friend std::strong_ordering operator<=>(Term const& a, Term const& b) { return a.view() <=> b.view(); }
};

[[nodiscard]] inline Term iri(std::string_view value) {
  return Term(iri_view(value));
}
[[nodiscard]] inline Term blank(std::string_view label) {
  return Term(blank_view(label));
}
[[nodiscard]] inline Term literal(std::string_view lexical, std::string_view datatype = xsd_string) {
  return Term(literal_view(lexical, datatype));
}
[[nodiscard]] inline Term language_literal(std::string_view lexical, std::string_view language) {
  return Term(language_view(lexical, language));
}

/// Agrees with the equality of terms.
struct TermHash {
  using is_transparent = void;
  [[nodiscard]] std::size_t operator()(TermView const& term) const;
  [[nodiscard]] std::size_t operator()(Term const& term) const { return (*this)(term.view()); }
};

}  // namespace lepton::rdf
