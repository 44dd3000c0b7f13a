#include "graphs/service_url.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace lepton::graphs {
namespace {

TEST(ServiceUrlTest, IsOneValueForTwoSpellings) {
  EXPECT_EQ(parse_service_url("HTTPS://Graphs.Example:443/sparql"), parse_service_url("https://graphs.example/sparql"));
  EXPECT_EQ(parse_service_url("http://[::1]:8890/sparql?a=b").str(), "http://[::1]:8890/sparql?a=b");
  EXPECT_EQ(parse_service_url("http://a.example?query").target, "/?query");
  EXPECT_NE(parse_service_url("http://a.example/Sparql"), parse_service_url("http://a.example/sparql"));
}

TEST(ServiceUrlTest, RefusesWhatIsNoServiceOrHidesSomething) {
  for (auto const* bad :
       {"", "graphs.example/sparql", "ftp://graphs.example/", "file:///etc/passwd", "http://",
        "http://user:pw@a.example/", "http://a.example#@b.example/", "http://a.example/#f", "http://a.example /",
        "http://a.example\\@b.example/", "http://a.example:99999999/", "lepton:risk/names", "gopher://a.example:70/_"})
    EXPECT_THROW((void)parse_service_url(bad), Error) << bad;
}

TEST(AllowedServicesTest, AllowsNothingThatWasNotNamed) {
  AllowedServices const none({});
  EXPECT_FALSE(none.contains(parse_service_url("http://127.0.0.1/")));
  EXPECT_THROW(none.require(parse_service_url("http://127.0.0.1/sparql")), Error);
}

TEST(AllowedServicesTest, MatchesOriginsAndPathsExactly) {
  AllowedServices const allowed({"https://graphs.example/sparql", "http://10.0.0.7:8890"});
  for (auto const* good : {"https://graphs.example/sparql", "https://GRAPHS.example:443/sparql",
                           "https://graphs.example/sparql?default-graph-uri=urn:g", "http://10.0.0.7:8890/sparql",
                           "http://10.0.0.7:8890/sparql-graph-crud?graph=urn:g"})
    EXPECT_TRUE(allowed.contains(parse_service_url(good))) << good;
  for (auto const* bad :
       {"http://graphs.example/sparql", "https://graphs.example:8443/sparql", "https://graphs.example/sparql/other",
        "https://graphs.example/sparql2", "https://graphs.example/", "https://graphs.example.evil.example/sparql",
        "https://evil.example/sparql", "https://sub.graphs.example/sparql", "http://10.0.0.7/sparql",
        "http://10.0.0.7:88901/sparql", "http://10.0.0.70:8890/sparql", "https://graphs.example/sparql/../admin",
        "https://graphs.example./sparql"})
    EXPECT_FALSE(allowed.contains(parse_service_url(bad))) << bad;
}

TEST(AllowedServicesTest, KeepsToTheQueryThatAnEntryHas) {
  AllowedServices const allowed({"https://graphs.example/sparql?store=public"});
  EXPECT_TRUE(allowed.contains(parse_service_url("https://graphs.example/sparql?store=public")));
  EXPECT_FALSE(allowed.contains(parse_service_url("https://graphs.example/sparql?store=secret")));
  EXPECT_FALSE(allowed.contains(parse_service_url("https://graphs.example/sparql")));
}

}  // namespace
}  // namespace lepton::graphs
