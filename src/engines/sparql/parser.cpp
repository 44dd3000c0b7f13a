#include "sparql/parser.h"

#include <fmt/format.h>

#include "base/error.h"
#include "sparql/parser_state.h"

namespace lepton::sparql {

namespace {

bool is_word(Token const& token, std::string_view upper) {
  return token.kind == TokenKind::word &&
         std::equal(upper.begin(), upper.end(), token.text.begin(), token.text.end(),
                    [](char a, char b) { return a == (b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b); });
}

bool is_number(Token const& token) {
  return token.kind == TokenKind::integer || token.kind == TokenKind::decimal || token.kind == TokenKind::real;
}

}  // namespace

Parser::Parser(std::string_view text, SyntaxOptions const& options, Variables& variables)
    : options_(options), variables_(variables), base_(options.base) {
  if (text.size() > options.limits.text) {
    throw invalid(fmt::format("the text has more than {} bytes", options.limits.text)).with_reason("sparql_syntax");
  }
  text_ = resolve_code_points(text);
  tokens_ = tokenize(text_);
}

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
  if (++parser_.depth_ > parser_.options_.limits.depth) {
    parser_.fail(fmt::format("nested deeper than {} levels", parser_.options_.limits.depth));
  }
}

Token const& Parser::token(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

bool Parser::at(std::string_view punctuation, std::size_t ahead) const {
  Token const& t = token(ahead);
  return t.kind == TokenKind::punctuation && t.text == punctuation;
}

bool Parser::at_word(std::string_view upper, std::size_t ahead) const {
  return is_word(token(ahead), upper);
}

bool Parser::take(std::string_view punctuation) {
  if (!at(punctuation)) return false;
  ++at_;
  return true;
}

bool Parser::take_word(std::string_view upper) {
  if (!at_word(upper)) return false;
  ++at_;
  return true;
}

void Parser::expect(std::string_view punctuation) {
  if (!take(punctuation)) fail_expecting(fmt::format("'{}'", punctuation));
}

void Parser::expect_word(std::string_view upper) {
  if (!take_word(upper)) fail_expecting(upper);
}

void Parser::fail_expecting(std::string_view what) const {
  Token const& t = token();
  std::string_view const found = std::string_view(text_).substr(t.begin, std::min<std::size_t>(t.end - t.begin, 40));
  fail(t.kind == TokenKind::end ? fmt::format("expected {}, found the end", what)
                                : fmt::format("expected {}, found '{}'", what, found));
}

void Parser::fail(std::string const& sentence) const {
  fail_at(text_, token().begin, sentence);
}

void Parser::count_element() {
  if (++elements_ > options_.limits.elements) {
    fail(fmt::format("more than {} patterns and operators", options_.limits.elements));
  }
}

void Parser::prologue() {
  std::size_t const begin = token().begin;
  for (;;) {
    if (take_word("BASE")) {
      if (token().kind != TokenKind::iri) fail_expecting("an IRI in '<' and '>'");
      base_ = rdf::BaseIri(resolve(token().text));
      ++at_;
    } else if (take_word("PREFIX")) {
      std::string const name = token().text;
      if (token().kind != TokenKind::name || name.find(':') + 1 != name.size()) fail_expecting("a prefix with its ':'");
      ++at_;
      if (token().kind != TokenKind::iri) fail_expecting("an IRI in '<' and '>'");
      prefixes_[name.substr(0, name.size() - 1)] = resolve(token().text);
      ++at_;
    } else {
      break;
    }
  }
  prologue_ += text_.substr(begin, token().begin - begin);
  prologue_ += '\n';
}

std::string Parser::resolve(std::string reference) const {
  if (!base_.resolve(reference)) fail("this IRI is relative, and there is no base");
  return reference;
}

bool Parser::at_iri() const {
  return token().kind == TokenKind::iri || token().kind == TokenKind::name;
}

rdf::Term Parser::iri() {
  if (token().kind == TokenKind::iri) {
    rdf::Term term = rdf::iri(resolve(token().text));
    ++at_;
    return term;
  }
  if (token().kind != TokenKind::name) fail_expecting("an IRI");
  std::string_view const name = token().text;
  std::size_t const colon = name.find(':');
  auto const prefix = prefixes_.find(name.substr(0, colon));
  if (prefix == prefixes_.end()) fail(fmt::format("the prefix '{}:' is not declared", name.substr(0, colon)));
  rdf::Term term = rdf::iri(fmt::format("{}{}", prefix->second, name.substr(colon + 1)));
  ++at_;
  return term;
}

bool Parser::at_number() const {
  if (is_number(token())) return true;
  return (at("+") || at("-")) && is_number(token(1)) && token(1).begin == token().end;
}

rdf::Term Parser::number() {
  std::string text;
  if (token().kind == TokenKind::punctuation) text = tokens_[at_++].text;
  text += token().text;
  TokenKind const kind = tokens_[at_++].kind;
  return rdf::literal(text, kind == TokenKind::integer   ? rdf::xsd_integer
                            : kind == TokenKind::decimal ? rdf::xsd_decimal
                                                         : rdf::xsd_double);
}

bool Parser::at_literal() const {
  return token().kind == TokenKind::string || at_number() || at_word("TRUE") || at_word("FALSE");
}

rdf::Term Parser::literal() {
  if (at_number()) return number();
  if (take_word("TRUE")) return rdf::literal("true", rdf::xsd_boolean);
  if (take_word("FALSE")) return rdf::literal("false", rdf::xsd_boolean);
  if (token().kind != TokenKind::string) fail_expecting("a literal");
  std::string const text = tokens_[at_++].text;
  if (token().kind == TokenKind::language) return rdf::language_literal(text, tokens_[at_++].text);
  if (take("^^")) return rdf::literal(text, iri().value);
  return rdf::literal(text);
}

Variable Parser::variable() {
  if (token().kind != TokenKind::variable) fail_expecting("a variable");
  return variables_.of(tokens_[at_++].text);
}

Node Parser::variable_or_iri() {
  if (token().kind == TokenKind::variable) return variable();
  if (!at_iri()) fail_expecting("a variable or an IRI");
  return iri();
}

Query parse_query(std::string_view text, SyntaxOptions const& options) {
  Query query;
  Parser(text, options, query.variables).query(query);
  return query;
}

Update parse_update(std::string_view text, SyntaxOptions const& options) {
  Update update;
  Parser(text, options, update.variables).update(update);
  return update;
}

}  // namespace lepton::sparql
