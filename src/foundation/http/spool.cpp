#include "http/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace lepton::http {
namespace {
constexpr std::size_t kMostInMemory = 1 << 20;
}

void Spool::write(std::string_view bytes) {
  size_ += bytes.size();
  memory_ += bytes;
  if (memory_.size() < kMostInMemory) return;
  if (!file_.open()) {
    file_ =
        FileDescriptor(::open(std::filesystem::temp_directory_path().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file_.open()) throw_errno("cannot keep what is sent in the temporary directory");
  }
  write_all(file_.get(), memory_, "what is sent");
  memory_.clear();
}

std::size_t Spool::read(std::uint64_t at, std::span<char> into) const {
  std::uint64_t const in_file = size_ - memory_.size();
  if (at >= in_file) {
    auto const rest = std::string_view(memory_).substr(std::min<std::uint64_t>(at - in_file, memory_.size()));
    auto const count = std::min(rest.size(), into.size());
    std::copy_n(rest.begin(), count, into.begin());
    return count;
  }
  auto const count = ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(at));
  if (count < 0) throw_errno("cannot read back from the temporary directory");
  return static_cast<std::size_t>(count);
}

void Spool::copy_to(BodySink& sink) const {
  std::string piece(256 << 10, '\0');
  std::uint64_t at = 0;
  while (auto const count = read(at, piece)) {
    sink.write(std::string_view(piece).substr(0, count));
    at += count;
  }
}

}  // namespace lepton::http
