// The terminals of the rule language: those of Turtle, with variables.
#include "reason/rule_parser.h"

namespace lepton::reason {

Node RuleParser::node() {
  skip_space();
  int const c = cursor_.peek();
  if (c == '?' || c == '$') return variable_node(variable());
  if (c == '"' || c == '\'' || rdf::is_digit(c) || c == '-' || c == '+' || c == '.') return term_node(literal_term());
  if (c == '_' && cursor_.peek_at(1) == ':') {
    std::string label;
    lexer_.blank_label(label);
    return term_node(rdf::blank(label));
  }
  auto const word = word_ahead();
  if ((word == "true" || word == "false") && cursor_.peek_at(word.size()) != ':') {
    cursor_.skip(word.size());
    return term_node(rdf::literal(word, rdf::xsd_boolean));
  }
  if (word == "a" && cursor_.peek_at(1) != ':') {
    cursor_.skip();
    return term_node(rdf::iri(rdf::rdf_type));
  }
  return term_node(iri());
}

std::string RuleParser::variable() {
  skip_space();
  cursor_.mark();
  if (int const c = cursor_.peek(); c != '?' && c != '$') cursor_.fail_expecting("a variable");
  cursor_.skip();
  std::string name;
  while (lexer_.name_char_at(0) && cursor_.peek() != '-') {
    if (cursor_.peek() < 0x80) {
      name.push_back(static_cast<char>(cursor_.peek()));
      cursor_.skip();
    } else {
      cursor_.take_character(name);
    }
  }
  if (name.empty()) cursor_.fail_at_mark("a variable has a name after its '?'");
  return name;
}

rdf::Term RuleParser::iri() {
  std::string text;
  if (cursor_.peek() != '<') return rdf::iri(prefixed_name());
  lexer_.iri_reference(text);
  if (!base_.resolve(text)) cursor_.fail_at_mark(fmt::format("<{}> is relative, and no base IRI is known", text));
  return rdf::iri(text);
}

std::string RuleParser::prefixed_name() {
  cursor_.mark();
  std::string name = word_ahead();
  cursor_.skip(name.size());
  if (cursor_.peek() != ':') {
    if (name.empty()) cursor_.fail_expecting("a term or a variable");
    cursor_.fail_at_mark(fmt::format("'{}' is neither a keyword here nor a prefixed name", name));
  }
  cursor_.skip();
  auto const found = prefixes_.find(name);
  if (found == prefixes_.end()) cursor_.fail_at_mark(fmt::format("the prefix '{}:' is not declared", name));
  std::string text = found->second;
  for (;;) {
    std::size_t const before = text.size();
    if (cursor_.peek() == '\\' && cursor_.peek_at(1) > 0x20) {
      cursor_.skip();
      text.push_back(static_cast<char>(cursor_.peek()));
      cursor_.skip();
    } else if (cursor_.peek() == '%' || (cursor_.peek() == ':' && cursor_.peek_at(1) != '-')) {
      text.push_back(static_cast<char>(cursor_.peek()));
      cursor_.skip();
    } else if (cursor_.peek() != '-') {
      lexer_.name_rest(text);
    }
    if (text.size() == before) return text;
  }
}

rdf::Term RuleParser::literal_term() {
  cursor_.mark();
  if (int const c = cursor_.peek(); c != '"' && c != '\'') return number();
  std::string text;
  lexer_.any_string(text);
  if (cursor_.peek() == '@') {
    std::string language;
    lexer_.language_tag(language);
    return rdf::language_literal(text, language);
  }
  if (!take_sign("^^")) return rdf::literal(text);
  skip_space();
  return rdf::literal(text, iri().value);
}

/// Turtle's INTEGER, DECIMAL and DOUBLE.
rdf::Term RuleParser::number() {
  std::string text;
  auto const take = [&] {
    text.push_back(static_cast<char>(cursor_.peek()));
    cursor_.skip();
  };
  auto const digits = [&] {
    while (rdf::is_digit(cursor_.peek())) take();
  };
  std::string_view datatype = rdf::xsd_integer;
  if (cursor_.peek() == '-' || cursor_.peek() == '+') take();
  digits();
  if (cursor_.peek() == '.' && rdf::is_digit(cursor_.peek_at(1))) {
    datatype = rdf::xsd_decimal;
    take();
    digits();
  }
  if (text.empty() || !rdf::is_digit(text.back())) cursor_.fail_at_mark("expected a number");
  if (int const e = cursor_.peek(); e == 'e' || e == 'E') {
    datatype = rdf::xsd_double;
    take();
    if (cursor_.peek() == '-' || cursor_.peek() == '+') take();
    digits();
    if (!rdf::is_digit(text.back())) cursor_.fail_at_mark("a number's exponent has digits");
  }
  return rdf::literal(text, datatype);
}

/// The letters, digits and other characters of a name that stand here, without taking them.
std::string RuleParser::word_ahead() {
  skip_space();
  std::string word;
  for (;;) {
    auto const c = cursor_.peek_character(word.size());
    if (c.length == 0) break;
    bool const inner_dot = c.value == '.' && !word.empty() && lexer_.name_char_at(word.size() + 1);
    if (word.empty() ? !rdf::is_name_start(c.value) || c.value == '_' : !rdf::is_name_char(c.value) && !inner_dot)
      break;
    rdf::append_utf8(word, c.value);
  }
  return word;
}

/// White space and comments.
void RuleParser::skip_space() {
  for (;;) {
    int const c = cursor_.peek();
    if (c == '#') {
      cursor_.skip_line();
    } else if (rdf::is_space(c)) {
      cursor_.take();
    } else {
      return;
    }
  }
}

bool RuleParser::take_sign(std::string_view sign) {
  skip_space();
  for (std::size_t i = 0; i < sign.size(); ++i) {
    if (cursor_.peek_at(i) != sign[i]) return false;
  }
  cursor_.skip(sign.size());
  return true;
}

void RuleParser::expect(std::string_view sign, std::string_view what) {
  if (!take_sign(sign)) cursor_.fail_expecting(what);
}

bool RuleParser::take_word(std::string_view word) {
  auto const ahead = word_ahead();
  bool const equal = std::equal(ahead.begin(), ahead.end(), word.begin(), word.end(),
                                [](char a, char b) { return (a | 0x20) == (b | 0x20); });
  if (!equal || cursor_.peek_at(ahead.size()) == ':') return false;
  cursor_.skip(ahead.size());
  return true;
}

/// Whether a term or variable follows, as a graph's name does after an atom.
bool RuleParser::node_ahead() {
  skip_space();
  int const c = cursor_.peek();
  if (c == '?' || c == '$' || c == '<') return true;
  if (c == ':') return cursor_.peek_at(1) != '-';
  auto const word = word_ahead();
  return !word.empty() && cursor_.peek_at(word.size()) == ':';
}

}  // namespace lepton::reason
