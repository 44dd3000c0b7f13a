#include "http/server.h"

#include <gmock/gmock.h>

#include <future>
#include <thread>

#include "base/error.h"
#include "http/testing_test.h"

namespace lepton::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Router echo_router() {
  Router router;
  router.add("GET", "/hello/{name}", [](Request& request) { return text("hello " + request.parameter("name")); });
  router.add("POST", "/echo", [](Request& request) { return text(request.body); }, {.max_body_bytes = 1000});
  router.add_async("POST", "/async", [](Request request, std::shared_ptr<Responder> responder) {
    responder->respond(text("async " + request.body));
  });
  router.add("GET", "/throws", [](Request&) -> Response { throw std::runtime_error("secret detail"); });
  router.add_async("GET", "/drops", [](Request const&, std::shared_ptr<Responder> const&) {});
  router.add("GET", "/injects", [](Request&) { return Response{200, {{"X", "a\r\nSet-Cookie: b"}}, "", {}}; });
  return router;
}

TEST(ServerTest, AnswersRequestsOneAfterAnotherOnOneConnection) {
  TestServer server(echo_router());
  auto client = server.client();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.send({.target = "/hello/ana%20b"}).body, "hello ana b");
    EXPECT_EQ(client.send({.method = "POST", .target = "/echo", .body = "payload"}).body, "payload");
    EXPECT_EQ(client.send({.method = "POST", .target = "/async", .body = "x"}).body, "async x");
  }
  EXPECT_THAT(server.metrics.render(), HasSubstr("lepton_http_requests_total{status=\"2xx\"} 9"));
  EXPECT_THAT(server.metrics.render(), HasSubstr("lepton_http_connections 1"));
}

TEST(ServerTest, AnswersPipelinedRequestsInOrder) {
  TestServer server(echo_router());
  RawClient client(server.server().port());
  std::string requests;
  for (int i = 0; i < 50; ++i)
    requests += i % 2 == 0 ? "GET /hello/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n"
                           : "POST /async HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n" + std::to_string(i + 10);
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 50; ++i) {
    auto const expected = i % 2 == 0 ? "\r\n\r\nhello " + std::to_string(i) : "\r\n\r\nasync " + std::to_string(i + 10);
    EXPECT_THAT(client.read_until(expected), ::testing::EndsWith(expected));
  }
}

TEST(ServerTest, StillAnswersAClientThatHasFinishedSending) {
  TestServer server(echo_router());
  RawClient client(server.server().port());
  client.send("GET /hello/a HTTP/1.1\r\nHost: a\r\n\r\nGET /hello/b HTTP/1.1\r\nHost: a\r\n\r\n");
  client.finish_sending();
  auto const all = client.read_all();
  EXPECT_THAT(all, HasSubstr("hello a"));
  EXPECT_THAT(all, HasSubstr("hello b"));
}

TEST(ServerTest, TellsTheDateAndLeavesTheBodyOutForHead) {
  TestServer server(echo_router());
  auto client = server.client();
  auto const answer = client.send({.method = "HEAD", .target = "/hello/a"});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(answer.content_length(), 7U);
  EXPECT_THAT(std::string(answer.headers.find("date").value_or("")), HasSubstr(" GMT"));
  EXPECT_EQ(client.send({.target = "/hello/a"}).body, "hello a");
}

TEST(ServerTest, AnswersWhatNoRouteKnows) {
  TestServer server(echo_router());
  auto client = server.client();
  auto const missing = client.send({.target = "/nothing"});
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.headers.find("Content-Type"), "application/problem+json");
  auto const wrong = client.send({.method = "DELETE", .target = "/echo"});
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.find("Allow"), "POST");
}

TEST(ServerTest, LimitsABufferedBody) {
  TestServer server(echo_router());
  auto client = server.client();
  EXPECT_EQ(client.send({.method = "POST", .target = "/echo", .body = std::string(1000, 'x')}).status, 200);
  EXPECT_EQ(client.send({.method = "POST", .target = "/echo", .body = std::string(1001, 'x')}).status, 413);
  EXPECT_EQ(client.send({.method = "POST", .target = "/echo", .body = std::string(5'000'000, 'x')}).status, 413);
  RawClient raw(server.server().port());
  raw.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x') +
           "\r\n");
  EXPECT_THAT(raw.read_all(), StartsWith("HTTP/1.1 413"));
}

TEST(ServerTest, SurvivesHandlersThatFail) {
  TestServer server(echo_router());
  auto client = server.client();
  auto const thrown = client.send({.target = "/throws"});
  EXPECT_EQ(thrown.status, 500);
  EXPECT_THAT(thrown.body, Not(HasSubstr("secret")));
  EXPECT_EQ(client.send({.target = "/drops"}).status, 500);
  auto const injected = client.send({.target = "/injects"});
  EXPECT_EQ(injected.status, 500);
  EXPECT_FALSE(injected.headers.find("Set-Cookie"));
  EXPECT_EQ(client.send({.target = "/hello/a"}).body, "hello a");
}

TEST(ServerTest, RefusesOtherAddressesWithoutTls) {
  EXPECT_THROW(TestServer(echo_router(), {.address = "0.0.0.0"}), Error);
  TestServer const allowed(echo_router(), {.address = "0.0.0.0", .insecure = true});
}

TEST(ServerTest, RefusesAnOccupiedPort) {
  TestServer first(echo_router());
  EXPECT_THROW(TestServer(echo_router(), {.port = first.server().port()}), Error);
}

TEST(ServerTest, FinishesRunningRequestsBeforeItStops) {
  std::promise<void> entered, release;
  Router router;
  router.add("GET", "/slow", [&](Request&) {
    entered.set_value();
    release.get_future().wait();
    return text("done");
  });
  TestServer server(std::move(router));
  auto idle = server.client();
  EXPECT_EQ(idle.send({.target = "/nothing"}).status, 404);
  auto answer = std::async(std::launch::async, [&] { return server.client().send({.target = "/slow"}); });
  entered.get_future().wait();
  auto drained = std::async(std::launch::async, [&] { return server.server().drain(std::chrono::seconds(20)); });
  while (true) {  // until nobody is accepted any more
    RawClient const late(server.server().port());
    if (!late.connected()) break;
  }
  release.set_value();
  EXPECT_TRUE(drained.get());
  auto const response = answer.get();
  EXPECT_EQ(response.body, "done");
  EXPECT_EQ(response.headers.find("Connection"), "close");
}

// The tick of its timer, or a connection just accepted, may be due at the very moment.
TEST(ServerTest, StopsAtAnyMoment) {
  for (int i = 0; i < 500; ++i) {
    TestServer server(echo_router(), {.idle_timeout = std::chrono::milliseconds(1)});
    RawClient const client(server.server().port());
    std::this_thread::sleep_for(std::chrono::microseconds(4900 + i % 250));
    if (i % 2 == 0) (void)server.server().drain(std::chrono::milliseconds(1));
    server.stop();
  }
}

TEST(ServerTest, CutsWhatDoesNotFinishInTime) {
  std::promise<void> entered;
  Router router;
  router.add("GET", "/forever", [&](Request& request) {
    entered.set_value();
    std::promise<void> stopped;
    std::stop_callback const on_stop(request.stop, [&] { stopped.set_value(); });
    stopped.get_future().wait();
    return text("late");
  });
  TestServer server(std::move(router));
  auto answer = std::async(std::launch::async, [&] { return server.client().send({.target = "/forever"}); });
  entered.get_future().wait();
  EXPECT_FALSE(server.server().drain(std::chrono::milliseconds(20)));
  EXPECT_THROW((void)answer.get(), Error);
}

TEST(ServerTest, TellsAHandlerThatTheClientHasGone) {
  std::promise<void> entered, stopped;
  Router router;
  router.add("GET", "/wait", [&](Request& request) {
    std::promise<void> gone;
    std::stop_callback const on_stop(request.stop, [&] { gone.set_value(); });
    entered.set_value();
    gone.get_future().wait();
    stopped.set_value();
    return text("");
  });
  TestServer server(std::move(router));
  RawClient client(server.server().port());
  client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  entered.get_future().wait();
  client.close();
  stopped.get_future().wait();
}

}  // namespace
}  // namespace lepton::http
