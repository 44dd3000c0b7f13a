#include "graphs/shape_sets.h"

#include "base/error.h"
#include "base/file.h"
#include "rdf/parse.h"
#include "reason/shacl_shapes.h"

namespace lepton::graphs {
namespace {

void read_shapes(Call const& call, std::string const& text) {
  TemporaryDirectory const directory("lepton-shapes");
  auto const store = rdf::Store::open(directory.path() / "shapes");
  rdf::StringSource source(text);
  store->load(call, [&](rdf::QuadSink& sink) { rdf::parse(call, rdf::Syntax::turtle, source, sink); });
  reason::Shapes const shapes(call,
                              reason::GraphView(store->snapshot(), store->dictionary(), rdf::TermId::default_graph()));
  if (shapes.targeted().empty())
    throw invalid("no shape has a target, such as sh:targetClass: nothing would be validated").with_reason("no_target");
}

void check(Call const& call, TextContent const& content) {
  if (!content.regime.empty()) throw invalid("shapes have no entailment regime", {{"/regime", "is for rules alone"}});
  try {
    read_shapes(call, content.text);
  } catch (Error const& error) {
    if (error.code() != Code::invalid) throw;
    throw invalid(error.what(), {{"/text", error.what()}}).with_reason(std::string(error.reason()));
  }
}

}  // namespace

TextKind shape_set_kind() {
  return {"shapes", check};
}

}  // namespace lepton::graphs
