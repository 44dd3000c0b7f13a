#pragma once

#include <filesystem>
#include <string_view>

#include "base/file.h"

namespace lepton::native {

/// A file that lives as long as the request it came with. One thread.
class UploadedFile {
 public:
  /// In a directory for uploads, under a name of its own.
  explicit UploadedFile(std::filesystem::path const& directory);
  ~UploadedFile();
  UploadedFile(UploadedFile const&) = delete;
  UploadedFile& operator=(UploadedFile const&) = delete;

  void write(std::string_view bytes) const { write_all(fd_.get(), bytes, "the upload"); }
  [[nodiscard]] std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
  FileDescriptor fd_;
};

}  // namespace lepton::native
