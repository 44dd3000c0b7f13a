#pragma once

#include <filesystem>
#include <vector>

#include "base/file.h"

namespace lepton {

/// What a process may reach of the file system, by Landlock (Linux 5.13; landlock(7)): files below `readable` may be
/// read and run, files below `writable` also changed; all else does not open. On newer kernels it also signals no
/// process but its own. Everything that the process starts is held by the same rules. Paths that do not exist are left
/// out.
struct Confinement {
  std::vector<std::filesystem::path> readable;
  std::vector<std::filesystem::path> writable;
};

/// Whether this kernel can.
[[nodiscard]] bool can_confine();

/// The rules as a descriptor for landlock_restrict_self. Throws Error{unavailable} when the kernel refuses.
[[nodiscard]] FileDescriptor make_landlock_ruleset(Confinement const& confinement);

/// The directories of the programs and libraries that this process runs: what a child that is the same program needs.
[[nodiscard]] std::vector<std::filesystem::path> directories_of_this_program();

}  // namespace lepton
