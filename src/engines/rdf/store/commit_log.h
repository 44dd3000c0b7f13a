#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/file.h"

namespace lepton::rdf {

/// An append-only file of records with checksums, each starting at a multiple of 8 bytes. One thread at a time. After
/// append or sync threw, what the last records hold is unknown: the log must be opened again.
class CommitLog {
 public:
  /// Creates the file when absent and hands every record to `replay`. A record cut off at the end, as a crash leaves
  /// it, is removed; one that is damaged with sound records behind it is Error{unavailable} with the file's name and
  /// place.
  CommitLog(std::filesystem::path const& path, std::function<void(std::string_view record)> const& replay);

  void append(std::string_view record);
  void sync();
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  std::string path_;
  FileDescriptor file_;
  std::uint64_t bytes_ = 0;
};

}  // namespace lepton::rdf
