// Any bytes as CSV: what is read, written with every field quoted, reads back as the same records.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "learn/csv.h"

namespace lepton::learn {
namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

using Records = std::vector<std::vector<std::string>>;

/// As far as it is CSV.
Records read(std::string_view text) {
  Records records;
  CsvReader reader(text);
  std::vector<std::string_view> fields;
  std::size_t line = 0;
  try {
    while (reader.next(fields)) {
      expect(!fields.empty() && reader.line() > line);
      line = reader.line();
      records.emplace_back(fields.begin(), fields.end());
    }
  } catch (Error const& error) {
    expect(error.code() == Code::invalid);
  }
  return records;
}

void check_bytes(std::string_view bytes) {
  Records const records = read(bytes);
  std::string written;
  for (auto const& record : records) {
    for (auto const& field : record) {
      written += written.empty() || written.ends_with('\n') ? "\"" : ",\"";
      for (char const c : field) written.append(c == '"' ? 2 : 1, c);
      written += '"';
    }
    written += '\n';
  }
  expect(read(written) == records);
}

}  // namespace
}  // namespace lepton::learn

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::learn::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
