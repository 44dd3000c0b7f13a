#include "rdf/writer.h"

#include "base/check.h"
#include "base/error.h"
#include "rdf/jsonld_writer.h"
#include "rdf/line_writer.h"
#include "rdf/nquads_text.h"
#include "rdf/rdfxml_writer.h"
#include "rdf/turtle_writer.h"

namespace lepton::rdf {

void LineWriter::quad(QuadView const& quad) {
  if (quad.graph && !quads_) throw invalid("N-Triples holds no named graphs: write N-Quads or TriG");
  append_quad(out_.text(), quad);
  out_.flush_if_full();
}

std::unique_ptr<Writer> make_writer(Syntax syntax, ByteSink& sink, WriteOptions const& options) {
  switch (syntax) {
    case Syntax::ntriples:
    case Syntax::nquads:
      return std::make_unique<LineWriter>(syntax, sink);
    case Syntax::turtle:
    case Syntax::trig:
      return std::make_unique<TurtleWriter>(syntax, sink, options);
    case Syntax::rdfxml:
      return std::make_unique<RdfXmlWriter>(sink, options);
    case Syntax::jsonld:
      return std::make_unique<JsonLdWriter>(sink);
  }
  check(false, "every syntax has a writer");
  return nullptr;
}

}  // namespace lepton::rdf
