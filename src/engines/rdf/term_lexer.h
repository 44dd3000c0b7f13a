#pragma once

#include <string>

#include "rdf/cursor.h"

namespace lepton::rdf {

/// The terminals that N-Triples and Turtle share (Turtle §6.5). Each function stands at the first byte of its token,
/// appends what the token means to `out` and leaves the cursor behind it.
class TermLexer {
 public:
  explicit TermLexer(Cursor& cursor) : cursor_(cursor) {}

  /// IRIREF, as it is written: absolute or relative.
  void iri_reference(std::string& out);
  /// STRING_LITERAL_QUOTE and STRING_LITERAL_SINGLE_QUOTE, by the quote that stands here.
  void short_string(std::string& out);
  /// Also the long ones.
  void any_string(std::string& out);
  /// LANGTAG, without its "@".
  void language_tag(std::string& out);
  /// BLANK_NODE_LABEL, without its "_:".
  void blank_label(std::string& out);

  /// PN_CHARS and inner dots, as in blank node labels and prefixes.
  void name_rest(std::string& out);
  /// Whether PN_CHARS stands `ahead` bytes from here.
  [[nodiscard]] bool name_char_at(std::size_t ahead);

 private:
  void long_string(std::string& out, int quote);
  void string_escape(std::string& out);
  [[nodiscard]] char32_t numeric_escape();

  Cursor& cursor_;
};

}  // namespace lepton::rdf
