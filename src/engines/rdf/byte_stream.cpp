#include "rdf/byte_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace lepton::rdf {

std::size_t StringSource::read(std::span<char> into) {
  std::size_t const count = std::min({rest_.size(), into.size(), step_});
  std::memcpy(into.data(), rest_.data(), count);
  rest_.remove_prefix(count);
  return count;
}

FileSource::FileSource(std::filesystem::path const& path)
    : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (!file_.open()) throw_errno("open " + path.string());
}

std::size_t FileSource::read(std::span<char> into) {
  for (;;) {
    ssize_t const count = ::read(file_.get(), into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw_errno("read " + path_.string());
  }
}

}  // namespace lepton::rdf
