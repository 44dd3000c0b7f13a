#pragma once

#include <string>
#include <string_view>

namespace lepton::rdf {

/// The five parts of an IRI reference (RFC 3986 §3), as views into it. `has_x` tells an empty part from a missing one.
struct IriParts {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
  std::string_view query;
  std::string_view fragment;
  bool has_scheme = false;
  bool has_authority = false;
  bool has_query = false;
  bool has_fragment = false;
};

/// RFC 3986 appendix B. Any text has parts; none is checked.
[[nodiscard]] IriParts split_iri(std::string_view reference);

/// Begins with a scheme: needs no base.
[[nodiscard]] bool is_absolute_iri(std::string_view reference);

/// Whether every byte may stand in an IRI as the RDF syntaxes define it (Turtle, IRIREF): no controls, no space, none
/// of < > " { } | ^ ` and backslash. UTF-8 is taken as valid.
[[nodiscard]] bool has_iri_characters(std::string_view text);

/// RFC 3986 §5.2.4.
[[nodiscard]] std::string remove_dot_segments(std::string_view path);

/// Resolves references against one base, RFC 3986 §5.2 (strict), without normalising what is absolute already: an
/// absolute IRI is an RDF name and stays as it is written. A plain value, cheap to ask many times.
class BaseIri {
 public:
  /// No base: only absolute IRIs can be resolved.
  BaseIri() = default;
  /// `iri` is absolute; its fragment is dropped.
  explicit BaseIri(std::string_view iri);

  [[nodiscard]] bool known() const { return !text_.empty(); }
  [[nodiscard]] std::string const& text() const { return text_; }

  /// Replaces `reference` by the IRI it stands for. False when it is relative and there is no base.
  [[nodiscard]] bool resolve(std::string& reference) const;

 private:
  std::string text_;
};

}  // namespace lepton::rdf
