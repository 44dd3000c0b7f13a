#include "graphs/sparql_request.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/error.h"
#include "sparql/result_formats.h"

namespace lepton::graphs {
namespace {

http::ClientRequest form(std::string_view operation, std::string_view text, std::string_view prefix,
                         sparql::DatasetClause const& dataset) {
  http::ClientRequest request{.method = "POST"};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body = fmt::format("{}={}", operation, percent_encode(text));
  for (auto const& graph : dataset.defaults)
    request.body += fmt::format("&{}-graph-uri={}", prefix.empty() ? "default" : prefix, percent_encode(graph.value));
  for (auto const& graph : dataset.named)
    request.body +=
        fmt::format("&{}{}named-graph-uri={}", prefix, prefix.empty() ? "" : "-", percent_encode(graph.value));
  return request;
}

/// The rows of a table that stands for a boolean.
class BooleanOfRows : public sparql::ResultSink {
 public:
  void boolean(bool value) override { truth = value; }
  void variables(std::vector<std::string> const&) override {}
  void row(sparql::Row const&) override { truth = true; }
  bool truth = false;
};

}  // namespace

http::ClientRequest query_request(std::string_view text, sparql::DatasetClause const& dataset,
                                  std::string_view accept) {
  auto request = form("query", text, "", dataset);
  request.headers.set("Accept", std::string(accept));
  return request;
}

http::ClientRequest update_request(std::string_view text, sparql::DatasetClause const& dataset) {
  return form("update", text, "using", dataset);
}

std::string accept_of_results(std::string_view preferred) {
  return fmt::format("{}{}application/sparql-results+json;q=0.9, application/sparql-results+xml;q=0.8", preferred,
                     preferred.empty() ? "" : ", ");
}

void read_answer(Call const& call, sparql::QueryForm form, http::ClientResponse const& response,
                 sparql::ResultSink& sink) {
  auto const type = response.headers.find("Content-Type").value_or("");
  auto const format = sparql::find_result_format(type);
  if (!format) throw unavailable(fmt::format("the service answered with '{}' instead of results", type));
  try {
    if (form != sparql::QueryForm::ask) return sparql::read_results(call, *format, response.body, sink);
    BooleanOfRows truth;
    sparql::read_results(call, *format, response.body, truth);
    sink.boolean(truth.truth);
  } catch (Error const& error) {
    if (error.reason() != "result_syntax") throw;
    throw unavailable(fmt::format("the service answered with broken results: {}", error.what()));
  }
}

void ask_service(Call const& call, Outbound& outbound, OutboundRequest request, sparql::ResultSink& sink) {
  read_answer(call, sparql::QueryForm::select, outbound.send(call, request), sink);
}

}  // namespace lepton::graphs
