#include "sparql/token.h"

#include <fmt/format.h>

#include "base/error.h"
#include "rdf/characters.h"

namespace lepton::sparql {

namespace {

using rdf::is_ascii_letter;
using rdf::is_digit;

/// Walks over the text; one function per terminal.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    for (;;) {
      skip_space();
      begin_ = at_;
      value_.clear();
      TokenKind const kind = next();
      tokens_.push_back({kind, begin_, at_, value_});
      if (kind == TokenKind::end) return std::move(tokens_);
    }
  }

 private:
  [[nodiscard]] int peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? static_cast<unsigned char>(text_[at_ + ahead]) : -1;
  }
  [[nodiscard]] rdf::CodePoint character(std::size_t at) const {
    return at < text_.size() ? rdf::decode_utf8(text_.substr(at)) : rdf::CodePoint{};
  }
  [[noreturn]] void fail(std::string const& sentence) const { fail_at(text_, begin_, sentence); }

  void skip_space() {
    for (;;) {
      while (rdf::is_space(peek())) ++at_;
      if (peek() != '#') return;
      while (peek() >= 0 && peek() != '\n' && peek() != '\r') ++at_;
    }
  }

  TokenKind next() {
    int const c = peek();
    if (c < 0) return TokenKind::end;
    if (c == '<' && iri()) return TokenKind::iri;
    if (c == '?' || c == '$') {
      if (variable()) return TokenKind::variable;
      if (c == '$') fail("'$' begins a variable; its name is missing");
      return punctuation(1);
    }
    if (c == '"' || c == '\'') return string(c);
    if (c == '@') return language();
    if (c == '_' && peek(1) == ':') return blank_label();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == ':' || rdf::is_name_start(character(at_).value)) return name_or_word();
    return punctuation(is_pair() ? 2 : 1);
  }

  [[nodiscard]] bool is_pair() const {
    for (std::string_view const pair : {"&&", "||", "!=", "<=", ">=", "^^"}) {
      if (text_.substr(at_, 2) == pair) return true;
    }
    return false;
  }

  TokenKind punctuation(std::size_t length) {
    if (std::string_view("{}()[];,.=<>!+-*/^|?&").find(text_[at_]) == std::string_view::npos) {
      fail("this character begins nothing that SPARQL knows");
    }
    value_ = text_.substr(at_, length);
    at_ += length;
    return TokenKind::punctuation;
  }

  bool iri() {
    std::size_t i = at_ + 1;
    while (i < text_.size() && rdf::is_iri_byte(static_cast<unsigned char>(text_[i]))) ++i;
    if (i >= text_.size() || text_[i] != '>') return false;
    value_ = text_.substr(at_ + 1, i - at_ - 1);
    at_ = i + 1;
    return true;
  }

  bool variable() {
    std::size_t i = at_ + 1;
    for (;;) {
      rdf::CodePoint const c = character(i);
      bool const fits = c.length > 0 && c.value != '-' && rdf::is_name_char(c.value);
      bool const starts = fits && (rdf::is_name_start(c.value) || is_digit(static_cast<int>(c.value)));
      if (!fits || (i == at_ + 1 && !starts)) break;
      i += c.length;
    }
    if (i == at_ + 1) return false;
    value_ = text_.substr(at_ + 1, i - at_ - 1);
    at_ = i;
    return true;
  }

  TokenKind language() {
    std::size_t i = at_ + 1;
    auto const part = [&](bool digits) {
      std::size_t const before = i;
      while (i < text_.size() && (is_ascii_letter(text_[i]) || (digits && is_digit(text_[i])))) ++i;
      return i > before;
    };
    if (!part(false)) fail("a language tag is expected behind '@'");
    while (i < text_.size() && text_[i] == '-') {
      ++i;
      if (!part(true)) fail("a letter or digit of the language tag is expected behind '-'");
    }
    value_ = text_.substr(at_ + 1, i - at_ - 1);
    at_ = i;
    return TokenKind::language;
  }

  TokenKind string(int quote) {
    bool const is_long = peek(1) == quote && peek(2) == quote;
    at_ += is_long ? 3 : 1;
    for (;;) {
      int const c = peek();
      if (c < 0 || (!is_long && (c == '\n' || c == '\r'))) fail("this string has no closing quote");
      if (c == quote && (!is_long || (peek(1) == quote && peek(2) == quote))) break;
      if (c == '\\') {
        escape();
      } else {
        value_.push_back(static_cast<char>(c));
        ++at_;
      }
    }
    at_ += is_long ? 3 : 1;
    return TokenKind::string;
  }

  void escape() {
    static constexpr std::string_view names = "tbnrf\\\"'";
    static constexpr std::string_view meanings = "\t\b\n\r\f\\\"'";
    std::size_t const found = peek(1) < 0 ? std::string_view::npos : names.find(static_cast<char>(peek(1)));
    if (found == std::string_view::npos) {
      fail_at(text_, at_, "this escape does not exist: use one of \\t \\b \\n \\r \\f \\\" \\' \\\\");
    }
    value_.push_back(meanings[found]);
    at_ += 2;
  }

  /// Characters of a name from `at_` on, with dots inside only.
  void name_rest() {
    for (;;) {
      std::size_t dots = 0;
      while (peek(dots) == '.') ++dots;
      rdf::CodePoint const c = character(at_ + dots);
      if (c.length == 0 || !rdf::is_name_char(c.value)) return;
      value_ += text_.substr(at_, dots + c.length);
      at_ += dots + c.length;
    }
  }

  TokenKind blank_label() {
    at_ += 2;
    rdf::CodePoint const first = character(at_);
    if (first.length == 0 || !(rdf::is_name_start(first.value) || is_digit(static_cast<int>(first.value)))) {
      fail("a blank node's label is expected behind '_:'");
    }
    name_rest();
    return TokenKind::blank_label;
  }

  TokenKind number() {
    std::size_t i = at_;
    auto const digits = [&] {
      while (i < text_.size() && is_digit(text_[i])) ++i;
    };
    auto const exponent = [&] {
      std::size_t j = i;
      if (j >= text_.size() || (text_[j] != 'e' && text_[j] != 'E')) return false;
      ++j;
      if (j < text_.size() && (text_[j] == '+' || text_[j] == '-')) ++j;
      if (j >= text_.size() || !is_digit(text_[j])) return false;
      i = j;
      digits();
      return true;
    };
    digits();
    TokenKind kind = TokenKind::integer;
    if (i < text_.size() && text_[i] == '.') {
      std::size_t const point = i++;
      bool const fraction = i < text_.size() && is_digit(text_[i]);
      digits();
      if (exponent()) {
        kind = TokenKind::real;
      } else if (fraction) {
        kind = TokenKind::decimal;
      } else {
        i = point;
      }
    } else if (exponent()) {
      kind = TokenKind::real;
    }
    value_ = text_.substr(at_, i - at_);
    at_ = i;
    return kind;
  }

  TokenKind name_or_word() {
    std::size_t const begin = at_;
    if (peek() != ':' && peek() != '_') name_rest();
    if (peek() == ':') {
      value_.push_back(':');
      ++at_;
      local_name();
      return TokenKind::name;
    }
    at_ = begin;
    while (is_ascii_letter(peek()) || (at_ > begin && (is_digit(peek()) || peek() == '_'))) ++at_;
    if (at_ == begin) fail("a keyword, variable or name is expected here");
    value_ = text_.substr(begin, at_ - begin);
    return TokenKind::word;
  }

  /// PN_LOCAL: may be empty, holds ':' and digits anywhere, dots inside only, escapes and percent codes.
  void local_name() {
    bool first = true;
    for (;; first = false) {
      std::size_t dots = 0;
      while (!first && peek(dots) == '.') ++dots;
      std::size_t const length = local_character(at_ + dots, first);
      if (length == 0) return;
      value_ += text_.substr(at_, dots);
      at_ += dots;
      value_ += peek() == '\\' ? text_.substr(at_ + 1, 1) : text_.substr(at_, length);
      at_ += length;
    }
  }

  [[nodiscard]] std::size_t local_character(std::size_t at, bool first) const {
    if (at >= text_.size()) return 0;
    char const c = text_[at];
    if (c == ':') return 1;
    if (c == '%') {
      bool const codes =
          at + 2 < text_.size() && rdf::hex_value(text_[at + 1]) >= 0 && rdf::hex_value(text_[at + 2]) >= 0;
      return codes ? 3 : 0;
    }
    if (c == '\\') {
      bool const known = at + 1 < text_.size() &&
                         std::string_view("_~.-!$&'()*+,;=/?#@%").find(text_[at + 1]) != std::string_view::npos;
      return known ? 2 : 0;
    }
    rdf::CodePoint const point = character(at);
    if (point.length == 0) return 0;
    bool const fits = first ? rdf::is_name_start(point.value) || is_digit(c) : rdf::is_name_char(point.value);
    return fits ? point.length : 0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::string value_;
  std::vector<Token> tokens_;
};

}  // namespace

Place place_of(std::string_view text, std::size_t offset) {
  Place place;
  for (char const c : text.substr(0, offset)) {
    if (c == '\n') {
      place.line += 1;
      place.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      place.column += 1;
    }
  }
  return place;
}

void fail_at(std::string_view text, std::size_t offset, std::string const& sentence) {
  Place const place = place_of(text, offset);
  throw invalid(fmt::format("line {}, column {}: {}", place.line, place.column, sentence)).with_reason("sparql_syntax");
}

std::string resolve_code_points(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    rdf::CodePoint const c = rdf::decode_utf8(text.substr(i));
    if (c.length == 0) fail_at(text, i, "this is not UTF-8");
    if (c.value != '\\' || i + 1 >= text.size() || (text[i + 1] != 'u' && text[i + 1] != 'U')) {
      // An escaped backslash is one unit, so that "\\u0041" stays what it is.
      std::size_t const length = c.value == '\\' && i + 1 < text.size() && text[i + 1] == '\\' ? 2 : c.length;
      out += text.substr(i, length);
      i += length;
      continue;
    }
    std::size_t const digits = text[i + 1] == 'u' ? 4 : 8;
    char32_t value = 0;
    for (std::size_t k = 0; k < digits; ++k) {
      int const digit = i + 2 + k < text.size() ? rdf::hex_value(text[i + 2 + k]) : -1;
      if (digit < 0) fail_at(text, i, fmt::format("this escape needs {} hexadecimal digits", digits));
      value = value << 4 | static_cast<char32_t>(digit);
    }
    if (!rdf::is_scalar_value(value)) fail_at(text, i, "this escape is not a Unicode character");
    rdf::append_utf8(out, value);
    i += 2 + digits;
  }
  return out;
}

std::vector<Token> tokenize(std::string_view text) {
  return Lexer(text).run();
}

}  // namespace lepton::sparql
