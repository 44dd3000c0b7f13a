#pragma once

#include <filesystem>

/// What a disk would hold if the power were cut: of every file what it held when it was last synced. For a process that
/// is killed while this watches its syncs; it may hold less than a real disk, which writes on its own account, too.
namespace lepton::crash {

/// From now on every fsync and fdatasync of this process and its children keeps a copy of its file in `kept`, before it
/// returns. An empty path ends that.
void watch_syncs(std::filesystem::path const& kept);

/// Brings the files below `directory` into the state that their last syncs left, those that never had one emptied.
void cut_power(std::filesystem::path const& directory, std::filesystem::path const& kept);

}  // namespace lepton::crash
