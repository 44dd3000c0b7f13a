#include "rdf/line_parser.h"

#include "rdf/iri.h"

namespace lepton::rdf {

LineParser::LineParser(Call const& call, Syntax syntax, ByteSource& source, QuadSink& sink, ParseOptions const& options)
    : cursor_(call, source, options.limits), sink_(sink), recovery_(options), quads_(syntax == Syntax::nquads) {}

void LineParser::run() {
  while (cursor_.peek() != Cursor::end) {
    try {
      line();
    } catch (Problem const& problem) {
      recovery_.handle(problem);
      cursor_.skip_line();
    }
  }
}

void LineParser::line() {
  skip_blanks();
  skip_comment();
  int const c = cursor_.peek();
  if (c == '\n' || c == '\r') {
    cursor_.take();
  } else if (c != Cursor::end) {
    statement();
  }
}

void LineParser::statement() {
  QuadView quad;
  quad.subject = resource(subject_, "an IRI or a blank node as subject");
  skip_blanks();
  if (cursor_.peek() != '<') cursor_.fail_expecting("an IRI in < > as predicate");
  quad.predicate = absolute_iri(predicate_);
  skip_blanks();
  quad.object = object();
  skip_blanks();
  if (quads_ && cursor_.peek() != '.') quad.graph = resource(graph_, "a graph's IRI or blank node, or '.'");
  end_of_statement();
  sink_.quad(quad);
}

void LineParser::end_of_statement() {
  skip_blanks();
  if (!cursor_.take_if('.')) cursor_.fail_expecting("'.' at the statement's end");
  skip_blanks();
  skip_comment();
  int const c = cursor_.peek();
  if (c != '\n' && c != '\r' && c != Cursor::end) cursor_.fail_expecting("the line's end behind '.'");
}

void LineParser::skip_blanks() {
  for (int c = cursor_.peek(); c == ' ' || c == '\t'; c = cursor_.peek()) cursor_.skip();
}

void LineParser::skip_comment() {
  if (cursor_.peek() != '#') return;
  for (int c = cursor_.peek(); c != '\n' && c != '\r' && c != Cursor::end; c = cursor_.peek()) cursor_.skip();
}

TermView LineParser::resource(std::string& text, std::string_view expected) {
  int const c = cursor_.peek();
  if (c == '<') return absolute_iri(text);
  if (c != '_') cursor_.fail_expecting(expected);
  text.clear();
  lexer_.blank_label(text);
  return blank_view(text);
}

TermView LineParser::absolute_iri(std::string& text) {
  text.clear();
  lexer_.iri_reference(text);
  if (!is_absolute_iri(text)) cursor_.fail_at_mark("IRIs are absolute here: this one has no scheme");
  return iri_view(text);
}

TermView LineParser::object() {
  if (cursor_.peek() == '"') return literal_term();
  return resource(object_, "an IRI, a blank node or a string as object");
}

TermView LineParser::literal_term() {
  object_.clear();
  lexer_.short_string(object_);
  if (cursor_.peek() == '@') {
    language_.clear();
    lexer_.language_tag(language_);
    return language_view(object_, language_);
  }
  if (cursor_.peek() != '^') return literal_view(object_);
  if (cursor_.peek_at(1) != '^' || cursor_.peek_at(2) != '<') cursor_.fail("a datatype is written ^^<IRI>");
  cursor_.skip(2);
  return literal_view(object_, absolute_iri(datatype_).value);
}

}  // namespace lepton::rdf
