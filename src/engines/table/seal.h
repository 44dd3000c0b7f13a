#pragma once

#include <linux/filter.h>

#include <filesystem>
#include <string>
#include <vector>

namespace lepton::table {

/// How far the kernel has shut a worker in: "landlock+seccomp", "seccomp", "landlock" or "none".
using Isolation = std::string;

/// What shuts the calling process in, made ready for it alone, not for its forks. One thread.
class Seal {
 public:
  Seal();

  /// For good; the process has one thread, so that all later ones inherit it. Afterwards it opens `readable` files for
  /// reading, does as it likes in `directory`, and no other file, no socket, no program, no process of others. What
  /// the kernel cannot do is left out and told by the result.
  [[nodiscard]] Isolation close(std::vector<std::filesystem::path> const& readable,
                                std::filesystem::path const& directory);

 private:
  std::vector<sock_filter> calls_;  ///< which system calls are allowed, as the kernel wants it; empty: cannot be made
};

}  // namespace lepton::table
