#include "native/spool.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

namespace lepton::native {
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
    if (!file_.open()) throw_errno("cannot hold the answer in the temporary directory");
  }
  write_all(file_.get(), memory_, "the answer");
  memory_.clear();
}

void Spool::copy_to(http::BodySink& sink) const {
  if (file_.open()) {
    std::string piece(256 << 10, '\0');
    for (off_t at = 0;;) {
      auto const count = ::pread(file_.get(), piece.data(), piece.size(), at);
      if (count < 0) throw_errno("cannot read the answer back");
      if (count == 0) break;
      sink.write(std::string_view(piece).substr(0, static_cast<std::size_t>(count)));
      at += count;
    }
  }
  if (!memory_.empty()) sink.write(memory_);
}

}  // namespace lepton::native
