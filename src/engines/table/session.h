#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "table/duckdb_library.h"
#include "table/schema.h"

namespace lepton::table {

/// A result being read chunk by chunk. One thread; the session outlives it.
class Result {
 public:
  explicit Result(duckdb_result result) : result_(result) {}
  ~Result() { duckdb().destroy_result(&result_); }
  Result(Result const&) = delete;
  Result& operator=(Result const&) = delete;

  struct ChunkDeleter {
    void operator()(duckdb_data_chunk chunk) const { duckdb().destroy_data_chunk(&chunk); }
  };
  using Chunk = std::unique_ptr<std::remove_pointer_t<duckdb_data_chunk>, ChunkDeleter>;

  [[nodiscard]] duckdb_result& raw() { return result_; }
  /// The next rows; null at the end. Throws what made the query fail meanwhile.
  [[nodiscard]] Chunk next();

 private:
  duckdb_result result_;
};

/// An in-memory DuckDB with one connection, for use inside a worker process only. One thread. Failures are thrown as
/// Error: invalid for what the statement's author can mend, exhausted for memory and disk, internal for the rest.
class Session {
 public:
  Session();
  ~Session();
  Session(Session const&) = delete;
  Session& operator=(Session const&) = delete;

  /// Begins a new connection. A fork of the process needs one: what a connection draws by chance follows from its
  /// beginning.
  void reconnect();
  void execute(std::string const& sql);
  /// `parameters`: null, true, number or text by the name of the parameter, bound as a value; others are left out.
  void execute(std::string const& sql, json::Object const& parameters);
  /// First column of the first row as text; empty when there is none.
  [[nodiscard]] std::string value(std::string const& sql);
  /// Like value(), with `text` bound to the statement's only parameter.
  [[nodiscard]] std::string value(std::string const& sql, std::string_view text);
  /// The syntax tree of statements as JSON (json_serialize_sql); nothing of them runs.
  [[nodiscard]] std::string syntax_tree(std::string_view sql);
  /// Rows are produced as they are read.
  [[nodiscard]] std::unique_ptr<Result> stream(std::string const& sql, json::Object const& parameters = {});

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
  duckdb_prepared_statement parser_ = nullptr;  ///< of this connection; made when first asked for
};

/// Column names and types of a result; field ids count from 1.
[[nodiscard]] Schema schema_of_result(duckdb_result& result);
/// DuckDB's SQL spelling of a type.
[[nodiscard]] std::string type_name(duckdb_logical_type type);

}  // namespace lepton::table
