#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lepton::rdf {

/// Which files make up a store. Replacing it is what makes flushes, merges and bulk loads happen, all or nothing. A
/// plain value.
struct Manifest {
  std::uint64_t version = 0;       ///< of the last commit that is in the runs
  std::uint64_t log = 1;           ///< number of the first log whose commits are not in the runs
  std::uint64_t next_file = 1;     ///< no file has this number or a higher one
  std::vector<std::string> runs;   ///< file names, oldest first
  std::vector<std::string> terms;  ///< file names, of each kind in the sequence of numbers
  std::vector<std::string> texts;  ///< file names of indexes of literals, in the sequence of numbers

  /// Empty when there is none. Throws Error{unavailable} when it is damaged or of another format.
  [[nodiscard]] static std::optional<Manifest> find(std::filesystem::path const& directory);
  /// Replaces what is there, durably.
  void write(std::filesystem::path const& directory) const;
};

}  // namespace lepton::rdf
