#pragma once

#include <cstddef>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/file.h"

namespace lepton::rdf {

/// Where a parser's bytes come from. One parser reads it once, from one thread.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills the beginning of `into` and returns how many bytes; 0 only at the end. What it throws ends the parse.
  [[nodiscard]] virtual std::size_t read(std::span<char> into) = 0;
};

/// Bytes in memory, owned by the caller.
class StringSource : public ByteSource {
 public:
  /// `step` bytes at most are handed out at a time: tests use it to cut tokens everywhere.
  explicit StringSource(std::string_view text, std::size_t step = std::string_view::npos) : rest_(text), step_(step) {}
  [[nodiscard]] std::size_t read(std::span<char> into) override;

 private:
  std::string_view rest_;
  std::size_t step_;
};

/// A file, read from its beginning. The constructor throws Error{not_found} or {unavailable}.
class FileSource : public ByteSource {
 public:
  explicit FileSource(std::filesystem::path const& path);
  [[nodiscard]] std::size_t read(std::span<char> into) override;

 private:
  std::filesystem::path path_;
  FileDescriptor file_;
};

/// Where a writer's bytes go, in pieces of some 64 KiB. What it throws ends the writing.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void write(std::string_view bytes) = 0;
};

/// Keeps everything in memory.
class StringSink : public ByteSink {
 public:
  void write(std::string_view bytes) override { text.append(bytes); }
  std::string text;
};

}  // namespace lepton::rdf
