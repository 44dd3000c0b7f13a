#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "graph_server.h"
#include "http/testing_test.h"

// SERVICE: which services outside a query may ask, what they learn, and what becomes of those that fail.
namespace lepton::interop {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kRows[] =
    R"({"head":{"vars":["c","name"]},"results":{"bindings":[{"c":{"type":"uri","value":"urn:c1"},"name":{"type":"literal","value":"Bo"}}]}})";

std::string joined(std::string const& service, std::string const& silent = "") {
  return "SELECT ?name ?sum { ?c <urn:owes> ?sum SERVICE " + silent + "<" + service + "> { ?c <urn:name> ?name } }";
}

class ServicesTest : public testing::Test {
 protected:
  void SetUp() override {
    http::Router router;
    router.add("POST", "/sparql", [this](http::Request& request) {
      auto const lock = std::unique_lock(mutex_);
      heard_.push_back(request);
      return http::Response{200, {{"Content-Type", "application/sparql-results+json"}}, kRows, {}};
    });
    router.add("POST", "/moved", [this](http::Request&) {
      return http::Response{307, {{"Location", outside_->server().url() + "/sparql"}}, "", {}};
    });
    router.add("POST", "/page", [](http::Request&) { return http::text("<html>welcome</html>"); });
    router.add("POST", "/slow", [this](http::Request&) {
      std::unique_lock lock(mutex_);
      ++waiting_;
      changed_.notify_all();
      changed_.wait(lock, [&] { return released_; });
      return http::text("late");
    });
    outside_.emplace(std::move(router));
  }
  void TearDown() override { release(); }

  std::string outside(std::string const& path) { return outside_->server().url() + path; }
  void start(std::vector<std::string> const& paths) {
    std::string services;
    for (auto const& path : paths) services += (services.empty() ? "" : ",") + outside(path);
    server_.start(services);
    ASSERT_EQ(server_.create("exposure").status, 201);
    ASSERT_EQ(server_.update("ben", "exposure", "INSERT DATA { <urn:c1> <urn:owes> 7 }").status, 200);
  }
  void release() {
    auto const lock = std::unique_lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<http::Request> heard_;
  int waiting_ = 0;
  bool released_ = false;
  std::optional<http::TestServer> outside_;
  TemporaryDirectory directory_;
  GraphServer server_{directory_.path()};
};

TEST_F(ServicesTest, NoneMayBeAskedUntilOneIsNamed) {
  start({});
  auto const refused = server_.query("ben", "exposure", joined(outside("/sparql")));
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("--allow-service"));
  EXPECT_TRUE(heard_.empty());
}

TEST_F(ServicesTest, AsksWhatWasNamedAndTellsItNothingOfTheCaller) {
  start({"/sparql"});
  EXPECT_EQ(server_.query("ben", "exposure", joined(outside("/sparql"))).body, "name,sum\r\nBo,7\r\n");
  ASSERT_EQ(heard_.size(), 1u);
  auto const& heard = heard_[0];
  EXPECT_FALSE(heard.headers.find("Authorization"));
  for (auto const& [name, value] : heard.headers) {
    EXPECT_THAT(value, Not(HasSubstr(server_.token("ben")))) << name;
    EXPECT_THAT(value, Not(HasSubstr("ben"))) << name;
  }
  EXPECT_THAT(heard.body, Not(HasSubstr("owes"))) << "what is asked here stays here";
  EXPECT_THAT(server_.api("cara").get("/v1/audit?department=risk&page_size=1000").text, HasSubstr(outside("/sparql")));
  for (auto const* const beside : {"/slow", "/sparql/", "/sparql/../slow", "/sparql%2f"})
    EXPECT_EQ(server_.query("ben", "exposure", joined(outside(beside))).status, 403) << beside;
  for (auto const* const hidden : {"http://127.0.0.1:1/sparql", "http://localhost/sparql", "file:///etc/passwd"})
    EXPECT_NE(server_.query("ben", "exposure", joined(hidden)).status / 100, 2) << hidden;
}

TEST_F(ServicesTest, SilentGoesOnWithoutTheService) {
  start({"/sparql", "/moved", "/page"});
  for (auto const& service : {outside("/moved"), outside("/page"), std::string("http://127.0.0.1:1/sparql")}) {
    EXPECT_EQ(server_.query("ben", "exposure", joined(service, "SILENT ")).body, "name,sum\r\n,7\r\n") << service;
    EXPECT_NE(server_.query("ben", "exposure", joined(service)).status / 100, 2) << service;
  }
  EXPECT_THAT(server_.query("ben", "exposure", joined(outside("/moved"))).body, HasSubstr("redirect"));
  EXPECT_THAT(server_.query("ben", "exposure", joined(outside("/page"))).body, HasSubstr("instead of results"));
  EXPECT_TRUE(heard_.empty()) << "the redirect was not followed";
}

TEST_F(ServicesTest, ASlowServiceHoldsUpThoseAloneWhoAskIt) {
  start({"/slow"});
  std::vector<std::jthread> waiting;
  std::vector<http::ClientResponse> answers(12);
  for (auto& answer : answers)
    waiting.emplace_back([&] { answer = server_.query("ben", "exposure", joined(outside("/slow"))); });
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= 4; });
  }
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(server_.query("ben", "exposure", "SELECT ?o { ?s <urn:owes> ?o }").body, "o\r\n7\r\n");
  auto const busy = server_.query("ben", "exposure", joined(outside("/slow")));
  EXPECT_EQ(busy.status, 503);
  EXPECT_THAT(busy.body, HasSubstr("service_busy"));
  EXPECT_TRUE(busy.headers.find("Retry-After"));
  release();
  waiting.clear();
  EXPECT_EQ(waiting_, 4) << "more were refused at once";
}

TEST_F(ServicesTest, TheQuerysOwnTimeEndsASlowService) {
  start({"/slow"});
  auto const late = server_.send("ben", {.method = "POST",
                                         .target = "/sparql/risk/exposure?timeout=200ms",
                                         .headers = {{"Content-Type", "application/sparql-query"}},
                                         .body = joined(outside("/slow"))});
  EXPECT_EQ(late.status, 504);
  EXPECT_THAT(late.body, HasSubstr("deadline_exceeded"));
}

}  // namespace
}  // namespace lepton::interop
