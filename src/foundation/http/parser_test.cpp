#include "http/parser.h"

#include <gtest/gtest.h>

namespace lepton::http {
namespace {

/// Shows the bytes as they would arrive one by one, with those that the parser has left; what it had read at the end.
template <bool is_request>
std::size_t put_one_by_one(Parser<is_request>& parser, std::string_view bytes) {
  std::size_t used = 0;
  SystemError error;
  for (std::size_t end = 1; end <= bytes.size() && !parser.is_done(); ++end) {
    used += parser.put(asio::buffer(bytes.data() + used, end - used), error);
    if (error && error != beast_http::error::need_more) return 0;
  }
  return used;
}

// Found by fuzz_http_request: an assertion of Beast ended the process.
TEST(Parser, ABodyOfTheLastChunkAloneMayComeInPieces) {
  std::string const message = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  Parser<true> parser;
  EXPECT_EQ(put_one_by_one(parser, message + "GET"), message.size());
  EXPECT_TRUE(parser.is_done());
  EXPECT_EQ(parser.body, "");
}

TEST(Parser, BytesOfAChunkAreHandedOnAsTheyCome) {
  Parser<true> parser;
  put_one_by_one(parser, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc");
  EXPECT_EQ(parser.body, "abc");
  EXPECT_FALSE(parser.is_done());
}

TEST(Parser, AnAnswersTrailersMayComeInPieces) {
  std::string const message = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n";
  Parser<false> parser;
  EXPECT_EQ(put_one_by_one(parser, message), message.size());
  EXPECT_TRUE(parser.is_done());
  EXPECT_EQ(parser.body, "a");
}

}  // namespace
}  // namespace lepton::http
