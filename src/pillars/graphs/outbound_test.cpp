#include "graphs/outbound.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/guarded.h"
#include "http/testing_test.h"

namespace lepton::graphs {
namespace {

using testing::HasSubstr;

/// A service outside, with what it has heard.
class OutboundTest : public testing::Test {
 protected:
  void serve(http::Handler handler) {
    http::Router router;
    router.add("POST", "/sparql", [this, handler = std::move(handler)](http::Request& request) {
      *heard_.lock() = request;
      return handler(request);
    });
    server_.emplace(std::move(router));
    allow({server_->server().url() + "/sparql"});
  }
  void allow(std::vector<std::string> const& urls, OutboundLimits const& limits = {}) {
    outbound_.emplace(AllowedServices(urls), limits);
  }
  OutboundRequest request() {
    OutboundRequest out{.url = parse_service_url(server_->server().url() + "/sparql"), .request = {.method = "POST"}};
    out.request.body = "query=ASK{}";
    return out;
  }
  Error failure_of(Call const& call, OutboundRequest const& request) {
    try {
      (void)outbound_->send(call, request);
    } catch (Error const& error) {
      return error;
    }
    return internal("nothing was thrown");
  }

  SystemClock clock_;
  Call call_ = system_call(clock_);
  Guarded<http::Request> heard_;  ///< the latest
  std::optional<http::TestServer> server_;
  std::optional<Outbound> outbound_;
};

TEST_F(OutboundTest, SendsWhatItIsGivenAndNothingOfTheCaller) {
  serve([](http::Request&) { return http::text("yes"); });
  call_.trace.trace_id = "0123456789abcdef0123456789abcdef";
  EXPECT_EQ(outbound_->send(call_, request()).body, "yes");
  EXPECT_EQ(heard_.read()->body, "query=ASK{}");
  for (auto const* name : {"Authorization", "traceparent", "Cookie", "X-Request-Id", "Lepton-Purpose"})
    EXPECT_FALSE(heard_.read()->headers.find(name)) << name;
}

TEST_F(OutboundTest, ConnectsToNobodyElse) {
  serve([](http::Request&) { return http::text("yes"); });
  allow({"http://127.0.0.1:1/sparql"});
  EXPECT_EQ(failure_of(call_, request()).reason(), "service_not_allowed");
  EXPECT_EQ(heard_.read()->method, "");
}

TEST_F(OutboundTest, FollowsNoRedirect) {
  std::string target;
  serve([&](http::Request&) { return http::Response{307, {{"Location", target}}, "", {}}; });
  target = server_->server().url() + "/sparql";
  auto const error = failure_of(call_, request());
  EXPECT_EQ(error.code(), Code::unavailable);
  EXPECT_THAT(error.what(), HasSubstr("not followed"));
}

TEST_F(OutboundTest, SaysWhatTheServiceSaysOfARefusal) {
  int status = 400;
  serve([&](http::Request&) { return http::text("line 2:\n  syntax\terror", status); });
  auto const error = failure_of(call_, request());
  EXPECT_EQ(error.code(), Code::invalid);
  EXPECT_THAT(error.what(), HasSubstr("line 2: syntax error"));
  for (auto const& [answered, code] : {std::pair{401, Code::denied},
                                       {403, Code::denied},
                                       {404, Code::not_found},
                                       {500, Code::unavailable},
                                       {429, Code::unavailable}}) {
    status = answered;
    EXPECT_EQ(failure_of(call_, request()).code(), code) << answered;
  }
}

TEST_F(OutboundTest, EndsAnAnswerThatIsTooLarge) {
  serve([](http::Request&) {
    http::Response response;
    response.stream = [](http::BodySink& sink) {
      for (;;) sink.write(std::string(1024, 'x'));
    };
    return response;
  });
  auto large = request();
  large.most_bytes = 4096;
  EXPECT_EQ(failure_of(call_, large).reason(), "service_answer_size");
}

/// Holds requests until it is told to let them go.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
  }
  void await(int waiting) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= waiting; });
  }
  void open() {
    std::unique_lock const lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

TEST_F(OutboundTest, EndsByTheDeadlineOfTheCallOrOfTheService) {
  Gate gate;
  serve([&](http::Request&) {
    gate.wait();
    return http::text("late");
  });
  auto hasty = call_;
  hasty.deadline = clock_.steady() + std::chrono::milliseconds(50);
  EXPECT_EQ(failure_of(hasty, request()).reason(), "deadline_exceeded");
  auto slow = request();
  slow.timeout = std::chrono::milliseconds(50);
  auto const error = failure_of(call_, slow);
  EXPECT_EQ(error.reason(), "timeout");
  EXPECT_THAT(error.what(), HasSubstr("did not answer within"));
  gate.open();
  EXPECT_EQ(outbound_->send(call_, request()).body, "late") << "those who had no time did not make it rest";
}

TEST_F(OutboundTest, LetsFewWaitAndRefusesMoreAtOnce) {
  Gate gate;
  serve([&](http::Request&) {
    gate.wait();
    return http::text("yes");
  });
  allow({server_->server().url() + "/sparql"}, {.per_service = 2, .together = 3});
  std::vector<std::jthread> waiting;
  std::atomic<int> answered = 0;
  for (int i = 0; i < 2; ++i)
    waiting.emplace_back([&] { answered += outbound_->send(call_, request()).body == "yes"; });
  gate.await(2);
  auto const error = failure_of(call_, request());
  EXPECT_EQ(error.reason(), "service_busy");
  EXPECT_EQ(error.code(), Code::exhausted);
  EXPECT_TRUE(error.retry_after());
  gate.open();
  waiting.clear();
  EXPECT_EQ(answered, 2);
  EXPECT_EQ(outbound_->send(call_, request()).body, "yes");
}

TEST_F(OutboundTest, LeavesADeadServiceAloneAndFindsItAgain) {
  serve([](http::Request&) { return http::text("yes"); });
  auto const url = server_->server().url();
  auto const port = server_->server().port();
  allow({url}, {.failures = 2, .rest = std::chrono::milliseconds(100)});
  auto const asked = request();
  server_.reset();
  EXPECT_EQ(failure_of(call_, asked).reason(), "unreachable");
  EXPECT_EQ(failure_of(call_, asked).reason(), "unreachable");
  auto const error = failure_of(call_, asked);
  EXPECT_EQ(error.reason(), "service_rests");
  EXPECT_TRUE(error.retry_after());
  http::Router router;
  router.add("POST", "/sparql", [](http::Request&) { return http::text("back"); });
  server_.emplace(std::move(router), http::ServerOptions{.port = port});
  std::string body;
  for (auto const until = clock_.steady() + std::chrono::seconds(20); body.empty() && clock_.steady() < until;) {
    try {
      body = outbound_->send(call_, asked).body;
    } catch (Error const& late) {
      ASSERT_EQ(late.reason(), "service_rests") << late.what();
    }
  }
  EXPECT_EQ(body, "back");
}

}  // namespace
}  // namespace lepton::graphs
