// The terminals of Turtle that N-Triples lacks: prefixed names, keywords, white space; and skipping over what is wrong.
#include <fmt/format.h>

#include "rdf/turtle_parser.h"

namespace lepton::rdf {

namespace {

constexpr ByteSet plain_local_bytes =
    ascii_set([](int c) { return is_ascii_letter(c) || is_digit(c) || c == '_' || c == '-' || c == ':'; });

constexpr bool is_local_escape(int c) {
  return c > 0 && c < 0x80 && std::string_view("_~.-!$&'()*+,;=/?#@%").find(static_cast<char>(c)) != std::string::npos;
}

}  // namespace

/// Turtle [135s].
void TurtleParser::iri(std::string& out) {
  if (cursor_.peek() == '<') return iri_reference(out);
  prefixed_name(out);
}

void TurtleParser::iri_reference(std::string& out) {
  if (cursor_.peek() != '<') cursor_.fail_expecting("an IRI in < >");
  lexer_.iri_reference(out);
  if (!base_.resolve(out)) cursor_.fail_at_mark(fmt::format("<{}> is relative, and no base IRI is known", out));
  cursor_.check_name(out);
}

/// Turtle [136s].
void TurtleParser::prefixed_name(std::string& out) {
  cursor_.mark();
  name_.clear();
  prefix_name(name_);
  if (cursor_.peek() != ':') {
    if (name_.empty()) cursor_.fail_expecting("an IRI");
    cursor_.fail_at_mark(fmt::format("'{}' is neither a keyword here nor a prefixed name", name_));
  }
  cursor_.skip();
  auto const found = prefixes_.find(name_);
  if (found == prefixes_.end()) cursor_.fail_at_mark(fmt::format("the prefix '{}:' is not declared", name_));
  out.append(found->second);
  local_name(out);
  cursor_.check_name(out);
}

/// PN_PREFIX, which may be empty.
void TurtleParser::prefix_name(std::string& out) {
  CodePoint const first = cursor_.peek_character();
  if (first.length == 0 || first.value == '_' || !is_name_start(first.value)) return;
  lexer_.name_rest(out);
}

/// PN_LOCAL, which may be empty.
void TurtleParser::local_name(std::string& out) {
  if (int const c = cursor_.peek(); c == '-') return;
  for (bool first = true;; first = false) {
    std::size_t const before = out.size();
    if (int const c = cursor_.peek(); c < 0x80) cursor_.take_run(out, plain_local_bytes);
    int const c = cursor_.peek();
    bool const began = !first || out.size() > before;
    if (c == '%' || c == '\\') {
      local_escape(out);
    } else if (c == '.') {
      std::size_t dots = 1;
      while (cursor_.peek_at(dots) == '.') ++dots;
      int const next = cursor_.peek_at(dots);
      if (!began || !(lexer_.name_char_at(dots) || next == ':' || next == '%' || next == '\\')) return;
      out.append(dots, '.');
      cursor_.skip(dots);
    } else if (c >= 0x80) {
      CodePoint const character = cursor_.peek_character();
      bool const fits = began ? is_name_char(character.value) : is_name_start(character.value);
      if (character.length > 0 && !fits) return;
      cursor_.take_character(out);
    } else {
      return;
    }
  }
}

/// PLX: a percent escape stays, a backslash goes.
void TurtleParser::local_escape(std::string& out) {
  if (cursor_.peek() == '%') {
    if (hex_value(cursor_.peek_at(1)) < 0 || hex_value(cursor_.peek_at(2)) < 0) {
      cursor_.fail("'%' in a name needs two hexadecimal digits");
    }
    out.push_back('%');
    out.push_back(static_cast<char>(cursor_.peek_at(1)));
    out.push_back(static_cast<char>(cursor_.peek_at(2)));
    cursor_.skip(3);
    return;
  }
  int const c = cursor_.peek_at(1);
  if (!is_local_escape(c)) cursor_.fail("this character cannot be escaped in a name");
  out.push_back(static_cast<char>(c));
  cursor_.skip(2);
}

/// Whether exactly this word stands here, and no prefixed name that begins like it.
bool TurtleParser::word_ahead(std::string_view word) {
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (cursor_.peek_at(i) != word[i]) return false;
  }
  int const next = cursor_.peek_at(word.size());
  if (next == ':' || lexer_.name_char_at(word.size())) return false;
  return next != '.' || !lexer_.name_char_at(word.size() + 1);
}

/// Whether a directive's word stands here; those with "@" are in lower case, the others in any (Turtle §6.5).
bool TurtleParser::directive_ahead(std::string_view word) {
  for (std::size_t i = 0; i < word.size(); ++i) {
    int const c = cursor_.peek_at(i);
    if (word[0] == '@' ? c != word[i] : (c | 0x20) != word[i]) return false;
  }
  int const next = cursor_.peek_at(word.size());
  return (next != ':' || word[0] == '@') && next != '.' && !lexer_.name_char_at(word.size());
}

void TurtleParser::skip_space() {
  for (;;) {
    int const c = cursor_.peek();
    if (is_space(c)) {
      cursor_.take();
    } else if (c == '#') {
      cursor_.skip_line();
    } else {
      return;
    }
  }
}

void TurtleParser::expect(char c, std::string_view what) {
  if (!cursor_.take_if(c)) cursor_.fail_expecting(what);
}

/// Skips to behind the next "." at a line's end, or to a "}" that begins a line of a graph.
void TurtleParser::resynchronize() {
  depth_ = 0;
  bool after_dot = false;
  bool line_begins = false;
  for (int c = cursor_.peek(); c != Cursor::end; c = cursor_.peek()) {
    if (place_ == Place::graph && line_begins && c == '}') return;
    cursor_.take();
    if (c == '\n' && after_dot) return;
    line_begins = c == '\n' || (line_begins && is_space(c));
    after_dot = c == '.' || (after_dot && is_space(c));
  }
}

}  // namespace lepton::rdf
