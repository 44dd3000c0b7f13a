// What no decent client sends: each case is a request as bytes and the status it must get.
#include <gmock/gmock.h>

#include "http/testing_test.h"

namespace lepton::http {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

Router router() {
  Router routes;
  routes.add("GET", "/", [](Request&) { return text("root"); });
  routes.add("GET", "/files/{path...}", [](Request& request) { return text(request.parameter("path")); });
  routes.add("POST", "/", [](Request& request) { return text("got " + request.body); });
  return routes;
}

struct Case {
  std::string name;
  std::string request;
  int status;
};

class MalformedTest : public ::testing::TestWithParam<Case> {};

TEST_P(MalformedTest, IsRefusedAndTheConnectionEnds) {
  TestServer server(router());
  RawClient client(server.server().port());
  client.send(GetParam().request);
  auto const answer = client.read_all();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(GetParam().status) + " "));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_THAT(answer, Not(HasSubstr("smuggled")));
}

std::string const smuggled = "GET /files/smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

INSTANTIATE_TEST_SUITE_P(
    Requests, MalformedTest,
    ::testing::Values(
        Case{
            "length_and_chunked",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
            400},
        Case{
            "chunked_and_length",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n" + smuggled,
            400},
        Case{"two_lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n" + smuggled,
             400},
        Case{"same_length_twice",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n" + smuggled, 400},
        Case{"list_of_lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0, 0\r\n\r\n" + smuggled, 400},
        Case{"negative_length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n" + smuggled, 400},
        Case{"length_with_plus", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc" + smuggled, 400},
        Case{"length_too_long",
             "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n" + smuggled, 400},
        Case{"other_encoding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n" + smuggled, 400},
        Case{"chunked_twice",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" + smuggled, 400},
        Case{"chunked_not_last",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n" + smuggled, 400},
        Case{"chunked_in_http_1_0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled, 400},
        Case{"tab_before_chunked",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b"
             "chunked\r\n\r\n0\r\n\r\n" +
                 smuggled,
             400},
        Case{"bad_chunk_size",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n", 400},
        Case{"huge_chunk_size",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc", 400},
        Case{"endless_chunk_extension",
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;" + std::string(10'000, 'x'), 400},
        Case{"folded_field", "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n" + smuggled, 400},
        Case{"space_before_colon", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 44\r\n\r\n" + smuggled, 400},
        Case{"bare_line_feed", "GET / HTTP/1.1\nHost: a\n\n" + smuggled + smuggled, 505},
        Case{"bare_line_feed_between_fields", "POST / HTTP/1.1\r\nHost: a\nContent-Length: 3\r\n\r\nabc" + smuggled,
             400},
        Case{"no_host", "GET / HTTP/1.1\r\n\r\n" + smuggled, 400},
        Case{"two_hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + smuggled, 400},
        Case{"no_http", "hello world\r\n\r\n", 400},
        Case{"tls_to_a_plain_port", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},
        Case{"http_2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        Case{"relative_target", "GET files HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled, 400},
        Case{"dot_segments", "GET /files/../secret HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Case{"encoded_dot_segments", "GET /files/%2e%2e/secret HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Case{"dot_segments_behind_encoded_slash", "GET /files/a%2f..%2fsecret HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Case{"encoded_nul", "GET /files/a%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Case{"broken_escape", "GET /files/%g0 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Case{"unknown_expectation", "POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 3\r\n\r\n", 417},
        Case{"large_field", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n", 431},
        Case{"long_target", "GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431}),
    [](auto const& one) { return one.param.name; });

TEST(MalformedConnectionTest, ManyFieldsAreRefused) {
  TestServer server(router());
  RawClient client(server.server().port());
  std::string request = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 20'000; ++i) request += "X-" + std::to_string(i) + ": y\r\n";
  client.send(request + "\r\n");
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 431 "));
}

TEST(MalformedConnectionTest, AnEmptyLineBeforeARequestIsSkipped) {
  TestServer server(router());
  RawClient client(server.server().port());
  client.send("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.read_until("root"), StartsWith("HTTP/1.1 200 OK"));
}

TEST(MalformedConnectionTest, ARequestByteByByteIsARequest) {
  TestServer server(router());
  RawClient client(server.server().port());
  for (char const byte : std::string("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                     "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: y\r\n\r\n"))
    client.send(std::string_view(&byte, 1));
  EXPECT_THAT(client.read_until("got abcde"), StartsWith("HTTP/1.1 200 OK"));
}

TEST(MalformedConnectionTest, AbsoluteTargetsAreUnderstood) {
  TestServer server(router());
  RawClient client(server.server().port());
  client.send("GET http://other.example/files/x?a=b HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\nx"), StartsWith("HTTP/1.1 200 OK"));
}

TEST(MalformedConnectionTest, Http10EndsTheConnection) {
  TestServer server(router());
  RawClient client(server.server().port());
  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_all(), HasSubstr("Connection: close\r\n\r\nroot"));
}

ServerOptions impatient() {
  ServerOptions options;
  options.header_timeout = options.body_timeout = options.idle_timeout = std::chrono::milliseconds(40);
  options.linger = std::chrono::milliseconds(40);
  options.min_body_rate = 1'000'000;
  return options;
}

TEST(SlowClientTest, AHeaderThatDoesNotEndIsRefused) {
  TestServer server(router(), impatient());
  RawClient client(server.server().port());
  client.send("GET / HTTP/1.1\r\nHost: ");
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 408 "));
}

TEST(SlowClientTest, BytesNowAndThenDoNotExtendTheHeadersTime) {
  TestServer server(router(), impatient());
  RawClient client(server.server().port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
  while (client.send("y")) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // until the server has enough
}

TEST(SlowClientTest, ABodyThatDoesNotComeIsRefused) {
  TestServer server(router(), impatient());
  RawClient client(server.server().port());
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_THAT(client.read_all(), StartsWith("HTTP/1.1 408 "));
}

TEST(SlowClientTest, AnIdleConnectionIsClosedWithoutAWord) {
  TestServer server(router(), impatient());
  RawClient client(server.server().port());
  EXPECT_THAT(client.read_all(), IsEmpty());
  RawClient second(server.server().port());
  second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(second.read_all(), ::testing::EndsWith("root"));
}

}  // namespace
}  // namespace lepton::http
