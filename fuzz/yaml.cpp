// Any bytes as YAML (files of `lepton apply`, recipes, the server's configuration): refused with a place, or a value
// that is written and read back as itself.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "base/yaml.h"

namespace lepton {
namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

void check_bytes(std::string_view bytes) {
  std::vector<json::Value> documents;
  try {
    documents = parse_yaml(bytes, "f.yaml");
  } catch (Error const& error) {
    expect(error.code() == Code::invalid && std::string_view(error.what()).starts_with("f.yaml:"));
    return;
  }
  for (auto const& document : documents) {
    auto const again = parse_yaml(write_yaml(document), "again.yaml");
    expect(again.size() == 1 && json::write_canonical(again[0]) == json::write_canonical(document));
  }
}

}  // namespace
}  // namespace lepton

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
