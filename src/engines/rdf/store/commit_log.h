#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace lepton::rdf {

/// An append-only file of records with checksums, each starting at a multiple of 8 bytes. One thread at a time. After
/// append or sync threw, what the last records hold is unknown: the log must be opened again.
class CommitLog {
 public:
  /// Whether a crash may have cut the last record off.
  enum class Tail { may_be_torn, complete };

  /// Creates the file when absent and hands every record to `replay`. A torn tail is removed; any other damage is
  /// Error{unavailable} with the file's name and place.
  CommitLog(std::filesystem::path const& path, std::function<void(std::string_view record)> const& replay, Tail tail);

  void append(std::vector<std::string_view> const& records);
  void sync();
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  std::string path_;
  FileDescriptor file_;
  std::uint64_t bytes_ = 0;
};

}  // namespace lepton::rdf
