#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rdf/writer.h"

namespace lepton::rdf {

/// RDF/XML: one rdf:Description for each run of statements with the same subject. Error{invalid} for what XML has no
/// form for: named graphs, predicates that do not end in an XML name, control characters.
class RdfXmlWriter : public Writer {
 public:
  RdfXmlWriter(ByteSink& sink, WriteOptions const& options);
  void quad(QuadView const& quad) override;
  void finish() override;

 private:
  void begin();
  void end_node();
  void append_attribute(std::string_view name, std::string_view value);
  void append_resource(std::string_view iri_attribute, TermView const& term);

  OutputBuffer out_;
  std::map<std::string, std::string> prefixes_;  ///< namespace → prefix
  bool begun_ = false;
  std::optional<Term> subject_;
};

}  // namespace lepton::rdf
