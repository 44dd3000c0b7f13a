// SPARQL 1.1 Service Description: its three cases, whose text is only their name, on what a real server describes.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <set>

#include "base/error.h"
#include "rdf/parse.h"
#include "sparql_server.h"

namespace lepton::conformance {
namespace {

std::string const kSd = "http://www.w3.org/ns/sparql-service-description#";
std::string const kFormats = "http://www.w3.org/ns/formats/";

/// §3.4: what a property is about, and what it may say.
struct Property {
  std::string subject;               ///< class of the subject
  std::string object;                ///< class of the object; empty: another vocabulary's IRI
  std::set<std::string> known = {};  ///< instances that §3.3 names; empty: any
  std::string vocabulary = {};       ///< that instances come from
};
std::map<std::string, Property> const kProperties{
    {"endpoint", {"Service", ""}},
    {"feature",
     {"Service",
      "",
      {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"}}},
    {"supportedLanguage", {"Service", "", {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"}}},
    {"resultFormat", {"Service", "", {}, kFormats}},
    {"inputFormat", {"Service", "", {}, kFormats}},
    {"defaultDataset", {"Service", "Dataset"}},
    {"availableGraphs", {"Service", "GraphCollection"}},
    {"defaultGraph", {"Dataset", "Graph"}},
    {"namedGraph", {"Dataset", "NamedGraph"}},
    {"name", {"NamedGraph", ""}},
    {"graph", {"NamedGraph", "Graph"}},
    {"extensionFunction", {"Service", "Function"}},
    {"languageExtension", {"Service", ""}},
};

class Description {
 public:
  explicit Description(std::vector<rdf::Quad> quads) : quads_(std::move(quads)), graph_(quads_) {}

  [[nodiscard]] std::optional<std::string> find_endpoint(std::string const& url) const {
    for (auto const& quad : quads_)
      if (quad.predicate.value == kSd + "endpoint" && quad.object.value == url) return std::nullopt;
    return "no sd:endpoint with " + url;
  }

  [[nodiscard]] std::optional<std::string> breach() const {
    std::size_t checked = 0;
    for (auto const& quad : quads_) {
      if (!quad.predicate.value.starts_with(kSd)) continue;
      auto const name = quad.predicate.value.substr(kSd.size());
      auto const property = kProperties.find(name);
      if (property == kProperties.end()) return "no property of the vocabulary: sd:" + name;
      if (auto failure = breach(quad, name, property->second)) return failure;
      ++checked;
    }
    return checked == 0 ? std::optional<std::string>("nothing is described") : std::nullopt;
  }

 private:
  [[nodiscard]] std::optional<std::string> breach(rdf::Quad const& quad, std::string const& name,
                                                  Property const& property) const {
    if (!is_a(quad.subject, property.subject)) return fmt::format("what has sd:{} is no sd:{}", name, property.subject);
    if (!property.object.empty()) {
      if (is_a(quad.object, property.object)) return std::nullopt;
      return fmt::format("the object of sd:{} is no sd:{}", name, property.object);
    }
    if (quad.object.kind != rdf::TermKind::iri) return fmt::format("the object of sd:{} is no IRI", name);
    if (!property.vocabulary.empty() && !quad.object.value.starts_with(property.vocabulary))
      return fmt::format("sd:{} is {}, not of {}", name, quad.object.value, property.vocabulary);
    if (property.known.empty()) return std::nullopt;
    if (quad.object.value.starts_with(kSd) && property.known.contains(quad.object.value.substr(kSd.size())))
      return std::nullopt;
    return fmt::format("sd:{} is {}, which the vocabulary does not have", name, quad.object.value);
  }

  [[nodiscard]] bool is_a(rdf::Term const& term, std::string const& name) const {
    for (auto const& type : graph_.objects(term, std::string(rdf::rdf_type)))
      if (type.value == kSd + name) return true;
    return false;
  }

  std::vector<rdf::Quad> quads_;
  Graph graph_;
};

Description read_description(http::ClientResponse const& response) {
  auto const syntax = rdf::find_syntax_by_media_type(response.headers.find("Content-Type").value_or(""));
  if (response.status != 200 || !syntax) throw invalid("no RDF: " + response.body);
  rdf::QuadCollector collected;
  rdf::StringSource source(response.body);
  rdf::parse(test_call(), *syntax, source, collected);
  return Description(collected.quads);
}

TEST(ServiceDescription, Suite) {
  auto const folder = find_suite("rdf-tests/sparql/sparql11/service-description");
  if (!folder) GTEST_SKIP() << "the suite sparql11 is not on this machine (LEPTON_SUITES)";
  auto const cases =
      read_http_cases(*folder / "manifest.ttl", "https://w3c.github.io/service-description/manifest.ttl");
  SparqlServer server;
  auto const service = server.create_graph("described");
  run_suite(suite_of("service-description", cases), [&](Case const& one) -> std::optional<std::string> {
    try {
      auto const description = read_description(server.send({.target = service}));
      if (one.name == "returns-rdf") return std::nullopt;
      if (one.name == "has-endpoint-triple") return description.find_endpoint(server.url() + service);
      if (one.name == "conforms-to-schema") return description.breach();
      return "a case that nobody checks";
    } catch (Error const& error) {
      return error.what();
    }
  });
}

}  // namespace
}  // namespace lepton::conformance
