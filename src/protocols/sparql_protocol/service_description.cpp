// SPARQL 1.1 Service Description §3.
#include <fmt/format.h>

#include "http/spool.h"
#include "rdf/writer.h"
#include "sparql_protocol/media.h"
#include "sparql_protocol/protocol.h"

namespace lepton::sparql_protocol {
namespace {

rdf::Term sd(std::string_view name) {
  return rdf::iri(fmt::format("http://www.w3.org/ns/sparql-service-description#{}", name));
}

/// https://www.w3.org/ns/formats/: unique URIs for file formats.
rdf::Term format(std::string_view name) {
  return rdf::iri(fmt::format("http://www.w3.org/ns/formats/{}", name));
}

constexpr std::array<std::string_view, 6> kSyntaxes{"Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"};
constexpr std::array<std::string_view, 4> kResults{"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV",
                                                   "SPARQL_Results_TSV"};

class Statements {
 public:
  explicit Statements(rdf::QuadSink& sink) : sink_(sink) {}
  void say(rdf::Term const& subject, rdf::Term const& predicate, rdf::Term const& object) {
    sink_.quad({subject.view(), predicate.view(), object.view(), {}});
  }
  void type(rdf::Term const& subject, std::string_view name) { say(subject, rdf::iri(rdf::rdf_type), sd(name)); }

 private:
  rdf::QuadSink& sink_;
};

}  // namespace

void Protocol::describe_service(std::string const& endpoint, bool updates, rdf::QuadSink& sink) {
  Statements out(sink);
  auto const service = rdf::blank("service");
  out.type(service, "Service");
  out.say(service, sd("endpoint"), rdf::iri(endpoint));
  out.say(service, sd("supportedLanguage"), sd("SPARQL11Query"));
  if (updates) out.say(service, sd("supportedLanguage"), sd("SPARQL11Update"));
  out.say(service, sd("feature"), sd("BasicFederatedQuery"));
  for (auto const name : kResults) out.say(service, sd("resultFormat"), format(name));
  for (auto const name : kSyntaxes) {
    out.say(service, sd("resultFormat"), format(name));
    out.say(service, sd("inputFormat"), format(name));
  }
  auto const dataset = rdf::blank("dataset");
  auto const default_graph = rdf::blank("default");
  out.say(service, sd("defaultDataset"), dataset);
  out.type(dataset, "Dataset");
  out.say(dataset, sd("defaultGraph"), default_graph);
  out.type(default_graph, "Graph");
}

http::Response Protocol::describe(Call const& call, http::Request const& request) {
  auto const type = choose_type(request, triple_types);
  auto const address = address_of(request);
  auto const updates = [&] {
    if (parts_.remotes.contains(call, address))
      return !parts_.remotes.get(call, address, access::Action::read).update_url.empty();
    return !parts_.graphs.open(call, address).read_only;
  }();
  auto const spool = std::make_shared<http::Spool>();
  SpoolSink sink(*spool);
  rdf::WriteOptions options;
  options.prefixes = {{"sd", "http://www.w3.org/ns/sparql-service-description#"},
                      {"formats", "http://www.w3.org/ns/formats/"}};
  auto const writer = rdf::make_writer(*rdf::find_syntax_by_media_type(type), sink, options);
  describe_service(url_of(request), updates, *writer);
  writer->finish();
  return spooled(type, spool);
}

}  // namespace lepton::sparql_protocol
