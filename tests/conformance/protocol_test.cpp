// SPARQL 1.1 Protocol and Graph Store HTTP Protocol: the suites of w3c/rdf-tests, played against a real server with a
// key.
#include <gtest/gtest.h>

#include "sparql_server.h"

namespace lepton::conformance {
namespace {

std::string const kBase = "https://w3c.github.io/rdf-tests/sparql/sparql11/";

/// Each case on a graph of its own. `prefix`: where the suite says that the service, or the store, is.
void play_suite(std::string const& name, std::vector<HttpCase> const& cases, std::string const& prefix,
                std::string const& below) {
  SparqlServer server;
  std::size_t next = 0;
  run_suite(suite_of(name, cases), [&](Case const& one) -> std::optional<std::string> {
    auto const& played = cases.at(next++);
    EXPECT_EQ(played.name, one.name);
    return server.play(played, prefix, server.create_graph("case-" + std::to_string(next)) + below);
  });
}

TEST(SparqlProtocol, Suite) {
  auto const folder = find_suite("rdf-tests/sparql/sparql11/protocol");
  if (!folder) GTEST_SKIP() << "the suite sparql11 is not on this machine (LEPTON_SUITES)";
  play_suite("protocol", read_http_cases(*folder / "manifest.ttl", kBase + "protocol/manifest.ttl"), "/sparql/", "");
}

class GraphStoreProtocol : public testing::TestWithParam<char const*> {};
TEST_P(GraphStoreProtocol, Suite) {
  auto const folder = find_suite("rdf-tests/sparql/sparql11/graph-store-protocol");
  if (!folder) GTEST_SKIP() << "the suite sparql11 is not on this machine (LEPTON_SUITES)";
  std::string const file = std::string("manifest-") + GetParam() + ".ttl";
  play_suite(std::string("graph-store-") + GetParam(),
             read_http_cases(*folder / file, kBase + "graph-store-protocol/" + file), "/gsp", "/data");
}
INSTANTIATE_TEST_SUITE_P(W3c, GraphStoreProtocol, testing::Values("direct", "indirect"));

// The deprecated suite, whose cases tell one story on one store.
TEST(GraphStoreProtocolStory, Suite) {
  auto const folder = find_suite("rdf-tests/sparql/sparql11/http-rdf-update");
  if (!folder) GTEST_SKIP() << "the suite sparql11 is not on this machine (LEPTON_SUITES)";
  auto const cases = read_prose_cases(*folder / "manifest.ttl", kBase + "http-rdf-update/manifest.ttl");
  SparqlServer server;
  auto const store = server.create_graph("story") + "/data";
  std::size_t next = 0;
  run_suite(suite_of("http-rdf-update", cases),
            [&](Case const&) { return server.play(cases.at(next++), "/gsp", store); });
}

}  // namespace
}  // namespace lepton::conformance
