#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace lepton {

/// Owns a POSIX file descriptor. Movable; one thread at a time.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

/// A new directory under $TMPDIR, removed with all it holds at the end of its life.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(std::string const& prefix = "lepton");
  ~TemporaryDirectory();
  TemporaryDirectory(TemporaryDirectory const&) = delete;
  TemporaryDirectory& operator=(TemporaryDirectory const&) = delete;
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Throws Error{not_found} or {unavailable} with the path and the system's reason.
[[nodiscard]] std::string read_file(std::filesystem::path const& path);

/// Replaces the file as a whole: written beside it, synced, renamed, and its directory synced. After a crash the old or
/// the new content is there, never a part. Throws Error{exhausted} on a full disk, leaving the old content.
void write_file_atomically(std::filesystem::path const& path, std::string_view content);

/// Makes renames and removals in `directory` durable.
void sync_directory(std::filesystem::path const& directory);

/// Writes everything or throws: Error{exhausted} on a full disk or quota, else Error{unavailable}; `what` names the
/// file.
void write_all(int fd, std::string_view bytes, std::string const& what);

/// An Error that says what failed and why, from errno: ENOENT → not_found, ENOSPC and EDQUOT → exhausted, else
/// unavailable.
[[noreturn]] void throw_errno(std::string const& what);

}  // namespace lepton
