#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "base/encoding.h"
#include "base/error.h"
#include "base/random.h"

namespace lepton {

void FileDescriptor::reset() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

TemporaryDirectory::TemporaryDirectory(std::string const& prefix) {
  std::string pattern = (std::filesystem::temp_directory_path() / (prefix + ".XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) throw_errno(fmt::format("cannot create a directory like {}", pattern));
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void throw_errno(std::string const& what) {
  int const error = errno;
  std::string const message = fmt::format("{}: {}", what, std::strerror(error));
  if (error == ENOENT) throw not_found(message);
  if (error == ENOSPC || error == EDQUOT || error == EFBIG) throw exhausted(message).with_reason("disk_full");
  throw unavailable(message);
}

std::string read_file(std::filesystem::path const& path) {
  FileDescriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) throw_errno(fmt::format("cannot open {}", path.string()));
  std::string content;
  char buffer[65536];
  for (;;) {
    ssize_t const count = ::read(file.get(), buffer, sizeof buffer);
    if (count == 0) return content;
    if (count > 0)
      content.append(buffer, static_cast<std::size_t>(count));
    else if (errno != EINTR)
      throw_errno(fmt::format("cannot read {}", path.string()));
  }
}

void write_all(int fd, std::string_view bytes, std::string const& what) {
  while (!bytes.empty()) {
    ssize_t const count = ::write(fd, bytes.data(), bytes.size());
    if (count >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      throw_errno(fmt::format("cannot write {}", what));
  }
}

void sync_directory(std::filesystem::path const& directory) {
  FileDescriptor const handle(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!handle.open() || ::fsync(handle.get()) != 0) throw_errno(fmt::format("cannot sync {}", directory.string()));
}

void write_file_atomically(std::filesystem::path const& path, std::string_view content) {
  std::filesystem::path beside = path;
  beside += ".new-" + to_base32(random_bytes(5));
  try {
    FileDescriptor const file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file.open()) throw_errno(fmt::format("cannot create {}", beside.string()));
    write_all(file.get(), content, beside.string());
    if (::fsync(file.get()) != 0) throw_errno(fmt::format("cannot sync {}", beside.string()));
    if (::rename(beside.c_str(), path.c_str()) != 0) throw_errno(fmt::format("cannot replace {}", path.string()));
  } catch (Error const&) {
    ::unlink(beside.c_str());
    throw;
  }
  sync_directory(path.parent_path());
}

}  // namespace lepton
