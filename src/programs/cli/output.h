#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace lepton::cli {

/// From parquet on, each is of a few commands only.
enum class Format { table, json, jsonl, yaml, csv, parquet, tsv, xml, turtle, trig, ntriples, nquads, jsonld };
[[nodiscard]] std::optional<Format> find_format(std::string_view name);
[[nodiscard]] std::string_view name_of(Format format);
[[nodiscard]] std::vector<std::string> format_names();
/// Whether every command writes it.
[[nodiscard]] constexpr bool is_usual(Format format) {
  return format < Format::parquet;
}

/// A column of a table or CSV: its heading and the dotted path of what stands in it.
struct Column {
  std::string title;
  std::string path;
};

/// Writes answers to standard output in the format that -o asks for, and remarks for people to standard error. One
/// thread.
class Output {
 public:
  explicit Output(Format format = Format::table, bool quiet = false) : format_(format), quiet_(quiet) {}

  [[nodiscard]] Format format() const { return format_; }
  [[nodiscard]] bool quiet() const { return quiet_; }
  /// Rows under the columns (table, csv), or the whole items (json, jsonl, yaml).
  void list(json::Array const& items, std::vector<Column> const& columns) const;
  /// One thing: a line per field in a table, with what is inside of it indented; with `columns`, only those.
  void item(json::Value const& item, std::vector<Column> const& columns = {}) const;
  /// What a change made: as item(), but not in a table for somebody who asked for quiet.
  void changed(json::Value const& item, std::vector<Column> const& columns = {}) const;
  /// Text for people, on standard output: only in table format.
  void text(std::string_view line) const;
  /// A remark or the next step, on standard error, unless quiet.
  void note(std::string_view line) const;

 private:
  void begin_block() const;

  Format format_;
  bool quiet_;
  mutable bool begun_ = false;
};

/// What a cell shows: text bare, numbers short, lists joined by ", ", times without their fraction, absent as "".
[[nodiscard]] std::string cell(json::Value const* value);
/// The fields of an object as lines, empty ones left out, each line indented by so many columns.
[[nodiscard]] std::string fields_text(json::Object const& object, std::size_t indent);
/// RFC 4180.
[[nodiscard]] std::string csv_field(std::string const& text);
/// Aligned columns; numbers to the right; `width` 0 for no limit.
[[nodiscard]] std::string render_table(std::vector<std::string> const& titles,
                                       std::vector<std::vector<std::string>> const& rows,
                                       std::vector<bool> const& right, std::size_t width);

}  // namespace lepton::cli
