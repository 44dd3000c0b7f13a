#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "base/error.h"
#include "graph_server.h"
#include "script.h"

// What people expect of a SPARQL service over HTTP: formats, conditions, pages, limits, and errors that curl can show.
namespace lepton::interop {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string const kOwes =
    "/sparql/risk/exposure?query=SELECT%20?s%20?o%20%7B?s%20%3Curn:owes%3E%20?o%7D%20ORDER%20BY%20?o";

class SparqlHttpTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.start();
    ASSERT_EQ(server_.create("exposure").status, 201);
    ASSERT_EQ(server_
                  .update("ben", "exposure",
                          "INSERT DATA { <urn:c1> <urn:owes> 1 . <urn:c2> <urn:owes> 2 . <urn:c3> <urn:owes> 3 . GRAPH "
                          "<urn:vip> { <urn:c9> <urn:owes> 9 } }")
                  .status,
              200);
  }
  http::ClientResponse get(std::string const& who, std::string const& target, http::Headers headers = {}) {
    return server_.send(who, {.target = target, .headers = std::move(headers)});
  }
  static std::string header(http::ClientResponse const& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or(""));
  }

  TemporaryDirectory directory_;
  GraphServer server_{directory_.path()};
};

TEST_F(SparqlHttpTest, AnswersInTheFormatThatIsLikedBest) {
  auto const accept = [&](std::string const& value, std::string const& target = kOwes) {
    return get("ben", target, {{"Accept", value}});
  };
  for (auto const& [asked, type, begin] :
       {std::tuple{"text/csv", "text/csv; charset=utf-8", "s,o\r\nurn:c1,1\r\n"},
        {"text/tab-separated-values", "text/tab-separated-values; charset=utf-8",
         "?s\t?o\n<urn:c1>\t\"1\"^^<http://www.w3.org/2001/XMLSchema#integer>\n"},
        {"application/sparql-results+xml", "application/sparql-results+xml", "<?xml"},
        {"application/sparql-results+json", "application/sparql-results+json", "{\"head\":{\"vars\":[\"s\",\"o\"]}"},
        {"text/csv;q=0.3, application/sparql-results+xml;q=0.7", "application/sparql-results+xml", "<?xml"},
        {"text/*", "text/csv; charset=utf-8", "s,o"},
        {"*/*", "application/sparql-results+json", "{"}}) {
    auto const answer = accept(asked);
    EXPECT_EQ(answer.status, 200) << asked;
    EXPECT_EQ(header(answer, "Content-Type"), type) << asked;
    EXPECT_THAT(answer.body, StartsWith(begin)) << asked;
  }
  auto const graph = "/sparql/risk/exposure?query=CONSTRUCT%20WHERE%20%7B?s%20%3Curn:owes%3E%201%7D";
  EXPECT_EQ(header(accept("*/*", graph), "Content-Type"), "text/turtle; charset=utf-8");
  EXPECT_EQ(accept("application/n-triples", graph).body,
            "<urn:c1> <urn:owes> \"1\"^^<http://www.w3.org/2001/XMLSchema#integer> .\n");
  auto const refused = accept("image/png");
  EXPECT_EQ(refused.status, 406);
  EXPECT_THAT(refused.body, HasSubstr("text/csv"));
}

TEST_F(SparqlHttpTest, SaysThatAnAnswerIsTheSameUntilTheGraphOrTheRightsChange) {
  auto const first = get("ben", kOwes);
  auto const tag = header(first, "ETag");
  EXPECT_THAT(tag, StartsWith("\"1-"));
  EXPECT_EQ(header(first, "Lepton-Commit"), "1");
  EXPECT_EQ(header(first, "Cache-Control"), "private, no-cache");
  auto const again = get("ben", kOwes, {{"If-None-Match", "W/\"other\", W/" + tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(get("ben", kOwes).body, first.body) << "from memory";
  EXPECT_NE(header(get("ben", kOwes, {{"Accept", "text/csv"}}), "ETag"), tag) << "another form is another answer";
  EXPECT_EQ(header(get("cara", kOwes), "ETag"), tag) << "she sees the same";

  auto cara = server_.api("cara");
  ASSERT_EQ(
      cara.post("/v1/grants", {{"subject", "user:ana"}, {"actions", json::Array{"read"}}, {"path", "risk/exposure"}})
          .status,
      201);
  std::string const vip = "/sparql/risk/exposure?query=SELECT%20?o%20%7BGRAPH%20?g%20%7B?s%20?p%20?o%7D%7D";
  auto const all = get("ana", vip);
  EXPECT_THAT(all.body, HasSubstr("\"9\""));
  ASSERT_EQ(cara.post("/v1/departments/risk/graphs/exposure/parts", {{"part", "vip"}, {"graph", "urn:vip"}}).status,
            201);
  auto const less = get("ana", vip, {{"If-None-Match", header(all, "ETag")}});
  EXPECT_EQ(less.status, 200) << "the same commit, and other rights";
  EXPECT_THAT(less.body, Not(HasSubstr("\"9\"")));
  EXPECT_THAT(get("ben", vip).body, HasSubstr("\"9\"")) << "what she may see is not kept for him";

  ASSERT_EQ(server_.update("ben", "exposure", "INSERT DATA { <urn:c4> <urn:owes> 4 }").status, 200);
  auto const changed = get("ben", kOwes, {{"If-None-Match", tag}});
  EXPECT_EQ(changed.status, 200);
  EXPECT_THAT(changed.body, HasSubstr("urn:c4"));
}

TEST_F(SparqlHttpTest, KeepsNoAnswerThatDependsOnMoreThanTheGraph) {
  std::string const now = "/sparql/risk/exposure?query=SELECT%20(STRUUID()%20AS%20?u)%20%7B%7D";
  auto const first = get("ben", now);
  EXPECT_EQ(header(first, "ETag"), "");
  EXPECT_NE(get("ben", now).body, first.body);
}

TEST_F(SparqlHttpTest, TheGraphStoreHasConditionsToo) {
  std::string const data = "/sparql/risk/exposure/data?default";
  auto const first = get("ben", data);
  auto const tag = header(first, "ETag");
  EXPECT_EQ(get("ben", data, {{"If-None-Match", tag}}).status, 304);
  http::ClientRequest put{
      .method = "PUT", .target = data, .headers = {{"Content-Type", "text/turtle"}, {"If-Match", tag}}};
  put.body = "<urn:c1> <urn:owes> 5 .";
  EXPECT_EQ(server_.send("ben", put).status, 204);
  EXPECT_EQ(server_.send("ben", put).status, 412) << "it has changed since";
  EXPECT_EQ(get("ben", data, {{"If-None-Match", tag}}).status, 200);
}

TEST_F(SparqlHttpTest, GivesAnswersInPages) {
  auto const first = get("ben", kOwes + "&limit=2", {{"Accept", "text/csv"}});
  EXPECT_EQ(first.body, "s,o\r\nurn:c1,1\r\nurn:c2,2\r\n");
  auto const link = header(first, "Link");
  ASSERT_THAT(link, StartsWith("<" + server_.server().url() + "/sparql/risk/exposure?query="));
  ASSERT_THAT(link, testing::EndsWith("&limit=2&offset=2>; rel=\"next\""));
  auto const next = link.substr(1 + server_.server().url().size(), link.find('>') - 1 - server_.server().url().size());
  auto const second = get("ben", next, {{"Accept", "text/csv"}});
  EXPECT_EQ(second.body, "s,o\r\nurn:c3,3\r\n");
  EXPECT_EQ(header(second, "Link"), "");
  EXPECT_EQ(header(get("ben", kOwes + "&limit=2"), "Link"), header(get("ben", kOwes + "&limit=2"), "Link"))
      << "from memory, too";
  std::string const own =
      "/sparql/risk/exposure?query=SELECT%20?o%20%7B?s%20%3Curn:owes%3E%20?o%7DORDER%20BY%20?o%20"
      "LIMIT%202%20OFFSET%201";
  EXPECT_EQ(get("ben", own + "&limit=5&offset=1", {{"Accept", "text/csv"}}).body, "o\r\n3\r\n")
      << "within its own LIMIT";
  auto const wrong = get("ben", kOwes + "&limit=many");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr("limit=many is not a number of rows"));
}

/// Takes minutes, and little memory: a million rows, each hashed a hundred times.
std::string endless_query() {
  std::string hash = "CONCAT(STR(?b), STR(?d), STR(?f))";
  for (int i = 0; i < 100; ++i) hash = "SHA512(" + hash + ")";
  return "SELECT (COUNT(*) AS ?n) { ?a <urn:v> ?b . ?c <urn:v> ?d . ?e <urn:v> ?f FILTER(CONTAINS(" + hash +
         ", \"nothing\")) }";
}

class EndlessQueryTest : public SparqlHttpTest {
 protected:
  void SetUp() override {
    SparqlHttpTest::SetUp();
    std::string data = "INSERT DATA {";
    for (int i = 0; i < 100; ++i) data += "<urn:n" + std::to_string(i) + "> <urn:v> " + std::to_string(i) + " . ";
    ASSERT_EQ(server_.update("ben", "exposure", data + "}").status, 200);
  }
  http::ClientRequest endless(std::string const& parameters = "") {
    return {.method = "POST",
            .target = "/sparql/risk/exposure" + parameters,
            .headers = {{"Content-Type", "application/sparql-query"}},
            .body = endless_query()};
  }
  /// Requests that the server handles, but for the one that asks.
  double running() {
    auto const text = get("ben", "/metrics").body;
    auto const at = text.find("\nlepton_http_requests_in_flight ");
    return std::stod(text.substr(text.find(' ', at))) - 1;
  }
};

TEST_F(EndlessQueryTest, EndsByTheTimeThatIsAskedFor) {
  for (auto const* const timeout : {"?timeout=1", "?timeout=300ms"}) {
    auto const late = server_.send("ben", endless(timeout));
    EXPECT_EQ(late.status, 504) << late.body;
    EXPECT_THAT(late.body, HasSubstr("deadline_exceeded"));
  }
  auto const wrong = server_.send("ben", endless("?timeout=forever"));
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr("timeout=forever"));
  EXPECT_EQ(server_.send("ben", endless("?timeout=1d")).status, 400) << "nobody keeps a thread for a day";
}

TEST_F(EndlessQueryTest, EndsWhenItsClientGoes) {
  std::stop_source gone;
  http::Client client({.base_url = server_.server().url(),
                       .headers = {{"Authorization", "Bearer " + server_.token("ben")}},
                       .stop = gone.get_token()});
  std::jthread const asking([&] { EXPECT_THROW((void)client.send(endless("?timeout=10m")), Error); });
  while (running() < 1) std::this_thread::yield();
  gone.request_stop();
  auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (running() > 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  EXPECT_EQ(running(), 0) << "it goes on for nobody";
}

TEST_F(SparqlHttpTest, ExplainsItselfToCurl) {
  if (!available("curl --version")) GTEST_SKIP() << "curl is not installed";
  std::map<std::string, std::string> const with{{"URL", server_.server().url() + "/sparql/risk/exposure"},
                                                {"TOKEN", server_.token("ben")}};
  auto const run = [&](std::string const& script) { return run_script(directory_.path(), script, with).text; };
  std::string const curl = "curl -s -H \"Authorization: Bearer $TOKEN\" $URL ";
  EXPECT_EQ(run(curl + "-H 'Accept: text/csv' --data-urlencode 'query=SELECT (SUM(?o) AS ?n) { ?s <urn:owes> ?o }'"),
            "n\r\n6\r\n");
  EXPECT_EQ(
      run(curl + "-G -H 'Accept: text/csv' --data-urlencode 'query=SELECT ?o { <urn:c1> <urn:owes> ?o }' -d limit=1"),
      "o\r\n1\r\n");
  EXPECT_THAT(run(curl + "--data-urlencode 'update=INSERT DATA { <urn:x> <urn:y> 1 }'"), HasSubstr("\"added\":1"));
  auto const forgotten = run(curl + "-d 'SELECT * { ?s ?p ?o }'");
  EXPECT_THAT(forgotten, HasSubstr("Content-Type: application/sparql-query"));
  EXPECT_THAT(forgotten, testing::EndsWith("\n"));
  EXPECT_THAT(run(curl + "--data-urlencode 'query=SELECT * { ?s ?p'"), HasSubstr("line 1, column"));
  EXPECT_THAT(run("curl -s $URL?query=ASK%7B%7D"), HasSubstr("Authorization: Bearer <key>"));
}

}  // namespace
}  // namespace lepton::interop
