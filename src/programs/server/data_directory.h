#pragma once

#include <filesystem>

#include "base/file.h"

namespace lepton::server {

/// The data directory of one running server: created with mode 0700 when absent and locked as long as this lives, so
/// that two servers never write into one. Owned by the composition root; the lock dies with the process.
class DataDirectory {
 public:
  /// Throws Error{conflict} when another server holds it, {unavailable} when it cannot be made or written.
  explicit DataDirectory(std::filesystem::path path);
  [[nodiscard]] std::filesystem::path operator/(std::string const& name) const { return path_ / name; }
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
  FileDescriptor lock_;
};

}  // namespace lepton::server
