#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace lepton::rdf {

/// Writes an immutable file whose pages carry checksums. It is there under its name once finish() returned, and not at
/// all before. One thread at a time; after an exception only destruction, which removes what was written.
class CheckedFileWriter {
 public:
  explicit CheckedFileWriter(std::filesystem::path path);
  ~CheckedFileWriter();
  CheckedFileWriter(CheckedFileWriter const&) = delete;
  CheckedFileWriter& operator=(CheckedFileWriter const&) = delete;

  void append(std::string_view bytes);
  /// Fills up with zeros, so that the next byte stands at a multiple of `alignment`.
  void align(std::size_t alignment);
  /// Bytes so far.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Makes file and name durable.
  void finish();

 private:
  void end_page();

  std::filesystem::path path_;
  std::filesystem::path temporary_;
  FileDescriptor file_;
  std::string page_;  // not yet checked and counted
  std::string ready_;
  std::vector<std::uint64_t> checksums_;
  std::uint64_t size_ = 0;
};

/// A finished file mapped into memory: opening reads nothing but its end, and each page is checked when it is first
/// looked at. Any thread may read; the file may be unlinked meanwhile.
class CheckedFile {
 public:
  /// Throws Error{unavailable} when it is shorter or longer than it was written, naming it.
  explicit CheckedFile(std::filesystem::path path);
  ~CheckedFile();
  CheckedFile(CheckedFile const&) = delete;
  CheckedFile& operator=(CheckedFile const&) = delete;

  [[nodiscard]] std::filesystem::path const& path() const { return path_; }
  /// As appended, without checksums.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t disk_bytes() const { return mapped_; }
  /// Throws Error{unavailable} with the file's name and the place when a page is damaged or the range is not in the
  /// file. At least 8 bytes behind the range may be read too.
  [[nodiscard]] char const* view(std::uint64_t offset, std::uint64_t bytes) const;
  /// Copies file and name to `directory`, checking every page, and makes them durable.
  void copy_to(std::filesystem::path const& directory) const;
  [[noreturn]] void damaged(std::uint64_t offset) const;

  static constexpr std::size_t page_bytes = 16 << 10;

 private:
  void check_page(std::uint64_t page) const;

  std::filesystem::path path_;
  char const* data_ = nullptr;
  std::uint64_t mapped_ = 0;
  std::uint64_t size_ = 0;
  std::unique_ptr<std::atomic<std::uint8_t>[]> checked_;  // by page; an array of atomics cannot be a vector
};

}  // namespace lepton::rdf
