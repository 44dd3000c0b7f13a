#include "http_suite.h"

#include <algorithm>
#include <array>
#include <sstream>

#include "rdf/parse.h"

namespace lepton::conformance {
namespace {

std::string const kManifest = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
std::string const kHttp = "http://www.w3.org/2011/http#";
std::string const kContent = "http://www.w3.org/2011/content#";
std::string const kData = "http://www.w3.org/2009/sparql/tests/test-update#";
std::string const kLabel = "http://www.w3.org/2000/01/rdf-schema#";

Graph read_manifest(std::filesystem::path const& manifest, std::string const& base) {
  rdf::FileSource source(manifest);
  rdf::QuadCollector collected;
  rdf::ParseOptions options;
  options.base = base;
  rdf::parse(test_call(), rdf::Syntax::turtle, source, collected, options);
  return Graph(collected.quads);
}

/// The value of a property, or "".
std::string text(Graph const& graph, rdf::Term const& of, std::string const& property) {
  auto const* const found = graph.find_object(of, property);
  return found == nullptr ? "" : found->value;
}

/// "200" for hts:OK, "2xx" for hts:StatusCode2xx.
std::string status_of(std::string const& iri) {
  auto const name = iri.substr(iri.rfind('#') + 1);
  for (auto const& [word, status] :
       {std::pair{"OK", "200"}, {"Created", "201"}, {"NoContent", "204"}, {"NotFound", "404"}})
    if (name == word) return status;
  return name.substr(std::string("StatusCode").size());
}

http::Headers headers_of(Graph const& graph, rdf::Term const& of) {
  http::Headers headers;
  auto const* const list = graph.find_object(of, kHttp + "headers");
  if (list == nullptr) return headers;
  for (auto const& header : graph.list(*list))
    headers.add(text(graph, header, kHttp + "fieldName"), text(graph, header, kHttp + "fieldValue"));
  return headers;
}

std::optional<std::string> body_of(Graph const& graph, rdf::Term const& of) {
  auto const* const body = graph.find_object(of, kHttp + "body");
  if (body == nullptr) return std::nullopt;
  return text(graph, *body, kContent + "chars");
}

Expected expected_of(Graph const& graph, rdf::Term const& response) {
  Expected expected;
  for (auto const& status : graph.objects(response, kManifest + "expectedStatus"))
    expected.statuses.push_back(status_of(status.value));
  if (auto const* const truth = graph.find_object(response, kManifest + "expectedBoolean"))
    expected.truth = truth->value == "true";
  expected.form = text(graph, response, kManifest + "expectedFormat");
  auto const headers = headers_of(graph, response);
  if (auto const type = headers.find("content-type")) expected.type = *type;
  expected.statements = body_of(graph, response);
  expected.location = text(graph, response, kManifest + "expectedLocation");
  return expected;
}

Exchange exchange_of(Graph const& graph, rdf::Term const& request) {
  Exchange exchange{.method = text(graph, request, kHttp + "methodName"),
                    .target = text(graph, request, kHttp + "absolutePath"),
                    .headers = headers_of(graph, request),
                    .body = body_of(graph, request).value_or(""),
                    .expected = {}};
  if (auto const* const response = graph.find_object(request, kHttp + "resp"))
    exchange.expected = expected_of(graph, *response);
  return exchange;
}

std::vector<rdf::Term> entries_of(Graph const& graph) {
  std::vector<rdf::Term> entries;
  for (auto const& head : graph.subjects_with(kManifest + "entries"))
    for (auto const& entry : graph.list(*graph.find_object(head, kManifest + "entries"))) entries.push_back(entry);
  for (auto const& one : graph.subjects_with(kManifest + "action"))
    if (std::ranges::find(entries, one) == entries.end()) entries.push_back(one);
  return entries;
}

std::string name_of(rdf::Term const& entry) {
  return entry.value.substr(entry.value.rfind('#') + 1);
}

void replace_all(std::string& text, std::string const& what, std::string const& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

/// The indented block under a heading of the comment, without the indentation.
std::string block_under(std::string const& comment, std::string const& heading) {
  std::istringstream lines(comment.substr(std::min(comment.find(heading), comment.size())));
  std::string block;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && !line.starts_with("####")) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    auto const indentation = std::min<std::size_t>(line.find_first_not_of(' '), 4);
    block += (line.empty() ? line : line.substr(std::min(indentation, line.size()))) + "\r\n";
  }
  block.erase(0, block.find_first_not_of("\r\n"));
  block.erase(block.find_last_not_of("\r\n ") + 1);
  return block;
}

/// A message of HTTP, as a comment shows it: its first line, fields, body.
struct Message {
  std::string first;
  http::Headers headers;
  std::optional<std::string> body;
};

Message message_of(std::string block) {
  Message message;
  if (auto const blank = block.find("\r\n\r\n"); blank != std::string::npos) {
    message.body = block.substr(blank + 4);
    block.resize(blank);
  }
  std::istringstream lines(block);
  std::getline(lines, message.first, '\r');
  std::string line;
  while (std::getline(lines >> std::ws, line, '\r')) {
    auto const colon = line.find(": ");
    if (colon != std::string::npos) message.headers.add(line.substr(0, colon), line.substr(colon + 2));
  }
  return message;
}

Exchange exchange_of(std::string comment) {
  replace_all(comment, "http://$HOST$/$GRAPHSTORE$", "$URL$");
  replace_all(comment, "$GRAPHSTORE$", "/gsp");
  auto request = message_of(block_under(comment, "#### Request"));
  auto response = message_of(block_under(comment, "#### Response"));
  std::istringstream line(request.first);
  Exchange exchange;
  line >> exchange.method >> exchange.target;
  exchange.body = request.body.value_or("");
  for (auto const& [name, value] : request.headers)
    if (name != "Host") exchange.headers.add(name, value);
  exchange.expected.statuses = {response.first.substr(0, 3)};
  if (auto const type = response.headers.find("Content-Type")) exchange.expected.type = *type;
  if (response.headers.find("Location")) exchange.expected.location = "$NEWPATH$";
  exchange.expected.statements = response.body;
  return exchange;
}

}  // namespace

std::vector<HttpCase> read_http_cases(std::filesystem::path const& manifest, std::string const& base) {
  auto const graph = read_manifest(manifest, base);
  auto const folder = base.substr(0, base.rfind('/') + 1);
  std::vector<HttpCase> cases;
  for (auto const& entry : entries_of(graph)) {
    HttpCase one{name_of(entry), {}, {}};
    for (auto const& data : graph.objects(entry, kData + "graphData"))
      one.data.emplace_back(text(graph, data, kLabel + "label"),
                            manifest.parent_path() / text(graph, data, kData + "graph").substr(folder.size()));
    if (auto const* const action = graph.find_object(entry, kManifest + "action"))
      for (auto const& request : graph.list(*graph.find_object(*action, kHttp + "requests")))
        one.exchanges.push_back(exchange_of(graph, request));
    cases.push_back(std::move(one));
  }
  return cases;
}

std::vector<HttpCase> read_prose_cases(std::filesystem::path const& manifest, std::string const& base) {
  auto const graph = read_manifest(manifest, base);
  std::vector<HttpCase> cases;
  for (auto const& entry : entries_of(graph))
    for (auto const& comment : graph.objects(entry, kLabel + "comment"))
      if (comment.value.find("#### Request") != std::string::npos)
        cases.push_back({name_of(entry), {}, {exchange_of(comment.value)}});
  return cases;
}

Suite suite_of(std::string const& name, std::vector<HttpCase> const& cases) {
  Suite suite{name, {}};
  for (auto const& one : cases) suite.cases.push_back({one.name, "HttpTest", "", {}, {}, ""});
  return suite;
}

}  // namespace lepton::conformance
