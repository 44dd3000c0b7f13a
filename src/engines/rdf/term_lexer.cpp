#include "rdf/term_lexer.h"

#include <fmt/format.h>

#include "rdf/iri.h"

namespace lepton::rdf {

namespace {

constexpr ByteSet iri_bytes = ascii_set(is_iri_byte);
constexpr ByteSet in_double_quotes = ascii_set([](int c) { return c != '"' && c != '\\' && c != '\n' && c != '\r'; });
constexpr ByteSet in_single_quotes = ascii_set([](int c) { return c != '\'' && c != '\\' && c != '\n' && c != '\r'; });
constexpr ByteSet letters = ascii_set(is_ascii_letter);
constexpr ByteSet letters_and_digits = ascii_set([](int c) { return is_ascii_letter(c) || is_digit(c); });
constexpr ByteSet ascii_name_bytes =
    ascii_set([](int c) { return is_ascii_letter(c) || is_digit(c) || c == '_' || c == '-'; });

}  // namespace

void TermLexer::iri_reference(std::string& out) {
  cursor_.mark();
  cursor_.skip();
  for (;;) {
    cursor_.take_run(out, iri_bytes);
    int const c = cursor_.peek();
    if (c == '>') {
      cursor_.skip();
      return cursor_.check_name(out);
    }
    if (c == '\\') {
      if (cursor_.peek_at(1) != 'u' && cursor_.peek_at(1) != 'U') cursor_.fail("an IRI has only \\u and \\U escapes");
      cursor_.skip();
      char32_t const value = numeric_escape();
      if (value < 0x80 && !is_iri_byte(static_cast<int>(value))) {
        cursor_.fail("this escape stands for a character that an IRI may not have");
      }
      append_utf8(out, value);
    } else if (c >= 0x80) {
      cursor_.take_character(out);
    } else if (c == Cursor::end || c == '\n' || c == '\r') {
      cursor_.fail_at_mark("this IRI has no closing '>' on its line");
    } else {
      cursor_.fail_expecting("a character of an IRI, or '>'");
    }
  }
}

void TermLexer::short_string(std::string& out) {
  cursor_.mark();
  int const quote = cursor_.peek();
  ByteSet const& plain = quote == '"' ? in_double_quotes : in_single_quotes;
  cursor_.skip();
  for (;;) {
    cursor_.take_run(out, plain);
    int const c = cursor_.peek();
    if (c == quote) {
      cursor_.skip();
      return;
    }
    if (c == '\\') {
      string_escape(out);
    } else if (c >= 0x80) {
      cursor_.take_character(out);
    } else {
      cursor_.fail_at_mark("this string has no closing quote on its line");
    }
  }
}

void TermLexer::any_string(std::string& out) {
  int const quote = cursor_.peek();
  if (cursor_.peek_at(1) == quote && cursor_.peek_at(2) == quote) {
    long_string(out, quote);
  } else {
    short_string(out);
  }
}

void TermLexer::long_string(std::string& out, int quote) {
  cursor_.mark();
  ByteSet const& plain = quote == '"' ? in_double_quotes : in_single_quotes;
  cursor_.skip(3);
  for (;;) {
    cursor_.take_run(out, plain);
    int const c = cursor_.peek();
    if (c == quote) {
      if (cursor_.peek_at(1) == quote && cursor_.peek_at(2) == quote) {
        cursor_.skip(3);
        return;
      }
      out.push_back(static_cast<char>(c));
      cursor_.skip();
    } else if (c == '\\') {
      string_escape(out);
    } else if (c >= 0x80) {
      cursor_.take_character(out);
    } else if (c == Cursor::end) {
      cursor_.fail_at_mark("this string is never closed");
    } else {
      cursor_.keep_mark();
      out.push_back(static_cast<char>(c));
      cursor_.take();
    }
  }
}

void TermLexer::string_escape(std::string& out) {
  int const c = cursor_.peek_at(1);
  char plain = 0;
  switch (c) {
    case 't':
      plain = '\t';
      break;
    case 'b':
      plain = '\b';
      break;
    case 'n':
      plain = '\n';
      break;
    case 'r':
      plain = '\r';
      break;
    case 'f':
      plain = '\f';
      break;
    case '"':
    case '\'':
    case '\\':
      plain = static_cast<char>(c);
      break;
    case 'u':
    case 'U':
      cursor_.skip();
      append_utf8(out, numeric_escape());
      return;
    default:
      cursor_.fail("this escape does not exist: use one of \\t \\b \\n \\r \\f \\\" \\' \\\\ \\u \\U");
  }
  out.push_back(plain);
  cursor_.skip(2);
}

/// UCHAR behind its backslash.
char32_t TermLexer::numeric_escape() {
  std::size_t const digits = cursor_.peek() == 'u' ? 4 : 8;
  char32_t value = 0;
  for (std::size_t i = 1; i <= digits; ++i) {
    int const digit = hex_value(cursor_.peek_at(i));
    if (digit < 0) cursor_.fail(fmt::format("this escape needs {} hexadecimal digits", digits));
    value = value << 4 | static_cast<char32_t>(digit);
  }
  if (!is_scalar_value(value)) cursor_.fail("this escape is not a Unicode character");
  cursor_.skip(1 + digits);
  return value;
}

void TermLexer::language_tag(std::string& out) {
  cursor_.skip();
  std::size_t before = out.size();
  cursor_.take_run(out, letters);
  if (out.size() == before) cursor_.fail_expecting("a language tag");
  while (cursor_.peek() == '-') {
    out.push_back('-');
    cursor_.skip();
    before = out.size();
    cursor_.take_run(out, letters_and_digits);
    if (out.size() == before) cursor_.fail_expecting("a letter or digit of the language tag");
  }
}

void TermLexer::blank_label(std::string& out) {
  if (cursor_.peek_at(1) != ':') cursor_.fail("a blank node begins with '_:'");
  cursor_.mark();
  cursor_.skip(2);
  CodePoint const first = cursor_.peek_character();
  if (first.length == 0 || !(is_name_start(first.value) || is_digit(static_cast<int>(first.value)))) {
    cursor_.fail_expecting("a blank node's label");
  }
  name_rest(out);
  cursor_.check_name(out);
}

void TermLexer::name_rest(std::string& out) {
  for (;;) {
    cursor_.take_run(out, ascii_name_bytes);
    int const c = cursor_.peek();
    if (c == '.') {
      std::size_t dots = 1;
      while (cursor_.peek_at(dots) == '.') ++dots;
      if (!name_char_at(dots)) return;
      out.append(dots, '.');
      cursor_.skip(dots);
    } else if (c >= 0x80 && name_char_at(0)) {
      cursor_.take_character(out);
    } else {
      return;
    }
  }
}

bool TermLexer::name_char_at(std::size_t ahead) {
  CodePoint const c = cursor_.peek_character(ahead);
  return c.length > 0 && is_name_char(c.value);
}

}  // namespace lepton::rdf
