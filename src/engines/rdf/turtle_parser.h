#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rdf/blank_labels.h"
#include "rdf/cursor.h"
#include "rdf/iri.h"
#include "rdf/recovery.h"
#include "rdf/term_lexer.h"

namespace lepton::rdf {

/// Turtle and TriG, RDF 1.1: recursive descent, one function per rule of the grammars. One document, one thread.
class TurtleParser {
 public:
  /// All arguments outlive the parser. `syntax` is turtle or trig.
  TurtleParser(Call const& call, Syntax syntax, ByteSource& source, QuadSink& sink, ParseOptions const& options);
  void run();

 private:
  enum class Place { document, graph };

  /// What one level of nesting keeps while deeper ones are read; reused.
  struct Frame {
    std::string node;
    std::string predicate;
  };
  class Level;
  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  void statement();
  [[nodiscard]] bool directive();
  void prefix_declaration();
  void base_declaration();
  [[nodiscard]] bool graph_begins();
  void open_graph(TermView const& label);
  void triples();
  void triples_of(TermView const& subject);

  void predicate_object_list(TermView const& subject);
  [[nodiscard]] bool verb_begins();
  void verb(std::string& out);
  void object(TermView const& subject, TermView const& predicate);
  void literal_object(TermView const& subject, TermView const& predicate);
  void number(TermView const& subject, TermView const& predicate);
  void property_list(TermView const& subject, TermView const& predicate);
  [[nodiscard]] TermView collection(std::string& first_cell, TermView const* subject, TermView const* predicate);
  [[nodiscard]] TermView resource(std::string& text, std::string_view expected);

  void iri(std::string& out);
  void iri_reference(std::string& out);
  void prefixed_name(std::string& out);
  void prefix_name(std::string& out);
  void local_name(std::string& out);
  void local_escape(std::string& out);
  [[nodiscard]] bool word_ahead(std::string_view word);
  [[nodiscard]] bool directive_ahead(std::string_view word);

  void skip_space();
  void expect(char c, std::string_view what);
  void emit(TermView const& subject, TermView const& predicate, TermView const& object);
  void resynchronize();

  Limits const& limits_;
  Cursor cursor_;
  TermLexer lexer_{cursor_};
  QuadSink& sink_;
  Recovery recovery_;
  bool trig_;
  BaseIri base_;
  std::unordered_map<std::string, std::string, StringHash, std::equal_to<>> prefixes_;
  std::size_t prefix_bytes_ = 0;
  BlankLabels labels_;
  Place place_ = Place::document;
  std::optional<Term> graph_;
  std::deque<Frame> frames_;
  std::size_t depth_ = 0;
  std::string value_, datatype_, language_, name_;
};

}  // namespace lepton::rdf
