#include "table/session.h"

#include <fmt/format.h>

#include "base/error.h"

namespace lepton::table {
namespace {

/// `message` is DuckDB's, which names only views and columns that the statement may use.
[[noreturn]] void fail(duckdb_error_type type, std::string message) {
  switch (type) {
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      throw exhausted(
          "the statement needs more memory than it may use; select fewer columns or rows, or aggregate earlier")
          .with_reason("memory_limit");
    case DUCKDB_ERROR_INTERRUPT:
      throw cancelled("the statement was cancelled");
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_FATAL:
      throw internal("the query engine failed on this statement: " + message);
    case DUCKDB_ERROR_IO:
      if (message.find("No space left") != std::string::npos)
        throw exhausted("the disk is full").with_reason("disk_full");
      if (message.find("max_temp_directory_size") != std::string::npos)
        throw exhausted("the statement needs more temporary space than it may use").with_reason("disk_limit");
      throw unavailable("the data cannot be read: a file is missing or damaged").with_reason("io");
    case DUCKDB_ERROR_PERMISSION:
      throw denied("SQL may read the datasets it names and nothing else").with_reason("sealed");
    default:
      throw invalid(message);
  }
}

std::string const& no_message() {
  static std::string const text = "the statement failed";
  return text;
}

[[noreturn]] void fail(duckdb_result& result) {
  char const* const message = duckdb().result_error(&result);
  duckdb_error_type const type = duckdb().result_error_type(&result);
  std::string const text = message == nullptr ? no_message() : message;
  duckdb().destroy_result(&result);
  fail(type, text);
}

struct Prepared {
  duckdb_prepared_statement statement = nullptr;
  ~Prepared() { duckdb().destroy_prepare(&statement); }
};

constexpr char kParser[] = "SELECT json_serialize_sql($1::VARCHAR)";

/// duckdb_prepare tells no error type; DuckDB's message begins with it.
duckdb_error_type type_of_message(std::string const& message) {
  if (message.starts_with("Out of Memory")) return DUCKDB_ERROR_OUT_OF_MEMORY;
  if (message.starts_with("INTERNAL")) return DUCKDB_ERROR_INTERNAL;
  if (message.starts_with("IO Error")) return DUCKDB_ERROR_IO;
  if (message.starts_with("Permission Error")) return DUCKDB_ERROR_PERMISSION;
  return DUCKDB_ERROR_INVALID_INPUT;
}

void prepare(duckdb_connection connection, std::string const& sql, duckdb_prepared_statement& statement) {
  if (duckdb().prepare(connection, sql.c_str(), &statement) == DuckDBSuccess) return;
  char const* const message = duckdb().prepare_error(statement);
  std::string const text = message == nullptr ? no_message() : message;
  fail(type_of_message(text), text);
}

void bind(duckdb_prepared_statement statement, idx_t place, json::Value const& value) {
  if (value.is_null())
    duckdb().bind_null(statement, place);
  else if (value.is_bool())
    duckdb().bind_boolean(statement, place, value.get_bool());
  else if (value.is_int64())
    duckdb().bind_int64(statement, place, value.get_int64());
  else if (value.is_uint64())
    duckdb().bind_uint64(statement, place, value.get_uint64());
  else if (value.is_double())
    duckdb().bind_double(statement, place, value.get_double());
  else if (value.is_string())
    duckdb().bind_varchar_length(statement, place, value.get_string().data(), value.get_string().size());
}

void bind_all(Prepared& prepared, json::Object const& parameters) {
  for (idx_t place = 1; place <= duckdb().nparams(prepared.statement); ++place) {
    char const* const name = duckdb().parameter_name(prepared.statement, place);
    auto const* const value = name == nullptr ? nullptr : parameters.if_contains(name);
    if (value != nullptr) bind(prepared.statement, place, *value);
    duckdb().free(const_cast<char*>(name));
  }
}

}  // namespace

Result::Chunk Result::next() {
  Chunk chunk(duckdb().fetch_chunk(result_));
  if (!chunk) {
    if (char const* const message = duckdb().result_error(&result_); message != nullptr && *message != '\0')
      fail(duckdb().result_error_type(&result_), message);
    return nullptr;
  }
  if (duckdb().data_chunk_get_size(chunk.get()) == 0) return nullptr;
  return chunk;
}

Session::Session() {
  duckdb_config config = nullptr;
  if (duckdb().create_config(&config) != DuckDBSuccess) throw internal("the query engine has no configuration");
  // More threads start when the process has been sealed, so that they are sealed too.
  duckdb().set_config(config, "threads", "1");
  duckdb().set_config(config, "autoinstall_known_extensions", "false");
  duckdb().set_config(config, "autoload_known_extensions", "false");
  duckdb().set_config(config, "allow_community_extensions", "false");
  char* problem = nullptr;
  duckdb_state const opened = duckdb().open_ext(nullptr, &database_, config, &problem);
  duckdb().destroy_config(&config);
  if (opened != DuckDBSuccess) {
    std::string const text = problem == nullptr ? "unknown reason" : problem;
    duckdb().free(problem);
    throw internal("the query engine did not open: " + text);
  }
  reconnect();
}

void Session::reconnect() {
  duckdb().destroy_prepare(&parser_);
  duckdb().disconnect(&connection_);
  if (duckdb().connect(database_, &connection_) != DuckDBSuccess)
    throw internal("the query engine accepts no connection");
  execute("SET TimeZone = 'UTC'");
}

Session::~Session() {
  duckdb().destroy_prepare(&parser_);
  duckdb().disconnect(&connection_);
  duckdb().close(&database_);
}

void Session::execute(std::string const& sql) {
  duckdb_result result;
  if (duckdb().query(connection_, sql.c_str(), &result) != DuckDBSuccess) fail(result);
  duckdb().destroy_result(&result);
}

void Session::execute(std::string const& sql, json::Object const& parameters) {
  Prepared prepared;
  prepare(connection_, sql, prepared.statement);
  bind_all(prepared, parameters);
  duckdb_result result;
  if (duckdb().execute_prepared(prepared.statement, &result) != DuckDBSuccess) fail(result);
  duckdb().destroy_result(&result);
}

namespace {

std::string first_value(duckdb_result& result) {
  std::string text;
  if (duckdb().row_count(&result) > 0 && duckdb().column_count(&result) > 0) {
    char* const found = duckdb().value_varchar(&result, 0, 0);
    if (found != nullptr) text = found;
    duckdb().free(found);
  }
  duckdb().destroy_result(&result);
  return text;
}

/// First value of a statement whose only parameter is `text`.
std::string value_for(duckdb_prepared_statement statement, std::string_view text) {
  duckdb().bind_varchar_length(statement, 1, text.data(), text.size());
  duckdb_result result;
  if (duckdb().execute_prepared(statement, &result) != DuckDBSuccess) fail(result);
  return first_value(result);
}

}  // namespace

std::string Session::value(std::string const& sql) {
  duckdb_result result;
  if (duckdb().query(connection_, sql.c_str(), &result) != DuckDBSuccess) fail(result);
  return first_value(result);
}

std::string Session::value(std::string const& sql, std::string_view text) {
  Prepared prepared;
  prepare(connection_, sql, prepared.statement);
  return value_for(prepared.statement, text);
}

std::string Session::syntax_tree(std::string_view sql) {
  if (parser_ == nullptr) prepare(connection_, kParser, parser_);
  return value_for(parser_, sql);
}

std::unique_ptr<Result> Session::stream(std::string const& sql, json::Object const& parameters) {
  Prepared prepared;
  prepare(connection_, sql, prepared.statement);
  bind_all(prepared, parameters);
  duckdb_pending_result pending = nullptr;
  duckdb_state const state = duckdb().pending_prepared_streaming(prepared.statement, &pending);
  if (state != DuckDBSuccess) {
    char const* const message = duckdb().pending_error(pending);
    std::string const text = message == nullptr ? no_message() : message;
    duckdb().destroy_pending(&pending);
    fail(type_of_message(text), text);
  }
  duckdb_result result;
  duckdb_state const executed = duckdb().execute_pending(pending, &result);
  duckdb().destroy_pending(&pending);
  if (executed != DuckDBSuccess) fail(result);
  return std::make_unique<Result>(result);
}

}  // namespace lepton::table
