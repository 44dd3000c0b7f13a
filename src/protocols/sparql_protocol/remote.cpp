// Graphs that a SPARQL service elsewhere answers: what was asked is sent on, and what it answers is sent back.
#include <fmt/format.h>

#include "base/error.h"
#include "graphs/sparql_request.h"
#include "rdf/writer.h"
#include "sparql/result_formats.h"
#include "sparql_protocol/media.h"
#include "sparql_protocol/place.h"
#include "sparql_protocol/protocol.h"

namespace lepton::sparql_protocol {
namespace {

constexpr std::uint64_t largest_converted = 64 << 20;  ///< of rows, which are held in memory
constexpr std::uint64_t largest_upload = 64 << 20;

/// Types of statements, as an Accept header, `preferred` first.
std::string accept_of_statements(std::string_view preferred) {
  return fmt::format("{}, application/n-triples;q=0.9, text/turtle;q=0.8, application/rdf+xml;q=0.7", preferred);
}

/// Formats of rows that lose nothing, the one that was asked for first where it is one of them.
std::string accept_of_rows(std::string_view type) {
  return graphs::accept_of_results(type.starts_with("application/") ? type : std::string_view());
}

/// What a service answered, in the syntax that was asked for: read and written anew, so that nothing goes on that is no
/// RDF.
http::Response statements_as(Call const& call, std::string_view type, std::shared_ptr<http::Spool> const& spool,
                             std::string_view answered) {
  auto const wanted = rdf::find_syntax_by_media_type(type);
  auto const syntax = rdf::find_syntax_by_media_type(answered);
  if (!syntax) throw unavailable(fmt::format("the service answered with '{}' instead of statements", answered));
  auto const converted = std::make_shared<http::Spool>();
  SpoolSink sink(*converted);
  SpoolSource source(*spool);
  auto const writer = rdf::make_writer(*wanted, sink);
  rdf::parse(call, *syntax, source, *writer);
  writer->finish();
  return spooled(type, converted);
}

/// Likewise for rows. They are read and written anew, since services take liberties with the formats (and CSV would
/// lose what terms are); what is too large for that goes on as it came, if it came in the format that was asked for.
http::Response results_as(Call const& call, std::string_view type, std::shared_ptr<http::Spool> const& spool,
                          http::ClientResponse answered, sparql::QueryForm form) {
  auto const wanted = sparql::find_result_format(type);
  if (spool->size() > largest_converted) {
    auto const answered_type = answered.headers.find("Content-Type").value_or("");
    if (sparql::find_result_format(answered_type) == wanted) return spooled(type, spool);
    throw exhausted(
        fmt::format("the service answers with so much as '{}' that it cannot be turned into {}: ask for that "
                    "type, or for less",
                    answered_type, type))
        .with_reason("service_answer_size");
  }
  answered.body = text_of(*spool);
  auto const converted = std::make_shared<http::Spool>();
  SpoolSink sink(*converted);
  auto const writer = sparql::make_result_writer(*wanted, sink);
  graphs::read_answer(call, form, answered, *writer);
  writer->finish();
  return spooled(type, converted);
}

/// What stays as it is of a request of the Graph Store Protocol.
http::ClientRequest forwarded(http::Request const& request) {
  // A service that does not know HEAD may still know GET.
  http::ClientRequest out{.method = request.method == "HEAD" ? "GET" : request.method};
  if (auto const type = request.headers.find("Content-Type")) out.headers.set("Content-Type", std::string(*type));
  return out;
}

void require_no_condition(http::Request const& request) {
  if (request.headers.find("If-Match"))
    throw invalid("a remote graph has no commits here that If-Match could be compared with")
        .with_reason("remote_graph");
}

}  // namespace

http::Response Protocol::ask_remote(Call const& call, http::Request const& request, QueryOperation const& operation,
                                    std::string_view type) {
  if (!operation.page.is_whole())
    throw invalid("limit and offset are not sent to a remote graph: write LIMIT and OFFSET in the query")
        .with_reason("remote_graph");
  auto const form = operation.query.form;
  bool const statements = form == sparql::QueryForm::construct || form == sparql::QueryForm::describe;
  auto const spool = std::make_shared<http::Spool>();
  auto answered =
      parts_.remotes.query(call, address_of(request),
                           {.text = operation.text,
                            .query = operation.query,
                            .dataset = operation.dataset,
                            .accept = statements ? accept_of_statements(type) : accept_of_rows(type)},
                           [&](http::ClientResponse const&, std::string_view piece) { spool->write(piece); });
  if (statements) return statements_as(call, type, spool, answered.headers.find("Content-Type").value_or(""));
  return results_as(call, type, spool, std::move(answered), form);
}

http::Response Protocol::update_remote(Call const& call, http::Request const& request, UpdateRequest const& operation) {
  require_no_condition(request);
  parts_.remotes.update(call, address_of(request), operation.text, operation.update, operation.dataset);
  http::Response response;
  response.status = 204;
  return response;
}

http::Response Protocol::read_remote(Call const& call, http::Request const& request) {
  auto const type = choose_type(request, triple_types);
  auto const spool = std::make_shared<http::Spool>();
  auto sent = forwarded(request);
  sent.headers.set("Accept", accept_of_statements(type));
  auto const answered =
      parts_.remotes.data(call, address_of(request), place_of(request), std::move(sent),
                          [&](http::ClientResponse const&, std::string_view piece) { spool->write(piece); });
  return statements_as(call, type, spool, answered.headers.find("Content-Type").value_or(""));
}

http::Response Protocol::change_remote(Call const& call, http::Request& request) {
  require_no_condition(request);
  auto const address = address_of(request);
  auto const place = place_of(request);
  (void)parts_.remotes.get(call, address, access::Action::write);
  auto sent = forwarded(request);
  if (request.method != "DELETE") sent.body = text_of(take_in(call, *request.stream, largest_upload));
  auto const answered = parts_.remotes.data(call, address, place, std::move(sent), {});
  http::Response response;
  response.status = answered.status == 201 ? 201 : 204;
  if (response.status == 201) response.headers.set("Location", request.target);
  return response;
}

}  // namespace lepton::sparql_protocol
