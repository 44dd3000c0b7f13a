#include "sparql_protocol/protocol.h"

#include <fmt/format.h>

#include "base/error.h"
#include "http/call.h"
#include "rdf/writer.h"
#include "sparql/result_formats.h"
#include "sparql_protocol/error.h"
#include "sparql_protocol/media.h"

namespace lepton::sparql_protocol {
namespace {

constexpr std::uint64_t largest_text = 8 << 20;
constexpr std::uint64_t largest_document = std::uint64_t{256} << 30;

}  // namespace

void Protocol::mount(http::Router& router) {
  auto const add = [&](std::string const& method, std::string const& path, Handler handler, Duration timeout,
                       http::RouteOptions options) {
    router.add(
        method, path, [this, handler, timeout](http::Request& request) { return answer(request, handler, timeout); },
        options);
  };
  std::string const service = "/sparql/{department}/{graph}";
  add("GET", service, &Protocol::operate, parts_.timeout, {});
  add("POST", service, &Protocol::operate, parts_.timeout, {.max_body_bytes = largest_text});
  std::string const store = service + "/data";
  add("GET", store, &Protocol::read_graph, Duration::zero(), {});
  add("DELETE", store, &Protocol::delete_graph, parts_.timeout, {});
  http::RouteOptions const document{.max_body_bytes = largest_document, .stream_body = true};
  add("PUT", store, &Protocol::put_graph, Duration::zero(), document);
  add("POST", store, &Protocol::post_graph, Duration::zero(), document);
}

http::Response Protocol::answer(http::Request& request, Handler handler, Duration timeout) {
  auto const request_id = http::request_id_of(request).str();
  http::Response response;
  try {
    auto call = http::call_of(request, "sparql", parts_.clock, timeout);
    call.request_id = RequestId(request_id);
    auto const authorization = request.headers.find("Authorization");
    if (!authorization) throw unauthenticated("send a key or token: 'Authorization: Bearer <key>'");
    call.principal = parts_.credentials.authenticate(*authorization);
    response = (this->*handler)(call, request);
  } catch (Error const& error) {
    response = error_response(error, request_id);
  } catch (std::exception const& error) {  // the request's edge
    parts_.log.error("request failed", {{"operation", "sparql"}, {"request_id", request_id}, {"reason", error.what()}});
    response = error_response(internal("the request could not be answered"), request_id);
  }
  response.headers.set("X-Request-Id", request_id);
  return response;
}

http::Response Protocol::operate(Call const& call, http::Request& request) {
  auto const operation = read_operation(request);
  if (auto const* asked = std::get_if<QueryOperation>(&operation)) return query(call, request, *asked);
  if (auto const* asked = std::get_if<UpdateRequest>(&operation)) return update(call, request, *asked);
  return describe(call, request);
}

http::Response Protocol::query(Call const& call, http::Request const& request, QueryOperation const& operation) {
  using sparql::QueryForm;
  auto const form = operation.query.form;
  bool const gives_graph = form == QueryForm::construct || form == QueryForm::describe;
  auto const type = gives_graph ? choose_type(request, triple_types) : choose_type(request, result_types);
  auto const spool = std::make_shared<http::Spool>();
  SpoolSink sink(*spool);
  auto const results =
      sparql::make_result_writer(sparql::find_result_format(type).value_or(sparql::ResultFormat::json), sink);
  auto const graph = rdf::make_writer(rdf::find_syntax_by_media_type(type).value_or(rdf::Syntax::turtle), sink);
  auto const address = address_of(request);
  (void)parts_.queries.query(call, address, operation.query, operation.dataset, *results, *graph, operation.inferred);
  if (gives_graph) {
    graph->finish();
  } else {
    results->finish();
  }
  return spooled(type, spool);
}

http::Response Protocol::update(Call const& call, http::Request const& request, UpdateRequest const& operation) {
  auto const commit =
      parts_.queries.update(call, address_of(request), operation.update, operation.dataset, expected_commit(request));
  http::Response response;
  response.headers.set("ETag", etag_of(commit.number));
  response.headers.set("Content-Type", "application/json");
  response.body = json::write(to_json(commit));
  return response;
}

/// SPARQL 1.1 Service Description §3.
http::Response Protocol::describe(Call const& call, http::Request const& request) {
  auto const type = choose_type(request, triple_types);
  auto const view = parts_.graphs.open(call, address_of(request));
  auto const spool = std::make_shared<http::Spool>();
  SpoolSink sink(*spool);
  rdf::WriteOptions options;
  options.prefixes = {{"sd", "http://www.w3.org/ns/sparql-service-description#"},
                      {"formats", "http://www.w3.org/ns/formats/"}};
  auto const writer = rdf::make_writer(*rdf::find_syntax_by_media_type(type), sink, options);
  auto const service = rdf::blank("service");
  auto const sd = [](std::string_view name) {
    return rdf::iri(fmt::format("http://www.w3.org/ns/sparql-service-description#{}", name));
  };
  auto const format = [](std::string_view name) {
    return rdf::iri(fmt::format("http://www.w3.org/ns/formats/{}", name));
  };
  auto const say = [&](rdf::Term const& subject, rdf::Term const& predicate, rdf::Term const& object) {
    writer->quad({subject.view(), predicate.view(), object.view(), {}});
  };
  say(service, rdf::iri(rdf::rdf_type), sd("Service"));
  auto const scheme = request.tls ? "https" : "http";
  auto const host = request.headers.find("Host").value_or("localhost");
  say(service, sd("endpoint"),
      rdf::iri(fmt::format("{}://{}{}", scheme, host, request.target.substr(0, request.target.find('?')))));
  say(service, sd("supportedLanguage"), sd("SPARQL11Query"));
  if (view.version.find('@') == std::string::npos && !view.is_part)
    say(service, sd("supportedLanguage"), sd("SPARQL11Update"));
  say(service, sd("feature"), sd("BasicFederatedQuery"));
  for (std::string_view const name :
       {"SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
        "RDF_XML", "JSON-LD", "TriG", "N-Quads"})
    say(service, sd("resultFormat"), format(name));
  for (std::string_view const name : {"Turtle", "N-Triples", "RDF_XML", "JSON-LD", "TriG", "N-Quads"})
    say(service, sd("inputFormat"), format(name));
  auto const dataset = rdf::blank("dataset");
  auto const default_graph = rdf::blank("default");
  say(service, sd("defaultDataset"), dataset);
  say(dataset, rdf::iri(rdf::rdf_type), sd("Dataset"));
  say(dataset, sd("defaultGraph"), default_graph);
  say(default_graph, rdf::iri(rdf::rdf_type), sd("Graph"));
  writer->finish();
  return spooled(type, spool);
}

}  // namespace lepton::sparql_protocol
