#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace lepton::learn {

/// A file mapped into memory for reading, for the life of this object.
class MappedFile {
 public:
  /// Throws Error{not_found} or {unavailable}.
  explicit MappedFile(std::filesystem::path const& path);
  ~MappedFile();
  MappedFile(MappedFile const&) = delete;
  MappedFile& operator=(MappedFile const&) = delete;

  [[nodiscard]] std::string_view bytes() const { return bytes_; }

 private:
  std::string_view bytes_;
};

/// Cuts CSV text (RFC 4180: quotes doubled, line ends LF or CRLF) into records. The text outlives the reader. One
/// thread.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text);

  /// The next record that is not an empty line; false at the end. Fields are valid until the next call.
  /// Throws Error{invalid} with the line for a quote that is not closed or stands inside a field.
  [[nodiscard]] bool next(std::vector<std::string_view>& fields);
  /// Line on which the latest record began, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  std::string_view quoted_field();
  std::string_view plain_field();

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_ = 0;
  std::size_t next_line_ = 1;
  std::deque<std::string> unescaped_;
};

}  // namespace lepton::learn
