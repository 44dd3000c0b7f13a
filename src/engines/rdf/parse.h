#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/call.h"
#include "rdf/byte_stream.h"
#include "rdf/quad.h"
#include "rdf/syntax.h"

namespace lepton::rdf {

/// Where in a document: both count from 1, the column in characters.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// What is wrong with a document and where, in words for its author.
struct Problem {
  Position position;
  std::string sentence;
};

/// What a document may cost. Memory stays within a small multiple of `token` + `names` + `depth` × `name` bytes,
/// however long the document is.
struct Limits {
  std::size_t token = 16 << 20;     ///< bytes of one literal, or of one tag in RDF/XML
  std::size_t name = 64 << 10;      ///< bytes of one IRI or blank node label
  std::size_t depth = 256;          ///< property lists, collections or XML elements inside each other
  std::size_t names = 64 << 20;     ///< bytes of declared prefixes, and of rdf:IDs, which must not repeat
  std::size_t problems = 1000;      ///< skipped before a recovering parser gives up
  std::size_t document = 64 << 20;  ///< bytes of a JSON-LD document, the one syntax that is read whole
};

struct ParseOptions {
  std::string base;  ///< absolute IRI; without it relative references are problems unless the document declares one
  Limits limits;
  /// When set, a bad statement is reported here and skipped: in the line syntaxes its line, in Turtle and TriG up to
  /// the next "." at a line's end (what it had stated before the problem stays), in RDF/XML the element. XML that is
  /// not well-formed ends the parse all the same. When empty, the first problem ends the parse.
  std::function<void(Problem const&)> recover;
  /// Gives the text behind an IRI that a JSON-LD document names as its context. Without it such documents are refused:
  /// nothing is loaded from elsewhere unless the caller says how.
  std::function<std::string(std::string const& iri)> load_context;
};

/// Reads one document and hands its statements to `sink` as they come, in one pass and bounded memory (JSON-LD: the
/// whole document, and without recovery); safe on bytes of strangers. Blank node labels are those of the document, made
/// distinct from generated ones ("anon1"): they mean something inside this document only. Whatever is handed out can be
/// written again: IRIs are absolute and have no forbidden characters, text is valid UTF-8. Throws Error{invalid} with
/// reason "rdf_syntax" and a message "line 3, column 14: …"; statements before it have been handed out. Calls
/// `call.proceed()` now and then.
void parse(Call const& call, Syntax syntax, ByteSource& source, QuadSink& sink, ParseOptions const& options = {});

}  // namespace lepton::rdf
