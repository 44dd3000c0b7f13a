#include "http/client.h"

#include <gmock/gmock.h>

#include <future>

#include "base/error.h"
#include "http/target.h"
#include "http/testing_test.h"

namespace lepton::http {
namespace {

Code code_of(std::function<void()> const& action) {
  try {
    action();
  } catch (Error const& error) {
    return error.code();
  }
  ADD_FAILURE() << "nothing was thrown";
  return Code::internal;
}

TEST(OriginTest, ReadsBaseUrls) {
  auto const origin = parse_origin("https://[::1]:8443/lepton/");
  EXPECT_TRUE(origin.tls);
  EXPECT_EQ(origin.host, "::1");
  EXPECT_EQ(origin.port, "8443");
  EXPECT_EQ(origin.prefix, "/lepton");
  EXPECT_EQ(origin.authority(), "[::1]:8443");
  EXPECT_EQ(parse_origin("http://example.com").authority(), "example.com");
  for (auto const* bad : {"", "example.com", "ftp://a", "http://", "http://a:b", "http://a@b", "http://[::1"})
    EXPECT_THROW((void)parse_origin(bad), Error) << bad;
}

TEST(ClientTest, SaysThatNobodyListens) {
  std::uint16_t port = 0;
  {
    TestServer server{Router()};
    port = server.server().port();
  }
  Client client({.base_url = "http://127.0.0.1:" + std::to_string(port)});
  EXPECT_EQ(code_of([&] { (void)client.send({}); }), Code::unavailable);
}

TEST(ClientTest, GivesUpOnASilentServer) {
  std::promise<void> release;
  auto gate = release.get_future().share();
  Router router;
  router.add("GET", "/", [gate](Request&) {
    gate.wait();
    return text("late");
  });
  TestServer server(std::move(router));
  Client client({.base_url = server.server().url(), .idle_timeout = std::chrono::milliseconds(30)});
  EXPECT_EQ(code_of([&] { (void)client.send({}); }), Code::unavailable);
  release.set_value();
  EXPECT_EQ(client.send({.idle_timeout = std::chrono::seconds(20)}).body, "late");
}

TEST(ClientTest, EndsAtItsDeadlineHoweverMuchTheServerSends) {
  Router router;
  router.add("GET", "/", [](Request&) {
    Response response;
    response.stream = [](BodySink& sink) {
      for (;;) sink.write("still here ");
    };
    return response;
  });
  TestServer server(std::move(router));
  Client client({.base_url = server.server().url(),
                 .deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(200)});
  std::size_t pieces = 0;
  EXPECT_EQ(code_of([&] { (void)client.send({}, [&](ClientResponse const&, std::string_view) { ++pieces; }); }),
            Code::unavailable);
  EXPECT_GT(pieces, 0u);
}

TEST(ClientTest, EndsARequestWhenAskedToStop) {
  std::stop_source stop;
  Router router;
  router.add("GET", "/", [&](Request& request) {
    stop.request_stop();
    std::promise<void> gone;
    std::stop_callback const on_stop(request.stop, [&] { gone.set_value(); });
    gone.get_future().wait();
    return text("");
  });
  TestServer server(std::move(router));
  Client client({.base_url = server.server().url(), .stop = stop.get_token()});
  EXPECT_EQ(code_of([&] { (void)client.send({}); }), Code::cancelled);
}

TEST(ClientTest, ConnectsAnewWhenTheServerHasRestarted) {
  auto const make = [] {
    Router router;
    router.add("POST", "/", [](Request&) { return text("here"); });
    return router;
  };
  auto first = std::make_unique<TestServer>(make());
  auto const port = first->server().port();
  Client client({.base_url = first->server().url()});
  EXPECT_EQ(client.send({.method = "POST"}).body, "here");
  first.reset();
  TestServer const second(make(), {.port = port});
  EXPECT_EQ(client.send({.method = "POST"}).body, "here");
}

TEST(ClientTest, SendsItsHeadersAndRefusesLineEndsInThem) {
  Router router;
  router.add("GET", "/",
             [](Request& request) { return text(std::string(request.headers.find("Authorization").value_or(""))); });
  TestServer server(std::move(router));
  Client client({.base_url = server.server().url(), .headers = {{"Authorization", "Bearer x"}}});
  EXPECT_EQ(client.send({}).body, "Bearer x");
  EXPECT_EQ(code_of([&] { (void)client.send({.headers = {{"X", "a\r\nY: b"}}}); }), Code::invalid);
  EXPECT_EQ(code_of([&] { (void)client.send({.target = "/a b"}); }), Code::invalid);
}

}  // namespace
}  // namespace lepton::http
