// SPARQL 1.1 Graph Store HTTP Protocol.
#include <fmt/format.h>

#include "base/error.h"
#include "http/spool.h"
#include "rdf/writer.h"
#include "sparql_protocol/media.h"
#include "sparql_protocol/protocol.h"

namespace lepton::sparql_protocol {
namespace {

/// §4.2, indirect graph identification.
graphs::Place place_of(http::Request const& request) {
  auto const graph = request.find_query("graph");
  auto const is_default = request.find_query("default");
  if (graph && is_default) throw invalid("say ?default or ?graph=IRI, not both");
  if (graph) return graphs::Place::named(std::string(*graph));
  if (is_default) return graphs::Place::of_default();
  throw invalid("say which graph: ?default, or ?graph= and its IRI (Graph Store HTTP Protocol §4.2)");
}

rdf::Syntax syntax_of(http::Request const& request) {
  auto const type = request.headers.find("Content-Type").value_or("");
  auto const syntax = rdf::find_syntax_by_media_type(type);
  if (!syntax)
    throw invalid(fmt::format("'{}' is not a syntax of RDF; there is {}", type, fmt::join(triple_types, ", ")))
        .with_reason("media_type");
  return *syntax;
}

/// So that nothing waits for a slow client while the graph is being changed.
http::Spool take_in(Call const& call, http::BodySource& body) {
  http::Spool spool;
  for (auto piece = body.read(); !piece.empty(); piece = body.read()) {
    call.proceed();
    spool.write(piece);
  }
  return spool;
}

class Counter : public rdf::QuadSink {
 public:
  void quad(rdf::QuadView const&) override { found = true; }
  bool found = false;
};

}  // namespace

// §5.2. One graph has no names of graphs in it, so TriG and N-Quads write triples.
http::Response Protocol::read_graph(Call const& call, http::Request& request) {
  auto const place = place_of(request);
  auto const type = choose_type(request, triple_types);
  auto const view = parts_.graphs.open(call, address_of(request));
  auto const spool = std::make_shared<http::Spool>();
  SpoolSink sink(*spool);
  auto const writer = rdf::make_writer(*rdf::find_syntax_by_media_type(type), sink);
  if (!parts_.graphs.read(call, view, place, *writer))
    throw not_found(fmt::format("there is no graph <{}>", place.iri));
  writer->finish();
  auto response = spooled(type, spool);
  if (view.commit > 0 || !view.read_only) response.headers.set("ETag", etag_of(view.commit));
  return response;
}

bool Protocol::exists(Call const& call, access::Address const& address, graphs::Place const& place) {
  if (place.kind != graphs::Place::Kind::named) return true;
  Counter counter;
  return parts_.graphs.read(call, parts_.graphs.open(call, address), place, counter);
}

http::Response Protocol::write_graph(Call const& call, http::Request& request, Merge merge) {
  auto const place = place_of(request);
  auto const syntax = syntax_of(request);
  auto const address = address_of(request);
  auto const expected = expected_commit(request);
  parts_.graphs.require_may_change(call, address);
  auto const body = take_in(call, *request.stream);
  bool const there = exists(call, address, place);
  SpoolSource source(body);
  auto const base = place.kind == graphs::Place::Kind::named ? place.iri : std::string();
  graphs::Document const document{syntax, base, source};
  auto const commit = merge == Merge::yes ? parts_.graphs.load(call, address, place, document, expected)
                                          : parts_.graphs.replace(call, address, place, document, expected);
  http::Response response;
  response.status = there ? 204 : 201;
  response.headers.set("ETag", etag_of(commit.number));
  if (!there) response.headers.set("Location", request.target);
  return response;
}

http::Response Protocol::put_graph(Call const& call, http::Request& request) {
  return write_graph(call, request, Merge::no);
}

http::Response Protocol::post_graph(Call const& call, http::Request& request) {
  return write_graph(call, request, Merge::yes);
}

// §5.4.
http::Response Protocol::delete_graph(Call const& call, http::Request& request) {
  auto const place = place_of(request);
  auto const address = address_of(request);
  parts_.graphs.require_may_change(call, address);
  if (!exists(call, address, place)) throw not_found(fmt::format("there is no graph <{}>", place.iri));
  auto const commit = parts_.graphs.clear(call, address, place, expected_commit(request));
  http::Response response;
  response.status = 204;
  response.headers.set("ETag", etag_of(commit.number));
  return response;
}

}  // namespace lepton::sparql_protocol
