#pragma once

#include <optional>

#include "rdf/writer.h"

namespace lepton::rdf {

/// JSON-LD 1.1 in expanded form: an array with one node object for each run of statements of the same graph and
/// subject, so that it streams; lists stay rdf:first and rdf:rest. `to_jsonld` folds them, for what fits into memory.
class JsonLdWriter : public Writer {
 public:
  explicit JsonLdWriter(ByteSink& sink) : out_(sink) {}
  void quad(QuadView const& quad) override;
  void finish() override;

 private:
  void begin_graph(std::optional<TermView> const& graph);
  void begin_node(TermView const& subject);
  void end_node();
  void end_graph();
  void append_name(TermView const& term);
  void append_value(TermView const& term);

  OutputBuffer out_;
  bool begun_ = false;
  bool first_node_ = true;
  std::optional<std::optional<Term>> graph_;
  std::optional<Term> subject_;
  std::string predicate_;
  std::vector<std::string> predicates_;  ///< of this node object, whose keys must not repeat
};

}  // namespace lepton::rdf
