#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include "base/file.h"

namespace lepton {

/// A file system in memory of a few MiB, to test what happens when a disk is full. For tests only; unmounted at the
/// end.
class TestDisk {
 public:
  explicit TestDisk(std::size_t bytes) {
    auto const options = fmt::format("size={}", bytes);
    mounted_ = ::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~TestDisk() {
    if (mounted_) ::umount2(directory_.path().c_str(), MNT_DETACH);
  }
  TestDisk(TestDisk const&) = delete;
  TestDisk& operator=(TestDisk const&) = delete;

  /// Why there is none on this machine: for GTEST_SKIP.
  [[nodiscard]] std::optional<std::string> missing() const {
    return mounted_ ? std::nullopt : std::optional<std::string>("a small file system can be mounted by root only");
  }
  [[nodiscard]] std::filesystem::path const& path() const { return directory_.path(); }
  /// Leaves this many bytes free, or fewer.
  void fill(std::size_t leave) const {
    auto const free = std::filesystem::space(path()).available;
    if (free <= leave) return;
    FileDescriptor const file(::open((path() / "filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    write_all(file.get(), std::string(free - leave, 'x'), "filler");
  }
  void empty() const { std::filesystem::remove(path() / "filler"); }

 private:
  TemporaryDirectory directory_{"lepton-disk"};
  bool mounted_ = false;
};

}  // namespace lepton
