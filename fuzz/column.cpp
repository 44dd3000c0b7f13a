// Any bytes at all as a compressed column: it is refused, or its values are written and read again the same.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "rdf/store/column_codec.h"

namespace lepton::rdf {
namespace {

using Values = std::array<TermId, column_rows>;

/// Readers may look at the 8 bytes behind a column, as files allow.
bool decode(std::string_view bytes, std::size_t count, Values& into) {
  std::string const padded = std::string(bytes) + std::string(8, '\0');
  return decode_column(padded.data(), bytes.size(), count, into.data());
}

void check_bytes(std::string_view bytes) {
  if (bytes.size() < 2) return;
  std::uint16_t count = 0;
  std::memcpy(&count, bytes.data(), sizeof count);
  count = static_cast<std::uint16_t>(count % (column_rows + 1));
  Values values;
  if (!decode(bytes.substr(2), count, values) || count == 0) return;
  std::string again;
  encode_column({values.data(), count}, again);
  Values read;
  if (!decode(again, count, read) || !std::equal(read.begin(), read.begin() + count, values.begin())) std::abort();
}

}  // namespace
}  // namespace lepton::rdf

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::rdf::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
