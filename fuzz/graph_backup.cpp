// A backup of a graph as somebody might have made it: it is read, or called damaged.
#include <cstdlib>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "graphs/backup.h"

namespace lepton::graphs {
namespace {

class Dropped : public rdf::QuadSink {
 public:
  void quad(rdf::QuadView const& /*quad*/) override {}
};

/// The input is the whole file, or stands between a sound first and last line, as its first byte says: so most inputs
/// come as far as the parser, and fail at the digest.
std::string file_of(std::string_view input) {
  if (input.empty() || input[0] % 4 == 0) return std::string(input.substr(input.empty() ? 0 : 1));
  rdf::StringSink sink;
  BackupHeader const header{.graph = "a/b",
                            .commit = 1,
                            .description = {},
                            .tags = {},
                            .rules = {},
                            .shapes = {},
                            .made_by = "x",
                            .made_at = {}};
  BackupWriter writer(sink, header);
  sink.text += input.substr(1);
  writer.finish();
  return sink.text;
}

void check_bytes(std::string_view input) {
  static TemporaryDirectory const folder("fuzz");
  static SystemClock const clock;
  auto const path = folder.path() / "backup";
  std::ofstream(path, std::ios::binary | std::ios::trunc) << file_of(input);
  try {
    BackupReader const backup(path);
    Dropped dropped;
    backup.read(system_call(clock), dropped);
  } catch (Error const& error) {
    if (error.reason() != "backup_damaged") std::abort();
  }
}

}  // namespace
}  // namespace lepton::graphs

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::graphs::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
