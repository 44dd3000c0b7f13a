#include "rdf/parse.h"

#include "rdf/line_parser.h"
#include "rdf/rdfxml_parser.h"
#include "rdf/turtle_parser.h"

namespace lepton::rdf {

void parse(Call const& call, Syntax syntax, ByteSource& source, QuadSink& sink, ParseOptions const& options) {
  switch (syntax) {
    case Syntax::ntriples:
    case Syntax::nquads:
      return LineParser(call, syntax, source, sink, options).run();
    case Syntax::turtle:
    case Syntax::trig:
      return TurtleParser(call, syntax, source, sink, options).run();
    case Syntax::rdfxml:
      return RdfXmlParser(call, source, sink, options).run();
  }
}

}  // namespace lepton::rdf
