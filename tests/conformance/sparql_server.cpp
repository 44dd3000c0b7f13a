#include "sparql_server.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/error.h"
#include "base/json.h"
#include "rdf/canonical.h"
#include "rdf/parse.h"
#include "sparql/result_formats.h"

namespace lepton::conformance {
namespace {

void replace_all(std::string& text, std::string const& what, std::string const& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

bool fits(int status, std::vector<std::string> const& statuses) {
  auto const text = std::to_string(status);
  return statuses.empty() || std::ranges::any_of(statuses, [&](std::string const& one) {
           return one == text || (one.ends_with("xx") && one.front() == text.front());
         });
}

std::vector<rdf::Quad> statements_of(std::string_view type, std::string_view text) {
  auto const syntax = rdf::find_syntax_by_media_type(type);
  if (!syntax) throw invalid(fmt::format("'{}' is no syntax of RDF", type));
  rdf::QuadCollector collected;
  rdf::ParseOptions options;
  options.base = "http://www.example/";
  rdf::StringSource source(text);
  rdf::parse(test_call(), *syntax, source, collected, options);
  return collected.quads;
}

/// The answer is what it says it is, and of the form that the case wants: "boolean", "tabular" or "RDF".
std::optional<std::string> check_form(std::string const& form, std::string_view type, std::string const& body) {
  if (form == "RDF") {
    (void)statements_of(type, body);
    return std::nullopt;
  }
  auto const format = sparql::find_result_format(type);
  if (!format) return fmt::format("'{}' is no format of results", type);
  sparql::ResultCollector results;
  sparql::read_results(test_call(), *format, body, results);
  if (results.truth.has_value() != (form == "boolean")) return "the answer is not " + form;
  return std::nullopt;
}

std::optional<std::string> check(Expected const& expected, http::ClientResponse const& response) {
  if (!fits(response.status, expected.statuses))
    return fmt::format("status {} instead of {}: {}", response.status, fmt::join(expected.statuses, ", "),
                       response.body);
  auto const type = response.headers.find("Content-Type").value_or("");
  if (expected.type && *expected.type != type) return fmt::format("'{}' instead of '{}'", type, *expected.type);
  if (!expected.form.empty())
    if (auto failure = check_form(expected.form, type, response.body)) return failure;
  if (expected.truth && json::parse(response.body).at("boolean").as_bool() != *expected.truth)
    return "the opposite is true";
  if (expected.statements && !rdf::isomorphic(test_call(), statements_of("text/turtle", *expected.statements),
                                              statements_of(type, response.body)))
    return "other statements than expected:\n" + response.body;
  return std::nullopt;
}

}  // namespace

SparqlServer::SparqlServer()
    : client_([&] {
        server_.start();
        auto const tokens = crash::found_company(server_);
        auto const key = server_.api(tokens.at("ben")).post("/v1/keys", {{"name", "suite"}});
        if (key.status != 201) throw internal("no key: " + key.text);
        http::ClientOptions options{.base_url = server_.url()};
        options.headers.set("Authorization", "Bearer " + std::string(key.body.at("token").as_string()));
        return options;
      }()) {}

std::string SparqlServer::create_graph(std::string const& name) {
  http::ClientRequest request{.method = "POST", .target = "/v1/departments/risk/graphs"};
  request.headers.set("Content-Type", "application/json");
  request.body = json::write({{"name", name}});
  if (auto const made = client_.send(request); made.status != 201) throw internal("no graph: " + made.body);
  return "/sparql/risk/" + name;
}

std::optional<std::string> SparqlServer::play(HttpCase const& one, std::string const& prefix, std::string const& path) {
  for (auto const& [graph, file] : one.data) {
    Exchange load{.method = "PUT",
                  .target = prefix + "/data?graph=" + percent_encode(graph),
                  .headers = {{"Content-Type", "application/n-triples"}},
                  .body = read_file(file),
                  .expected = {}};
    load.expected.statuses = {"201"};
    if (auto failure = play(std::move(load), prefix, path)) return "its data: " + *failure;
  }
  for (std::size_t i = 0; i < one.exchanges.size(); ++i)
    if (auto const failure = play(one.exchanges[i], prefix, path))
      return fmt::format("request {}: {}", i + 1, *failure);
  return std::nullopt;
}

std::optional<std::string> SparqlServer::play(Exchange exchange, std::string const& prefix, std::string const& path) {
  for (auto const& [name, location] : locations_) {
    // As a parameter it is encoded; as a target it goes without the server's address.
    if (exchange.target == name)
      exchange.target = prefix + location.substr(url().size() + path.size());
    else
      replace_all(exchange.target, name, percent_encode(location));
  }
  for (auto* const text : {&exchange.target, &exchange.body}) replace_all(*text, "$URL$", url() + path);
  if (exchange.expected.statements) replace_all(*exchange.expected.statements, "$URL$", url() + path);
  if (!exchange.target.starts_with(prefix)) return "a path that the suite does not have: " + exchange.target;
  try {
    auto const response = send({.method = exchange.method,
                                .target = path + exchange.target.substr(prefix.size()),
                                .headers = exchange.headers,
                                .body = exchange.body});
    if (!exchange.expected.location.empty()) {
      auto const location = response.headers.find("Location");
      if (!location) return "no Location";
      locations_[exchange.expected.location] = *location;
    }
    return check(exchange.expected, response);
  } catch (Error const& error) {
    return error.what();
  }
}

}  // namespace lepton::conformance
