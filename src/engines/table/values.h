#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "table/duckdb_library.h"

namespace lepton::table {

/// Writes the values of one result column as JSON or CSV, always the same text for the same value. One thread.
///
/// JSON: numbers of every width are numbers with all their digits (HUGEINT and DECIMAL too); NaN and infinities are the
/// strings "NaN", "Infinity", "-Infinity". DATE, TIME and TIMESTAMP are RFC 3339 strings without a zone, TIMESTAMP WITH
/// TIME ZONE ends in Z. INTERVAL is an ISO 8601 duration, BLOB base64, lists are arrays, structs objects, a MAP an
/// array of {"key","value"}, a UNION an object with its tag's name.
class ValueWriter {
 public:
  explicit ValueWriter(duckdb_logical_type type);

  /// The vector of the next chunk; valid until the next call.
  void bind(duckdb_vector vector);
  void write_json(std::uint64_t row, std::string& out) const;
  /// RFC 4180; NULL is empty, an empty string is "".
  void write_csv(std::uint64_t row, std::string& out) const;

 private:
  [[nodiscard]] bool is_null(std::uint64_t row) const;
  void write_nested(std::uint64_t row, std::string& out) const;
  /// Returns whether the text is one that JSON quotes.
  bool write_plain(std::uint64_t row, std::string& out) const;
  bool write_number(std::uint64_t row, std::string& out) const;
  template <class T>
  [[nodiscard]] T at(std::uint64_t row) const {
    return static_cast<T const*>(data_)[row];
  }

  duckdb_type id_;
  duckdb_type storage_;     ///< of DECIMAL and ENUM
  std::uint8_t scale_ = 0;  ///< of DECIMAL
  std::uint64_t array_size_ = 0;
  std::vector<std::string> names_;  ///< of struct members, or the words of an ENUM
  std::vector<ValueWriter> children_;
  void const* data_ = nullptr;
  std::uint64_t const* validity_ = nullptr;
};

/// `text` as a JSON string, appended.
void append_json_string(std::string_view text, std::string& out);

}  // namespace lepton::table
