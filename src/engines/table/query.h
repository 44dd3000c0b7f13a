#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "table/ast_guard.h"
#include "table/scan.h"
#include "table/workers.h"

namespace lepton::table {

enum class ResultFormat {
  objects,  ///< one JSON object per line
  rows,     ///< one JSON array per line
  csv,      ///< RFC 4180 with a header
  parquet,  ///< one zstd file
};

struct QueryOptions {
  ResultFormat format = ResultFormat::objects;
  std::uint64_t most_rows = 10'000;        ///< the result is cut there, and says so
  std::uint64_t most_bytes = 64ULL << 20;  ///< Parquet, which cannot be cut by bytes, is refused above
};

/// Where a result goes, on the caller's thread; what these throw ends the query.
struct ResultSink {
  std::function<void(Schema const&)> begin;  ///< once, before any bytes
  std::function<void(std::string_view)> write;
};

struct QueryResult {
  Schema columns;
  std::uint64_t rows = 0;
  bool truncated = false;
  std::string isolation;  ///< how far the kernel shut the worker in, see seal_process()
};

/// A table written by a worker.
struct TableFile {
  std::filesystem::path path;  ///< zstd Parquet; gone with the object that gave it: adopt it before
  Schema schema;
  std::uint64_t rows = 0;
  std::string isolation;
};

/// One SELECT that was parsed by DuckDB in a sealed worker and found safe. Whoever prepared it decides what each of
/// tables() stands for, then runs or saves it, once. The statement sees these tables under their names, restricted as
/// the sources say, and nothing else: the worker opens no other file. One thread; holds a worker until its end.
class Query {
 public:
  /// `parameters`: null, true, number or text for each $name (or $1, ?) of the statement; values that are bound and
  /// never become text. Throws Error{invalid} with the place and what to do, for SQL that is wrong or not allowed, and
  /// for parameters that are missing, too many or of another kind.
  [[nodiscard]] static Query prepare(Workers& workers, Call const& call, std::string sql, json::Object parameters = {});

  [[nodiscard]] std::vector<TableName> const& tables() const { return statement_.tables; }
  /// The worker's process, for measurements.
  [[nodiscard]] pid_t worker() const { return worker_->pid(); }
  /// `sources` in the order of tables(). Order of rows is that of ORDER BY alone. Throws Error{denied,
  /// "min_group_size"} for a statement that asks more of a source with a smallest group than aggregates.
  QueryResult run(Call const& call, std::vector<TableSource> const& sources, QueryOptions const& options,
                  ResultSink const& sink);
  /// The whole result as a Parquet file; the same rows in the same order for the same sources. Columns keep the field
  /// ids of `previous`. Throws Error{invalid, "repeated_key"} when `key` is a column that names a record twice.
  [[nodiscard]] TableFile save(Call const& call, std::vector<TableSource> const& sources, Schema const& previous = {},
                               std::string const& key = {});

 private:
  Query(Workers& workers, Workers::Lease worker, std::string sql, std::string serialized, Statement statement,
        json::Object parameters)
      : workers_(&workers),
        worker_(std::move(worker)),
        sql_(std::move(sql)),
        serialized_(std::move(serialized)),
        statement_(std::move(statement)),
        parameters_(std::move(parameters)) {}
  void hand_over_file(Call const& call, std::uint64_t most_bytes, ResultSink const& sink) const;
  [[nodiscard]] json::Object task(Call const& call, std::string_view op, std::vector<TableSource> const& sources,
                                  ResultFormat format);
  [[nodiscard]] std::string printed(Call const& call);
  [[nodiscard]] std::string limit(Call const& call, std::vector<TableSource> const& sources,
                                  std::string const& query_key);

  Workers* workers_;
  Workers::Lease worker_;
  std::string sql_;
  std::string serialized_;  ///< its syntax tree
  Statement statement_;
  json::Object parameters_;
};

}  // namespace lepton::table
