#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "graph_server.h"
#include "virtuoso.h"

// Graphs that a service elsewhere answers: a real Virtuoso, and another server of ours.
namespace lepton::interop {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string const kAll = "SELECT ?s ?o WHERE { GRAPH <urn:g> { ?s <urn:owes> ?o } } ORDER BY ?s";

class VirtuosoGraphTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!Virtuoso::installed()) GTEST_SKIP() << "virtuoso-opensource-7-bin is not installed";
    virtuoso_.emplace(directory_.path() / "virtuoso");
    server_.start(virtuoso_->url());
    auto const made = server_.create("big", {{"url", virtuoso_->url() + "/sparql"},
                                             {"update_url", virtuoso_->url() + "/sparql"},
                                             {"data_url", virtuoso_->url() + "/sparql-graph-crud"}});
    ASSERT_EQ(made.status, 201) << made.text;
    auto const loaded = server_.update(
        "ben", "big", "INSERT DATA { GRAPH <urn:g> { <urn:c1> <urn:owes> 7 . <urn:张伟> <urn:owes> 800 } }");
    ASSERT_EQ(loaded.status, 204) << loaded.body;
  }

  TemporaryDirectory directory_;
  std::optional<Virtuoso> virtuoso_;
  GraphServer server_{directory_.path()};
};

TEST_F(VirtuosoGraphTest, AnswersInEveryFormat) {
  EXPECT_EQ(server_.query("ben", "big", kAll, "text/tab-separated-values").body,
            "?s\t?o\n<urn:c1>\t\"7\"^^<http://www.w3.org/2001/XMLSchema#integer>\n<urn:张伟>\t\"800\"^^<http://"
            "www.w3.org/2001/XMLSchema#integer>\n");
  EXPECT_THAT(server_.query("ben", "big", kAll, "text/csv").body, HasSubstr("800"));
  EXPECT_THAT(server_.query("ben", "big", kAll, "application/sparql-results+json").body, HasSubstr("\"urn:张伟\""));
  EXPECT_THAT(server_.query("ben", "big", kAll, "application/sparql-results+xml").body, HasSubstr("<uri>urn:c1</uri>"));
  auto const truth =
      server_.query("ben", "big", "ASK { GRAPH <urn:g> { ?s ?p 7 } }", "application/sparql-results+json");
  EXPECT_THAT(truth.body, HasSubstr("\"boolean\":true")) << "Virtuoso writes a table";
  EXPECT_THAT(server_.query("ben", "big", "ASK { <urn:none> ?p ?o }", "application/sparql-results+json").body,
              HasSubstr("\"boolean\":false"));
  auto const graph = "CONSTRUCT { ?s <urn:owes> ?o } WHERE { GRAPH <urn:g> { ?s <urn:owes> ?o } }";
  EXPECT_THAT(server_.query("ben", "big", graph, "text/turtle").body, HasSubstr("800"));
  EXPECT_THAT(server_.query("ben", "big", graph, "application/n-quads").body, HasSubstr("<urn:c1> <urn:owes> \"7\""));
  EXPECT_THAT(server_.query("ben", "big", graph, "application/ld+json").body, HasSubstr("urn:owes"));
}

TEST_F(VirtuosoGraphTest, IsJoinedWithGraphsThatAreKeptHere) {
  ASSERT_EQ(server_.create("names").status, 201);
  ASSERT_EQ(server_.update("ben", "names", "INSERT DATA { <urn:张伟> <urn:name> \"张伟\" }").status, 200);
  auto const joined = server_.query("ben", "names",
                                    "SELECT ?name ?sum WHERE { ?c <urn:name> ?name SERVICE <lepton:risk/big> { GRAPH "
                                    "<urn:g> { ?c <urn:owes> ?sum } } }");
  EXPECT_EQ(joined.body, "name,sum\r\n张伟,800\r\n");
  auto cara = server_.api("cara");
  ASSERT_EQ(cara.post("/v1/grants", {{"subject", "user:ana"}, {"actions", json::Array{"read"}}, {"path", "risk/names"}})
                .status,
            201);
  EXPECT_EQ(server_.query("ana", "names", "SELECT * { SERVICE <lepton:risk/big> { ?s ?p ?o } }").status, 404)
      << "with the caller's own rights";
}

TEST_F(VirtuosoGraphTest, IsReadAndChangedAsEveryGraphIsGranted) {
  EXPECT_EQ(server_.query("ana", "big", kAll).status, 404);
  EXPECT_EQ(server_.update("ana", "big", "CLEAR GRAPH <urn:g>").status, 404);
  auto cara = server_.api("cara");
  ASSERT_EQ(
      cara.post("/v1/grants", {{"subject", "user:ana"}, {"actions", json::Array{"read"}}, {"path", "risk/big"}}).status,
      201);
  EXPECT_EQ(server_.query("ana", "big", kAll).status, 200);
  EXPECT_EQ(server_.update("ana", "big", "CLEAR GRAPH <urn:g>").status, 403);
  EXPECT_EQ(server_.send("ana", {.method = "DELETE", .target = "/sparql/risk/big/data?graph=urn:g"}).status, 403);
  EXPECT_THAT(server_.query("ben", "big", kAll).body, HasSubstr("800")) << "nothing of it was sent";
  auto const events = server_.api("cara").get("/v1/audit?department=risk&subject=risk/big").text;
  EXPECT_THAT(events, HasSubstr("graph.query"));
  EXPECT_THAT(events, HasSubstr("graph.update"));
}

TEST_F(VirtuosoGraphTest, ForwardsItsGraphStore) {
  auto const target = "/sparql/risk/big/data?graph=urn:notes";
  http::ClientRequest put{.method = "PUT", .target = target, .headers = {{"Content-Type", "text/turtle"}}};
  put.body = "<urn:c1> <urn:note> \"met\"@en .";
  auto const made = server_.send("ben", put);
  EXPECT_EQ(made.status, 201) << made.body;
  auto const read = server_.send("ben", {.target = target, .headers = {{"Accept", "application/n-triples"}}});
  EXPECT_EQ(read.body, "<urn:c1> <urn:note> \"met\"@en .\n");
  EXPECT_EQ(server_.send("ben", {.method = "HEAD", .target = target}).status, 200);
  EXPECT_EQ(server_.send("ben", {.method = "DELETE", .target = target}).status, 204);
  EXPECT_EQ(server_.send("ben", {.target = target}).status, 404);
}

TEST_F(VirtuosoGraphTest, SaysWhatARemoteGraphHasNot) {
  auto ben = server_.api("ben");
  for (auto const& answer :
       {ben.post("/v1/departments/risk/graphs/big/versions", json::Object{}),
        ben.upload("POST", "/v1/departments/risk/graphs/big:load", "text/turtle", "<urn:a> <urn:b> 1 ."),
        ben.get("/v1/departments/risk/graphs/big/statements"),
        ben.post("/v1/departments/risk/graphs/big:explain", {{"query", "ASK {}"}})}) {
    EXPECT_EQ(answer.status, 400) << answer.text;
    EXPECT_THAT(answer.text, HasSubstr("is a remote graph, answered by"));
  }
  EXPECT_THAT(server_.query("ben", "big@1", kAll).body, HasSubstr("has no versions"));
  EXPECT_THAT(server_.query("ben", "big", "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }").body,
              HasSubstr("SERVICE is not sent"));
  EXPECT_THAT(server_.update("ben", "big", "LOAD <http://127.0.0.1:1/>").body, HasSubstr("LOAD is not sent"));
  auto const wrong = server_.query("ben", "big", "SELECT * { ?s ?p");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr("sparql_syntax")) << "found here, and not sent";
}

TEST_F(VirtuosoGraphTest, SaysWhatTheServiceRefuses) {
  virtuoso_->run("REVOKE SPARQL_UPDATE FROM \"SPARQL\"");
  auto const refused = server_.update("ben", "big", "INSERT DATA { GRAPH <urn:g> { <urn:x> <urn:owes> 1 } }");
  EXPECT_EQ(refused.status / 100, 5) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("No permission"));
  EXPECT_THAT(server_.api("cara").get("/v1/audit?department=risk&subject=risk/big").text,
              HasSubstr("graph.change_failed"));
}

TEST_F(VirtuosoGraphTest, ADeadServiceIsAClearErrorAndNobodyElsesTrouble) {
  ASSERT_EQ(server_.create("names").status, 201);
  virtuoso_->kill();
  auto const dead = server_.query("ben", "big", kAll);
  EXPECT_EQ(dead.status, 502) << dead.body;
  EXPECT_THAT(dead.body, HasSubstr("cannot reach 127.0.0.1"));
  std::string last;
  for (int i = 0; i < 4; ++i) last = server_.query("ben", "big", kAll).body;
  EXPECT_THAT(last, HasSubstr("left alone"));
  EXPECT_EQ(server_.query("ben", "names", "ASK {}").status, 200);
  EXPECT_EQ(server_.query("ben", "names", "SELECT * { SERVICE SILENT <lepton:risk/big> { ?s ?p ?o } }").status, 200);
}

class LeptonGraphTest : public testing::Test {
 protected:
  void SetUp() override {
    far_.start();
    ASSERT_EQ(far_.create("exposure").status, 201);
    ASSERT_EQ(far_.update("ben", "exposure", "INSERT DATA { <urn:c1> <urn:owes> 7 }").status, 200);
    auto const key = far_.api("ben").post("/v1/keys", {{"name", "near"}});
    ASSERT_EQ(key.status, 201) << key.text;
    secret_ = std::string(key.body.at("token").as_string());
    near_.start(far_.server().url());
    url_ = far_.server().url() + "/sparql/risk/exposure";
  }
  json::Object remote(std::string const& secret) {
    return {{"url", url_}, {"update_url", url_}, {"data_url", url_ + "/data"}, {"secret", secret}};
  }

  TemporaryDirectory directory_;
  GraphServer far_{directory_.path(), "far"}, near_{directory_.path(), "near"};
  std::string secret_, url_;
};

TEST_F(LeptonGraphTest, IsAskedWithTheGraphsOwnLoginWhichNobodySees) {
  auto const made = near_.create("big", remote(secret_));
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.body.at("remote").at("login"), "token");
  EXPECT_EQ(near_.query("ben", "big", "SELECT ?o { ?s <urn:owes> ?o }").body, "o\r\n7\r\n");
  EXPECT_EQ(near_.update("ben", "big", "INSERT DATA { <urn:c2> <urn:owes> 8 }").status, 204);
  EXPECT_THAT(far_.query("ben", "exposure", "SELECT ?o { <urn:c2> <urn:owes> ?o }").body, HasSubstr("8"));
  auto ben = near_.api("ben");
  for (auto const& text :
       {made.text, ben.get("/v1/departments/risk/graphs/big").text, ben.get("/v1/graphs").text,
        near_.api("cara").get("/v1/audit?department=risk&page_size=1000").text, near_.server().log()})
    EXPECT_THAT(text, Not(HasSubstr(secret_)));
  near_.server().kill();  // so that the files can be read
  for (auto const* const file : {"meta.db", "meta.db-wal"}) {
    auto const path = near_.server().data() / file;
    auto const content = std::filesystem::exists(path) ? read_file(path) : "";
    EXPECT_EQ(content.find(secret_), std::string::npos) << file;
  }
  near_.start();
  EXPECT_EQ(near_.query("ben", "big", "ASK {}", "text/csv").status, 200) << "the login is there after a restart";
}

TEST_F(LeptonGraphTest, SaysThatItsLoginIsRefusedAndTakesAnother) {
  ASSERT_EQ(near_.create("big", remote("no key of anybody")).status, 201);
  auto const refused = near_.query("ben", "big", "ASK {}");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("does not let this platform in"));
  auto const changed = near_.api("ben").put("/v1/departments/risk/graphs/big/remote", {{"remote", remote(secret_)}});
  EXPECT_EQ(changed.status, 200) << changed.text;
  EXPECT_EQ(near_.query("ben", "big", "ASK {}").status, 200);
  EXPECT_EQ(near_.api("ana").put("/v1/departments/risk/graphs/big/remote", {{"remote", remote(secret_)}}).status, 403);
}

TEST_F(LeptonGraphTest, IsMadeForServicesThatMayBeAskedOnly) {
  auto other = remote(secret_);
  other["url"] = "http://127.0.0.1:1/sparql";
  auto const refused = near_.create("other", other);
  EXPECT_EQ(refused.status, 403) << refused.text;
  EXPECT_THAT(refused.text, HasSubstr("--allow-service"));
  other["url"] = "no url";
  auto const wrong = near_.create("other", other);
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.text, HasSubstr("/remote/url"));
  EXPECT_EQ(far_.create("other", remote(secret_)).status, 403) << "by default there are none";
}

}  // namespace
}  // namespace lepton::interop
