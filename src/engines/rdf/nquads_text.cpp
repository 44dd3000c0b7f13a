#include "rdf/nquads_text.h"

#include <fmt/format.h>

#include <iterator>

#include "base/error.h"
#include "rdf/characters.h"

namespace lepton::rdf {

namespace {

constexpr ByteSet plain_in_string = ascii_set([](int c) { return c >= 0x20 && c != 0x7F && c != '"' && c != '\\'; });
constexpr ByteSet plain_in_iri = ascii_set([](int c) { return is_iri_byte(c) && c != 0x7F; });

void append_escape(std::string& out, unsigned c) {
  fmt::format_to(std::back_inserter(out), "\\u{:04X}", c);
}

void append_string_character(std::string& out, char c) {
  switch (c) {
    case '\b':
      out.append("\\b");
      break;
    case '\t':
      out.append("\\t");
      break;
    case '\n':
      out.append("\\n");
      break;
    case '\f':
      out.append("\\f");
      break;
    case '\r':
      out.append("\\r");
      break;
    case '"':
      out.append("\\\"");
      break;
    case '\\':
      out.append("\\\\");
      break;
    default:
      append_escape(out, static_cast<unsigned char>(c));
  }
}

/// Copies runs of plain bytes and hands ASCII that is not plain to `escape`; longer UTF-8 goes through, but for the two
/// code points that XML does not have.
template <typename Escape>
void append_escaped(std::string& out, std::string_view text, ByteSet const& plain, Escape escape) {
  std::size_t run = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto const c = static_cast<unsigned char>(text[i]);
    if (plain[c]) continue;
    if (c >= 0x80) {
      bool const no_character = c == 0xEF && text.substr(i, 2) == "\xEF\xBF" && text.size() > i + 2 &&
                                static_cast<unsigned char>(text[i + 2]) >= 0xBE;
      if (!no_character) continue;
      out.append(text, run, i - run);
      append_escape(out, 0xFF00u | (static_cast<unsigned char>(text[i + 2]) + 0x40u));
      i += 2;
    } else {
      out.append(text, run, i - run);
      escape(text[i]);
    }
    run = i + 1;
  }
  out.append(text, run);
}

}  // namespace

void append_iri(std::string& out, std::string_view iri) {
  out.push_back('<');
  append_escaped(out, iri, plain_in_iri, [&](char c) { append_escape(out, static_cast<unsigned char>(c)); });
  out.push_back('>');
}

void append_string(std::string& out, std::string_view text) {
  out.push_back('"');
  append_escaped(out, text, plain_in_string, [&](char c) { append_string_character(out, c); });
  out.push_back('"');
}

void append_term(std::string& out, TermView const& term) {
  switch (term.kind) {
    case TermKind::iri:
      return append_iri(out, term.value);
    case TermKind::blank:
      if (!is_blank_label(term.value)) throw invalid(fmt::format("'{}' cannot label a blank node", term.value));
      out.append("_:").append(term.value);
      return;
    case TermKind::literal:
      append_string(out, term.value);
      if (!term.language.empty()) {
        out.append("@").append(term.language);
      } else if (term.datatype != xsd_string) {
        out.append("^^");
        append_iri(out, term.datatype);
      }
  }
}

void append_triple(std::string& out, QuadView const& quad) {
  append_term(out, quad.subject);
  out.push_back(' ');
  append_term(out, quad.predicate);
  out.push_back(' ');
  append_term(out, quad.object);
  out.append(" .\n");
}

void append_quad(std::string& out, QuadView const& quad) {
  if (!quad.graph) return append_triple(out, quad);
  append_term(out, quad.subject);
  out.push_back(' ');
  append_term(out, quad.predicate);
  out.push_back(' ');
  append_term(out, quad.object);
  out.push_back(' ');
  append_term(out, *quad.graph);
  out.append(" .\n");
}

}  // namespace lepton::rdf
