// Any bytes as JSON: refused with a place, or a value whose every spelling reads back as itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "base/json.h"

namespace lepton::json {
namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

void check_bytes(std::string_view bytes) {
  Value value;
  try {
    value = parse(bytes);
  } catch (Error const& error) {
    expect(error.code() == Code::invalid);
    return;
  }
  auto const canonical = write_canonical(value);
  expect(write_canonical(parse(write(value))) == canonical);
  expect(write_canonical(parse(write_pretty(value))) == canonical);
  expect(write_canonical(parse(canonical)) == canonical);
}

}  // namespace
}  // namespace lepton::json

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::json::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
