#include "triples_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.h"
#include "base/file.h"

namespace lepton::bench {

std::filesystem::path plain(std::filesystem::path const& file, std::filesystem::path const& scratch) {
  if (file.extension() != ".zst") return file;
  auto const target = scratch / file.stem();
  if (std::system(fmt::format("zstd -q -d -f '{}' -o '{}'", file.string(), target.string()).c_str()) != 0)
    throw unavailable("zstd could not unpack " + file.string());
  FileDescriptor const unpacked(::open(target.c_str(), O_RDONLY | O_CLOEXEC));
  if (::fsync(unpacked.get()) != 0) throw_errno(target.string());
  return target;
}

rdf::ParseOptions lenient() {
  rdf::ParseOptions options;
  options.recover = [](rdf::Problem const& /*problem*/) {};
  return options;
}

}  // namespace lepton::bench
