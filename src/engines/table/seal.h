#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lepton::table {

/// How far the kernel has shut a worker in: "landlock+seccomp", "seccomp", "landlock" or "none".
using Isolation = std::string;

/// Shuts the calling process in for good; it must have one thread, so that all later ones inherit it. Afterwards it
/// opens `readable` files for reading, does as it likes in `directory`, and no other file, no socket, no program, no
/// process of others. What the kernel cannot do is left out and told by the result.
[[nodiscard]] Isolation seal_process(std::vector<std::filesystem::path> const& readable,
                                     std::filesystem::path const& directory);

}  // namespace lepton::table
