// Any bytes as a multipart form: its parts lie in it, in order, and what is read, written anew, reads back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "sparql_protocol/multipart.h"

namespace lepton::sparql_protocol {
namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

void check_bytes(std::string_view bytes) {
  try {
    auto const parts = read_form_parts(bytes, "b");
    std::string written;
    char const* end = bytes.data();
    for (auto const& part : parts) {
      expect(part.body.data() >= end && part.body.data() + part.body.size() <= bytes.data() + bytes.size());
      end = part.body.data() + part.body.size();
      written += "\r\n--b\r\nContent-Type: " + part.content_type + "\r\n\r\n" + std::string(part.body);
    }
    auto const again = read_form_parts(written + "\r\n--b--", "b");
    expect(again.size() == parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
      expect(again[i].body == parts[i].body && again[i].content_type == parts[i].content_type);
  } catch (Error const& error) {
    expect(error.code() == Code::invalid);
  }
}

}  // namespace
}  // namespace lepton::sparql_protocol

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::sparql_protocol::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
