#include "sparql_protocol/protocol.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "http/call.h"
#include "rdf/writer.h"
#include "sparql/dependence.h"
#include "sparql/result_formats.h"
#include "sparql_protocol/condition.h"
#include "sparql_protocol/error.h"
#include "sparql_protocol/media.h"

namespace lepton::sparql_protocol {
namespace {

constexpr std::uint64_t largest_text = 8 << 20;
constexpr std::uint64_t largest_document = std::uint64_t{256} << 30;

bool gives_graph(sparql::Query const& query) {
  return query.form == sparql::QueryForm::construct || query.form == sparql::QueryForm::describe;
}

/// All that a query's answer depends on, but for the graph and the form that it is written in.
std::string asked_of(QueryOperation const& operation) {
  std::string asked = operation.text;
  for (auto const& graph : operation.dataset.defaults) asked += fmt::format("\nFROM <{}>", graph.value);
  for (auto const& graph : operation.dataset.named) asked += fmt::format("\nFROM NAMED <{}>", graph.value);
  if (operation.page.limit) asked += fmt::format("\nlimit {}", *operation.page.limit);
  return asked + fmt::format("\noffset {} inferred {}", operation.page.offset, enum_name(operation.inferred));
}

/// RFC 8288: where the rows behind a full page are. The one who asks for them sees by ETag and Lepton-Commit whether
/// the graph has changed since.
void add_next(http::Response& response, http::Request const& request, Page const& page, std::uint64_t rows) {
  if (!page.limit || *page.limit == 0 || rows < *page.limit || request.method == "POST") return;
  std::string next;
  for (auto const& [name, value] : request.query)
    if (name != "offset") next += fmt::format("{}{}={}", next.empty() ? "?" : "&", name, percent_encode(value));
  response.headers.set("Link",
                       fmt::format("<{}{}&offset={}>; rel=\"next\"", url_of(request), next, page.offset + rows));
}

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
  http::RouteOptions const document{.max_body_bytes = largest_document, .stream_body = true};
  for (auto const& store : {service + "/data", service + "/data/{path...}"}) {
    add("GET", store, &Protocol::read_graph, Duration::zero(), {});
    add("DELETE", store, &Protocol::delete_graph, parts_.timeout, {});
    add("PUT", store, &Protocol::put_graph, Duration::zero(), document);
    add("POST", store, &Protocol::post_graph, Duration::zero(), document);
  }
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
  auto const limited = [&](std::optional<Duration> timeout) {
    auto within = call;
    if (timeout) {
      http::require_allowed_time(request, *timeout, "timeout");
      within.deadline = call.clock->steady() + *timeout;
    }
    return within;
  };
  if (auto const* asked = std::get_if<QueryOperation>(&operation))
    return query(limited(asked->timeout), request, *asked);
  if (auto const* asked = std::get_if<UpdateRequest>(&operation))
    return update(limited(asked->timeout), request, *asked);
  return describe(call, request);
}

http::Response Protocol::query(Call const& call, http::Request const& request, QueryOperation const& operation) {
  auto const type =
      gives_graph(operation.query) ? choose_type(request, triple_types) : choose_type(request, result_types);
  auto const opened = parts_.queries.find_kept_here(call, address_of(request));
  if (!opened) return ask_remote(call, request, operation, type);
  auto const& view = *opened;
  auto const dependence = sparql::dependence_of(operation.query);
  bool const repeatable = is_dated(view) && !dependence.moment && !dependence.services;
  auto const tag =
      repeatable
          ? tag_of(view, {type, asked_of(operation), url_of(request), view.shows_inferred ? "inferred" : "stated"})
          : std::string();
  if (repeatable && holds(request, tag)) return not_modified(view, tag);
  auto const kept = repeatable ? answers_.find(tag) : nullptr;
  http::Response response;
  std::uint64_t rows = 0;
  if (kept) {
    rows = kept->rows;
    response.headers.set("Content-Type", content_type(type));
    response.body = kept->body;
  } else {
    auto const spool = std::make_shared<http::Spool>();
    rows = run(call, view, operation, type, *spool);
    response = spooled(type, spool);
    if (repeatable && !response.stream && answers_.takes(spool->size())) answers_.put(tag, {response.body, rows});
  }
  if (repeatable) put_tag(response, view, tag);
  add_next(response, request, operation.page, rows);
  return response;
}

/// The answer goes to the spool, the number of its rows to the caller.
std::uint64_t Protocol::run(Call const& call, graphs::View const& view, QueryOperation const& operation,
                            std::string_view type, http::Spool& spool) {
  SpoolSink sink(spool);
  auto const results =
      sparql::make_result_writer(sparql::find_result_format(type).value_or(sparql::ResultFormat::json), sink);
  auto const graph = rdf::make_writer(rdf::find_syntax_by_media_type(type).value_or(rdf::Syntax::turtle), sink);
  auto const run = [&](sparql::Query const& query) {
    return parts_.queries.run(call, view, query, operation.dataset, *results, *graph, operation.inferred).rows;
  };
  auto const rows = operation.page.is_whole() ? run(operation.query) : run(cut(operation.query, operation.page));
  if (gives_graph(operation.query))
    graph->finish();
  else
    results->finish();
  return rows;
}

http::Response Protocol::update(Call const& call, http::Request const& request, UpdateRequest const& operation) {
  auto const commit =
      parts_.queries.update(call, address_of(request), operation.update, operation.dataset, expected_commit(request));
  if (!commit) return update_remote(call, request, operation);
  http::Response response;
  response.headers.set("ETag", etag_of(commit->number));
  response.headers.set("Content-Type", "application/json");
  response.body = json::write(to_json(*commit));
  return response;
}

}  // namespace lepton::sparql_protocol
