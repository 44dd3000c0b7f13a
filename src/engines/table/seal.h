#pragma once

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
  ~Seal();
  Seal(Seal const&) = delete;
  Seal& operator=(Seal const&) = delete;

  /// For good; the process has one thread, so that all later ones inherit it. Afterwards it opens `readable` files for
  /// reading, does as it likes in `directory`, and no other file, no socket, no program, no process of others. What
  /// the kernel cannot do is left out and told by the result.
  [[nodiscard]] Isolation close(std::vector<std::filesystem::path> const& readable,
                                std::filesystem::path const& directory);

 private:
  void* calls_ = nullptr;  ///< libseccomp's filter; null when it cannot be made
};

}  // namespace lepton::table
