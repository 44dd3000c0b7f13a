#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

/// Character classes that the Turtle family of grammars shares (Turtle §6.5), and UTF-8.
namespace lepton::rdf {

constexpr bool is_digit(int c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_ascii_letter(int c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_space(int c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Value of a hexadecimal digit, -1 for anything else.
constexpr int hex_value(int c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// May stand unescaped in an IRI; bytes of longer UTF-8 sequences may.
constexpr bool is_iri_byte(int c) {
  return c > 0x20 && c != '<' && c != '>' && c != '"' && c != '{' && c != '}' && c != '|' && c != '^' && c != '`' &&
         c != '\\';
}

/// ASCII letters only: what language tags and media types are compared by.
[[nodiscard]] std::string to_lower_ascii(std::string_view text);

/// BCP 47 as far as the grammars of RDF go: letters, then letters and digits between hyphens.
[[nodiscard]] bool is_language_tag(std::string_view tag);

[[nodiscard]] bool is_name_start(char32_t c);  ///< PN_CHARS_U: letters, "_" and most of Unicode
[[nodiscard]] bool is_name_char(char32_t c);   ///< PN_CHARS: those, digits, "-" and combining marks
/// BLANK_NODE_LABEL without its "_:"; the text is valid UTF-8.
[[nodiscard]] bool is_blank_label(std::string_view label);
/// Namespaces in XML, NCName; the text is valid UTF-8.
[[nodiscard]] bool is_ncname(std::string_view text);
/// May stand in an XML 1.0 document: no controls but tab and line ends, no U+FFFE and U+FFFF.
[[nodiscard]] bool is_xml_text(std::string_view text);

struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;  ///< in bytes; 0: not valid UTF-8 (also overlong forms and surrogates)
};
[[nodiscard]] CodePoint decode_utf8(std::string_view bytes);
/// `c` is a Unicode scalar value.
void append_utf8(std::string& out, char32_t c);
constexpr bool is_scalar_value(char32_t c) {
  return c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

/// A set of ASCII characters, asked for each byte of a document.
using ByteSet = std::array<bool, 256>;
template <typename Predicate>
constexpr ByteSet ascii_set(Predicate predicate) {
  ByteSet set{};
  for (int c = 0; c < 128; ++c) set[static_cast<std::size_t>(c)] = predicate(c);
  return set;
}

}  // namespace lepton::rdf
