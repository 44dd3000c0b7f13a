#include "db/postgresql.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"
#include "db/prepared_cache.h"
#include "db/session_database.h"

namespace lepton::db {
namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPointer = std::unique_ptr<PGresult, Clear>;

// Object identifiers of built-in types, fixed in pg_type.dat.
enum : Oid {
  kBool = 16,
  kBytea = 17,
  kInt8 = 20,
  kInt2 = 21,
  kInt4 = 23,
  kText = 25,
  kOid = 26,
  kFloat4 = 700,
  kFloat8 = 701,
  kNumeric = 1700
};

// One call's parameters as libpq wants them: text format, but bytes in binary.
struct Bound {
  std::vector<Oid> types;
  std::vector<std::string> storage;
  std::vector<char const*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  std::string signature;  ///< statements are prepared per combination of types

  explicit Bound(std::span<Param const> params) {
    storage.reserve(params.size());  // values point into it
    for (Param const& param : params) std::visit([this](auto const& value) { add(value); }, param.value());
  }

 private:
  void add(std::nullptr_t) {
    storage.emplace_back();
    push(0, nullptr, 0, 0, 'n');
  }
  void add(std::int64_t number) { add_text(kInt8, fmt::format("{}", number), 'i'); }
  // The shortest text that reads back the same. SQLite has no negative zero, so that none is stored here either.
  void add(double number) { add_text(kFloat8, fmt::format("{}", number == 0 ? 0.0 : number), 'd'); }
  void add(std::string const& text) { add_text(kText, text, 't'); }
  void add(Blob const& blob) {
    storage.push_back(blob.bytes);
    push(kBytea, storage.back().data(), static_cast<int>(storage.back().size()), 1, 'b');
  }
  void add_text(Oid type, std::string text, char mark) {
    storage.push_back(std::move(text));
    push(type, storage.back().c_str(), 0, 0, mark);
  }
  void push(Oid type, char const* value, int length, int format, char mark) {
    types.push_back(type);
    values.push_back(value);
    lengths.push_back(length);
    formats.push_back(format);
    signature += mark;
  }
};

double read_double(std::string const& text) {
  double number = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  check(error == std::errc() && end == text.data() + text.size(), "PostgreSQL writes doubles that can be read");
  return number;
}

Value read_numeric(std::string const& text) {
  std::int64_t whole = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error == std::errc() && end == text.data() + text.size()) return whole;
  return read_double(text);
}

// Text format, as the documentation of each type gives it; doubles come shortest-exact (extra_float_digits = 1).
Value read_value(PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) == 1) return nullptr;
  std::string text(PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case kBool:
      return static_cast<std::int64_t>(text == "t");
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
      return static_cast<std::int64_t>(std::stoll(text));
    case kFloat4:
    case kFloat8:
      return read_double(text);
    case kNumeric:  // what SUM over BIGINT gives
      return read_numeric(text);
    case kBytea: {
      auto bytes = from_hex(std::string_view(text).substr(2));
      check(text.starts_with("\\x") && bytes.has_value(), "bytea_output is hex");
      return Blob{std::move(*bytes)};
    }
    default:
      return text;
  }
}

class PostgresqlSession final : public Session {
 public:
  explicit PostgresqlSession(std::string const& uri) {
    char const* const names[] = {"connect_timeout", "application_name", "dbname",
                                 "client_encoding", "options",          nullptr};
    char const* const values[] = {"10",
                                  "lepton",
                                  uri.c_str(),
                                  "UTF8",
                                  "-c extra_float_digits=1 -c bytea_output=hex -c standard_conforming_strings=on",
                                  nullptr};
    connection_.reset(PQconnectdbParams(names, values, 1));
    check(connection_ != nullptr, "libpq has memory for a connection");
    if (PQstatus(connection_.get()) != CONNECTION_OK)
      throw unavailable(fmt::format("cannot reach PostgreSQL: {}", one_line(PQerrorMessage(connection_.get()))));
    PQsetNoticeProcessor(
        connection_.get(), [](void*, char const*) {}, nullptr);
  }

  void begin(Mode mode, Call const& call) override {
    std::string sql = mode == Mode::read    ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                      : mode == Mode::write ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                                            : "BEGIN ISOLATION LEVEL READ COMMITTED";
    if (call.deadline != std::chrono::steady_clock::time_point::max()) {
      auto const left = std::chrono::ceil<std::chrono::milliseconds>(call.deadline - call.clock->steady()).count();
      sql += fmt::format("; SET LOCAL statement_timeout = {}", std::clamp<std::int64_t>(left, 1, INT32_MAX));
    }
    // Two servers that start at once migrate one after the other.
    if (mode == Mode::migrate) sql += "; SELECT pg_advisory_xact_lock(7813541902374)";
    call_ = &call;
    run_script(sql);
  }

  void commit() override {
    ResultPointer const result(PQexec(connection_.get(), "COMMIT"));
    if (PQresultErrorField(result.get(), PG_DIAG_SQLSTATE) == nullptr &&
        PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
      lost_ = true;
      throw unavailable("PostgreSQL was lost during a commit: whether it took place is not known");
    }
    require_success(result.get(), "COMMIT");
    check(std::string_view(PQcmdStatus(result.get())) == "COMMIT", "a failed transaction is not committed");
  }

  void rollback() noexcept override {
    if (!broken()) ResultPointer const ignored(PQexec(connection_.get(), "ROLLBACK"));
  }

  StatementResult run(std::string_view sql, std::span<Param const> params) override {
    Bound const bound(params);
    std::string const& name = prepare(sql, bound);
    ResultPointer const result(PQexecPrepared(connection_.get(), name.c_str(), static_cast<int>(params.size()),
                                              bound.values.data(), bound.lengths.data(), bound.formats.data(), 0));
    require_success(result.get(), sql);
    return read_result(result.get());
  }

  void run_script(std::string const& sql) override {
    ResultPointer const result(PQexec(connection_.get(), sql.c_str()));
    require_success(result.get(), sql);
  }

  [[nodiscard]] bool broken() const override { return lost_ || PQstatus(connection_.get()) != CONNECTION_OK; }

 private:
  std::string const& prepare(std::string_view sql, Bound const& bound) {
    std::string key = bound.signature + ' ' + std::string(sql);
    if (std::string const* const found = prepared_.find(key)) return *found;
    std::string name = fmt::format("s{}", ++prepared_count_);
    ResultPointer const result(PQprepare(connection_.get(), name.c_str(), std::string(sql).c_str(),
                                         static_cast<int>(bound.types.size()), bound.types.data()));
    require_success(result.get(), sql);
    return prepared_.add(std::move(key), std::move(name),
                         [this](std::string const& dropped) { run_script("DEALLOCATE " + dropped); });
  }

  static StatementResult read_result(PGresult* result) {
    StatementResult out;
    int const rows = PQntuples(result);
    int const columns = PQnfields(result);
    out.rows.reserve(static_cast<std::size_t>(rows));
    for (int row = 0; row < rows; ++row) {
      std::vector<Value> values;
      values.reserve(static_cast<std::size_t>(columns));
      for (int column = 0; column < columns; ++column) values.push_back(read_value(result, row, column));
      out.rows.emplace_back(std::move(values));
    }
    std::string_view const count = PQcmdTuples(result);
    if (!count.empty() && !std::string_view(PQcmdStatus(result)).starts_with("SELECT"))
      std::from_chars(count.data(), count.data() + count.size(), out.changed);
    return out;
  }

  void require_success(PGresult* result, std::string_view sql) {
    auto const status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) return;
    // What libpq says itself has no SQLSTATE: it could not send or receive, whatever PQstatus still believes. 57P0x and
    // 08xxx are the server's farewell.
    char const* const field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    std::string_view const state = field == nullptr ? "" : field;
    lost_ = lost_ || state.empty() || state.starts_with("57P0") || state.starts_with("08");
    if (broken())
      throw unavailable(fmt::format("PostgreSQL was lost: {}", one_line(PQerrorMessage(connection_.get()))));
    fail(result, state, sql);
  }

  // PostgreSQL 15, Appendix A. The server's detail line, which holds values, is not shown.
  [[noreturn]] void fail(PGresult* result, std::string_view state, std::string_view sql) {
    if (state == "40001" || state == "40P01") throw SerializationFailure{};
    if (state == "57014") {
      if (call_ != nullptr) call_->proceed();
      throw exhausted("the call's deadline has passed").with_reason("deadline_exceeded");
    }
    std::string const primary = primary_message(result);
    if (state == "23505")
      throw conflict(fmt::format("this exists already ({})", primary)).with_reason("already_exists");
    if (state == "23503")
      throw conflict(fmt::format("something that this belongs to does not exist, or is still in use ({})", primary))
          .with_reason("broken_reference");
    if (state.starts_with("23"))
      throw conflict(fmt::format("this breaks a rule of the database ({})", primary)).with_reason("constraint");
    if (state == "25006") throw internal("a reading transaction does not write");
    if (state == "53100") throw exhausted("the disk of PostgreSQL is full").with_reason("disk_full");
    if (state.starts_with("53")) throw unavailable(fmt::format("PostgreSQL refuses work: {}", primary));
    throw internal(fmt::format("{} (SQLSTATE {}) in: {}", primary, state, sql));
  }

  static std::string primary_message(PGresult* result) {
    char const* const message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    return message == nullptr ? one_line(PQresultErrorMessage(result)) : message;
  }

  static std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (text.ends_with(' ')) text.pop_back();
    return text;
  }

  std::unique_ptr<PGconn, Finish> connection_;
  PreparedCache<std::string> prepared_;  ///< by signature and text, the statement's name
  std::uint64_t prepared_count_ = 0;
  Call const* call_ = nullptr;
  bool lost_ = false;
};

}  // namespace

std::unique_ptr<Database> open_postgresql(std::string const& uri, Clock const& clock) {
  auto const open = [uri] { return std::make_unique<PostgresqlSession>(uri); };
  return std::make_unique<SessionDatabase>(SessionDatabase::Options{Dialect::postgresql, open, 16, open, 16}, clock);
}

}  // namespace lepton::db
