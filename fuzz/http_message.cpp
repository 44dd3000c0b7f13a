// Any bytes at all: the parser of LEPTON_FUZZ_REQUEST (a server's requests, a client's responses) ends, and reads the
// same message however the bytes are cut into pieces. Two readings of one message are how requests are smuggled.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "http/parser.h"
#include "http/router.h"
#include "http/target.h"

namespace lepton::http {
namespace {

using FuzzedParser = Parser<LEPTON_FUZZ_REQUEST>;

void expect(bool condition) {
  if (!condition) std::abort();
}

struct Message {
  FuzzedParser parser;
  SystemError error;
  std::size_t used = 0;
};

/// As a connection does it: bytes that the parser leaves are shown to it again, with those that came meanwhile.
void read(Message& message, std::string_view bytes, std::size_t step) {
  auto& parser = message.parser;
  std::size_t end = 0;
  while (!message.error && !parser.is_done() && end < bytes.size()) {
    end = step < bytes.size() - end ? end + step : bytes.size();
    for (std::size_t used = 1; used > 0 && !message.error && !parser.is_done() && message.used < end;) {
      used = parser.put(asio::buffer(bytes.data() + message.used, end - message.used), message.error);
      if (message.error == beast_http::error::need_more) message.error = {};
      message.used += used;
    }
  }
}

void check_target(std::string_view text) {
  static Router const router = [] {
    Router routes;
    auto const nothing = [](Request&) { return Response(); };
    for (auto const* const path : {"/", "/v2/models/{model}/infer", "/v1/jobs/{job}:cancel", "/files/{path...}"})
      routes.add("GET", path, nothing);
    return routes;
  }();
  auto const target = parse_target(text);
  if (!target) return;
  expect(target->path.starts_with('/') && target->path.find('\0') == std::string::npos);
  expect(("/" + target->path + "/").find("/../") == std::string::npos);
  auto const match = router.match("GET", target->raw_path);
  expect(match.route != nullptr || match.parameters.empty());
}

void check_bytes(std::string_view bytes) {
  Message whole;
  Message pieces;
  read(whole, bytes, bytes.size());
  read(pieces, bytes, 1);
  expect(whole.parser.is_header_done() == pieces.parser.is_header_done());
  expect(whole.parser.is_done() == pieces.parser.is_done());
  if (!whole.parser.is_header_done()) return;
  expect(whole.parser.method == pieces.parser.method && whole.parser.target == pieces.parser.target);
  expect(whole.parser.status == pieces.parser.status && whole.parser.version == pieces.parser.version);
  expect(std::equal(whole.parser.headers.begin(), whole.parser.headers.end(), pieces.parser.headers.begin(),
                    pieces.parser.headers.end()));
  expect(whole.parser.body == pieces.parser.body);
  if (whole.parser.is_done()) expect(whole.used == pieces.used);
  check_target(whole.parser.target);
}

}  // namespace
}  // namespace lepton::http

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::http::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
