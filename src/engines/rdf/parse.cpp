#include "rdf/parse.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "rdf/iri.h"
#include "rdf/jsonld_parser.h"
#include "rdf/line_parser.h"
#include "rdf/rdfxml_parser.h"
#include "rdf/turtle_parser.h"

namespace lepton::rdf {

void parse(Call const& call, Syntax syntax, ByteSource& source, QuadSink& sink, ParseOptions const& options) {
  std::string const& base = options.base;
  if (!base.empty() && !(is_absolute_iri(base) && has_iri_characters(base) && is_utf8(base))) {
    throw invalid(fmt::format("the base '{}' is not an absolute IRI", base));
  }
  switch (syntax) {
    case Syntax::ntriples:
    case Syntax::nquads:
      return LineParser(call, syntax, source, sink, options).run();
    case Syntax::turtle:
    case Syntax::trig:
      return TurtleParser(call, syntax, source, sink, options).run();
    case Syntax::rdfxml:
      return RdfXmlParser(call, source, sink, options).run();
    case Syntax::jsonld:
      return JsonLdParser(call, source, sink, options).run();
  }
}

}  // namespace lepton::rdf
