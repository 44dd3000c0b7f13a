// SPARQL 1.1 Graph Store HTTP Protocol.
#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"
#include "http/spool.h"
#include "rdf/writer.h"
#include "sparql_protocol/condition.h"
#include "sparql_protocol/media.h"
#include "sparql_protocol/multipart.h"
#include "sparql_protocol/place.h"
#include "sparql_protocol/protocol.h"

namespace lepton::sparql_protocol {
namespace {

constexpr std::uint64_t largest_form = 64 << 20;  ///< is held in memory
constexpr std::uint64_t largest_document = std::uint64_t{256} << 30;

rdf::Syntax syntax_of(std::string_view type) {
  auto const syntax = rdf::find_syntax_by_media_type(type);
  if (!syntax)
    throw invalid(fmt::format("'{}' is not a syntax of RDF; there is {}", type, fmt::join(triple_types, ", ")))
        .with_reason("media_type");
  return *syntax;
}

class Counter : public rdf::QuadSink {
 public:
  void quad(rdf::QuadView const&) override { found = true; }
  bool found = false;
};

}  // namespace

// §5.2, and §5.6 for HEAD. One graph has no names of graphs in it, so TriG and N-Quads write triples.
http::Response Protocol::read_graph(Call const& call, http::Request& request) {
  auto const place = place_of(request);
  auto const type = choose_type(request, triple_types);
  auto const opened = parts_.graphs.find_kept_here(call, address_of(request));
  if (!opened) return read_remote(call, request);
  auto const& view = *opened;
  auto const tag = tag_of(view, {type, place.iri});
  if (is_dated(view) && holds(request, tag)) return not_modified(view, tag);
  auto const spool = std::make_shared<http::Spool>();
  SpoolSink sink(*spool);
  auto const writer = rdf::make_writer(*rdf::find_syntax_by_media_type(type), sink);
  if (!parts_.graphs.read(call, view, place, *writer))
    throw not_found(fmt::format("there is no graph <{}>", place.iri));
  writer->finish();
  auto response = spooled(type, spool);
  if (is_dated(view)) put_tag(response, view, tag);
  return response;
}

bool Protocol::exists(Call const& call, access::Address const& address, graphs::Place const& place) {
  if (place.kind != graphs::Place::Kind::named) return true;
  Counter counter;
  return parts_.graphs.read(call, parts_.graphs.open(call, address), place, counter);
}

http::Response Protocol::changed(graphs::Commit const& commit, std::optional<std::string> const& created) {
  http::Response response;
  response.status = created ? 201 : 204;
  response.headers.set("ETag", etag_of(commit.number));
  if (created) response.headers.set("Location", *created);
  return response;
}

// §5.3.
http::Response Protocol::put_graph(Call const& call, http::Request& request) {
  if (parts_.remotes.contains(call, address_of(request))) return change_remote(call, request);
  auto const place = place_of(request);
  auto const syntax = syntax_of(request.headers.find("Content-Type").value_or(""));
  auto const address = address_of(request);
  auto const expected = expected_commit(request);
  parts_.graphs.require_may_change(call, address);
  auto const body = take_in(call, *request.stream, largest_document);
  bool const there = exists(call, address, place);
  SpoolSource source(body);
  auto const commit = parts_.graphs.replace(call, address, place, {syntax, place.iri, source}, expected);
  return changed(commit, there ? std::nullopt : std::optional(request.target));
}

// §5.5: into a graph, or as a new one whose name the store gives.
http::Response Protocol::post_graph(Call const& call, http::Request& request) {
  if (parts_.remotes.contains(call, address_of(request))) return change_remote(call, request);
  auto place = find_place(request);
  bool const is_new = !place;
  if (is_new) place = graphs::Place::named(fmt::format("{}/{}", url_of(request), to_hex(random_bytes(12))));
  auto const type = std::string(request.headers.find("Content-Type").value_or(""));
  bool const is_form = http::same_word(type.substr(0, type.find(';')), "multipart/form-data");
  auto const boundary = is_form ? boundary_of(type) : std::string();
  auto const syntax = is_form ? rdf::Syntax::turtle : syntax_of(type);
  auto const address = address_of(request);
  auto const expected = expected_commit(request);
  parts_.graphs.require_may_change(call, address);
  auto const body = take_in(call, *request.stream, is_form ? largest_form : largest_document);
  bool const there = !is_new && exists(call, address, *place);
  SpoolSource source(body);
  auto const commit = is_form ? load_form(call, address, *place, {boundary, body}, expected)
                              : parts_.graphs.load(call, address, *place, {syntax, place->iri, source}, expected);
  if (there) return changed(commit, std::nullopt);
  return changed(commit, is_new ? place->iri : request.target);
}

/// Each part is a document in the syntax that it says; all of them are one commit.
graphs::Commit Protocol::load_form(Call const& call, access::Address const& address, graphs::Place const& place,
                                   Form const& form, std::optional<std::int64_t> expected) {
  auto const text = text_of(form.body);
  auto const parts = read_form_parts(text, form.boundary);
  std::vector<rdf::StringSource> sources;
  sources.reserve(parts.size());
  std::vector<graphs::Document> documents;
  for (auto const& part : parts) {
    sources.emplace_back(part.body);
    documents.push_back({syntax_of(part.content_type), place.iri, sources.back()});
  }
  return parts_.graphs.load(call, address, place, documents, expected);
}

// §5.4.
http::Response Protocol::delete_graph(Call const& call, http::Request& request) {
  if (parts_.remotes.contains(call, address_of(request))) return change_remote(call, request);
  auto const place = place_of(request);
  auto const address = address_of(request);
  parts_.graphs.require_may_change(call, address);
  if (!exists(call, address, place)) throw not_found(fmt::format("there is no graph <{}>", place.iri));
  return changed(parts_.graphs.clear(call, address, place, expected_commit(request)), std::nullopt);
}

}  // namespace lepton::sparql_protocol
