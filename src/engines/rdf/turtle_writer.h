#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "rdf/writer.h"

namespace lepton::rdf {

/// Turtle and TriG: statements with the same subject or predicate share it, IRIs are shortened by prefixes, numbers and
/// booleans stand bare where that reads back as the same term.
class TurtleWriter : public Writer {
 public:
  TurtleWriter(Syntax syntax, ByteSink& sink, WriteOptions const& options);
  void quad(QuadView const& quad) override;
  /// Declares it from here on; left out when the name is not one of Turtle's, the IRI not absolute, or
  /// a thousand others are declared.
  void prefix(std::string_view name, std::string_view iri) override;
  void finish() override;

 private:
  void enter_graph(std::optional<TermView> const& graph);
  void end_statement();
  void append(TermView const& term);
  void append_literal(TermView const& literal);
  [[nodiscard]] bool append_shortened(std::string_view iri);

  OutputBuffer out_;
  bool trig_;
  std::unordered_map<std::string, std::string> names_;  ///< namespace → prefix
  std::map<std::string, std::string> declared_;         ///< prefix → namespace
  bool in_graph_ = false;
  std::optional<Term> graph_;
  bool in_statement_ = false;
  Term subject_;
  Term predicate_;
};

}  // namespace lepton::rdf
