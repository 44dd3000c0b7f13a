#pragma once

#include "rdf/cursor.h"
#include "rdf/recovery.h"
#include "rdf/term_lexer.h"

namespace lepton::rdf {

/// N-Triples and N-Quads, RDF 1.1: a statement per line. One document, one thread.
class LineParser {
 public:
  /// All arguments outlive the parser. `syntax` is ntriples or nquads.
  LineParser(Call const& call, Syntax syntax, ByteSource& source, QuadSink& sink, ParseOptions const& options);
  void run();

 private:
  void line();
  void statement();
  void end_of_statement();
  void skip_blanks();
  void skip_comment();
  [[nodiscard]] TermView resource(std::string& text, std::string_view expected);
  [[nodiscard]] TermView absolute_iri(std::string& text);
  [[nodiscard]] TermView object();
  [[nodiscard]] TermView literal_term();

  Cursor cursor_;
  TermLexer lexer_{cursor_};
  QuadSink& sink_;
  Recovery recovery_;
  bool quads_;
  std::string subject_, predicate_, object_, datatype_, language_, graph_;  ///< reused from line to line
};

}  // namespace lepton::rdf
