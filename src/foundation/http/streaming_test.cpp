#include <gmock/gmock.h>

#include <future>

#include "base/error.h"
#include "http/testing_test.h"

namespace lepton::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string read_whole(Request& request) {
  std::string whole;
  for (auto piece = request.stream->read(); !piece.empty(); piece = request.stream->read()) whole += piece;
  return whole;
}

Router router() {
  Router routes;
  routes.add("POST", "/count", [](Request& request) { return text(std::to_string(read_whole(request).size())); },
             {.max_body_bytes = 64 << 20, .stream_body = true});
  routes.add("POST", "/small",
             [](Request& request) {
               try {
                 return text(read_whole(request));
               } catch (Error const& error) {
                 return text(std::string(error.reason()), 413);
               }
             },
             {.max_body_bytes = 10, .stream_body = true});
  routes.add("POST", "/refuse", [](Request&) { return text("no", 403); },
             {.max_body_bytes = 64 << 20, .stream_body = true});
  routes.add("GET", "/numbers/{count}", [](Request& request) {
    auto response = text("");
    response.stream = [count = std::stoi(request.parameter("count"))](BodySink& sink) {
      for (int i = 0; i < count; ++i) sink.write("line " + std::to_string(i) + "\n");
    };
    return response;
  });
  routes.add("GET", "/sized", [](Request&) {
    auto response = text("");
    response.headers.set("Content-Length", "200000");
    response.stream = [](BodySink& sink) { sink.write(std::string(200'000, 'x')); };
    return response;
  });
  routes.add("GET", "/breaks", [](Request&) {
    auto response = text("");
    response.stream = [](BodySink& sink) {
      sink.write("half");
      throw std::runtime_error("broken");
    };
    return response;
  });
  routes.add("GET", "/events", [](Request&) {
    auto response = text("");
    response.stream = [](BodySink& sink) {
      sink.write("event: log\nid: 1\ndata: a\ndata: b\n\n: a comment\n\ndata:c\n\n");
    };
    return response;
  });
  return routes;
}

std::function<std::string()> pieces(int count, std::size_t size) {
  return [left = count, size]() mutable { return left-- > 0 ? std::string(size, 'u') : std::string(); };
}

TEST(StreamingTest, UploadsOfKnownAndUnknownLengthArriveWhole) {
  TestServer server(router());
  auto client = server.client();
  EXPECT_EQ(client.send({.method = "POST", .target = "/count", .upload = pieces(400, 50'000)}).body, "20000000");
  EXPECT_EQ(client.send({.method = "POST", .target = "/count", .upload = pieces(4, 1000), .upload_bytes = 4000}).body,
            "4000");
  EXPECT_EQ(client.send({.method = "POST", .target = "/count", .body = std::string(3'000'000, 'b')}).body, "3000000");
  EXPECT_EQ(client.send({.method = "POST", .target = "/count"}).body, "0");
  EXPECT_THAT(server.metrics.render(), HasSubstr("lepton_http_connections 1"));
}

TEST(StreamingTest, ARefusedUploadIsNotSent) {
  TestServer server(router());
  auto client = server.client();
  int asked = 0;
  auto const answer = client.send({.method = "POST", .target = "/refuse", .upload = [&] {
                                     ++asked;
                                     return std::string(1000, 'x');
                                   }});
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(client.send({.method = "POST", .target = "/count", .body = "x"}).body, "1");
}

TEST(StreamingTest, AnAnswerBeforeTheBodyIsReadGetsThrough) {
  TestServer server(router());
  RawClient client(server.server().port());
  client.send("POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\n\r\n");
  for (int i = 0; i < 100 && client.send(std::string(100'000, 'x')); ++i) continue;
  EXPECT_THAT(client.read_until("\r\n\r\nno"), StartsWith("HTTP/1.1 403"));
}

TEST(StreamingTest, TheHandlerLearnsOfABodyThatIsTooLarge) {
  TestServer server(router());
  auto client = server.client();
  auto const answer = client.send({.method = "POST", .target = "/small", .upload = pieces(2, 8)});
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "body_too_large");
}

TEST(StreamingTest, LongAnswersArriveInPieces) {
  TestServer server(router());
  auto client = server.client();
  int lines = 0;
  bool right = true;
  auto const answer = client.send_lines({.target = "/numbers/100000"}, [&](std::string_view line) {
    right = right && line == "line " + std::to_string(lines++);
    return true;
  });
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(right);
  EXPECT_EQ(lines, 100'000);
  EXPECT_EQ(client.send({.target = "/numbers/2"}).body, "line 0\nline 1\n");
  EXPECT_THAT(server.metrics.render(), HasSubstr("lepton_http_connections 1"));
}

TEST(StreamingTest, AReaderMayStopEarly) {
  TestServer server(router());
  auto client = server.client();
  int lines = 0;
  auto const answer = client.send_lines({.target = "/numbers/100000"}, [&](std::string_view) { return ++lines < 3; });
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(lines, 3);
  EXPECT_EQ(client.send({.target = "/numbers/1"}).body, "line 0\n");
}

TEST(StreamingTest, AKnownLengthIsTold) {
  TestServer server(router());
  auto client = server.client();
  std::uint64_t told = 0;
  std::size_t got = 0;
  (void)client.send({.target = "/sized"}, [&](ClientResponse const& head, std::string_view piece) {
    told = head.content_length().value_or(0);
    got += piece.size();
  });
  EXPECT_EQ(told, 200'000U);
  EXPECT_EQ(got, 200'000U);
}

TEST(StreamingTest, AnAnswerThatBreaksOffIsNotTakenForWhole) {
  TestServer server(router());
  auto client = server.client();
  EXPECT_THROW((void)client.send({.target = "/breaks"}), Error);
  RawClient raw(server.server().port());
  raw.send("GET /breaks HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(raw.read_all(), Not(HasSubstr("\r\n0\r\n")));
}

TEST(StreamingTest, Http10GetsAStreamUntilTheEndOfTheConnection) {
  TestServer server(router());
  RawClient raw(server.server().port());
  raw.send("GET /numbers/2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(raw.read_all(), ::testing::EndsWith("\r\n\r\nline 0\nline 1\n"));
}

TEST(StreamingTest, EventsAreReadAsTheStandardSays) {
  TestServer server(router());
  auto client = server.client();
  std::vector<std::string> seen;
  (void)client.send_events({.target = "/events"}, [&](Event const& event) {
    seen.push_back(event.type + "|" + event.id + "|" + event.data);
    return true;
  });
  EXPECT_THAT(seen, ElementsAre("log|1|a\nb", "message|1|c"));
}

TEST(StreamingTest, ASlowReaderHoldsTheWriterNotTheMemory) {
  std::atomic<std::size_t> written{0};
  std::promise<void> ended;
  Router routes;
  routes.add("GET", "/endless", [&](Request&) {
    Response response;
    response.stream = [&](BodySink& sink) {
      std::string const piece(64 << 10, 'x');
      try {
        for (;;) {
          sink.write(piece);
          written += piece.size();
        }
      } catch (Error const& error) {
        EXPECT_EQ(error.code(), Code::cancelled);
        ended.set_value();
        throw;
      }
    };
    return response;
  });
  TestServer server(std::move(routes),
                    {.stream_buffer_bytes = 128 << 10, .write_timeout = std::chrono::milliseconds(60)});
  RawClient raw(server.server().port());
  raw.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
  ended.get_future().wait();
  EXPECT_LT(written.load(), 20U << 20);  // the kernel's buffers, and ours
}

TEST(StreamingTest, ASlowHandlerHoldsTheSenderNotTheMemory) {
  std::promise<void> go;
  auto gate = go.get_future().share();
  Router routes;
  routes.add("POST", "/later",
             [gate](Request& request) {
               auto const first = request.stream->read();
               gate.wait();
               return text(std::to_string(first.size() + read_whole(request).size()));
             },
             {.max_body_bytes = 1 << 30, .stream_body = true});
  TestServer server(std::move(routes), {.stream_buffer_bytes = 128 << 10});
  auto client = server.client();
  std::atomic<int> given{0};
  auto answer = std::async(std::launch::async, [&] {
    return client.send({.method = "POST", .target = "/later", .upload = [&] {
                          return given++ < 600 ? std::string(100'000, 'x') : std::string();
                        }});
  });
  // The sender comes to rest long before it has given everything.
  for (int before = -1; before != given.load();) {
    before = given.load();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  EXPECT_LT(given.load(), 300);
  go.set_value();
  EXPECT_EQ(answer.get().body, "60000000");
}

TEST(StreamingTest, ABodyThatBreaksOffEndsTheHandler) {
  std::promise<Code> failed;
  Router routes;
  routes.add("POST", "/",
             [&](Request& request) {
               try {
                 return text(read_whole(request));
               } catch (Error const& error) {
                 failed.set_value(error.code());
                 throw;
               }
             },
             {.stream_body = true});
  TestServer server(std::move(routes));
  RawClient raw(server.server().port());
  raw.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
  raw.close();
  EXPECT_EQ(failed.get_future().get(), Code::cancelled);
}

TEST(StreamingTest, ABodyThatComesTooSlowlyFailsTheRead) {
  Router routes;
  routes.add("POST", "/",
             [&](Request& request) {
               try {
                 return text(read_whole(request));
               } catch (Error const& error) {
                 return text(std::string(error.reason()), 408);
               }
             },
             {.stream_body = true});
  TestServer server(std::move(routes), {.body_timeout = std::chrono::milliseconds(40)});
  RawClient raw(server.server().port());
  raw.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
  auto const answer = raw.read_until("body_timeout");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
}

}  // namespace
}  // namespace lepton::http
