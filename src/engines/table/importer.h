#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/call.h"
#include "table/query.h"
#include "table/workers.h"

namespace lepton::table {

enum class FileFormat { csv, jsonl, parquet };

struct ImportOptions {
  FileFormat format = FileFormat::csv;
  std::optional<char> delimiter;             ///< CSV; found out when absent
  std::optional<bool> header;                ///< CSV; found out when absent
  std::map<std::string, std::string> types;  ///< column → SQL type, for CSV columns that are not what they look like
  bool skip_bad = false;                     ///< leave out rows that cannot be read, and keep them in `rejects`
  std::string key;                           ///< column that names each record once; empty: none does
  Schema previous;                           ///< of the version before: its types are expected, its field ids kept
};

/// A row that could not be read.
struct BadRow {
  std::int64_t line = 0;  ///< from 1, the header included
  std::string column;     ///< empty when the whole line is wrong
  std::string reason;
};

struct Imported {
  TableFile table;
  std::int64_t bad_rows = 0;
  std::vector<BadRow> examples;                  ///< the first ones
  std::optional<std::filesystem::path> rejects;  ///< CSV of line, column, reason, text; beside table.path
};

/// Turns a foreign file into a table, in a sealed worker. One thread; the files live as long as this object.
class Import {
 public:
  /// Throws Error{invalid, "bad_rows"} whose details name line, column and reason of the first bad rows
  /// ("/lines/17/age" → "…"), unless they are skipped; {invalid, "bad_file"} for a file that cannot be read at all,
  /// with what to do about its encoding when that is why; {invalid, "repeated_key"} with the rows that have one.
  Import(Workers& workers, Call const& call, std::filesystem::path const& file, ImportOptions const& options);

  [[nodiscard]] Imported const& result() const { return result_; }
  /// The worker's process, for measurements.
  [[nodiscard]] pid_t worker() const { return worker_->pid(); }

 private:
  Workers::Lease worker_;
  Imported result_;
};

}  // namespace lepton::table
