#include "db/sqlite.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <charconv>
#include <mutex>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "db/prepared_cache.h"
#include "db/session_database.h"

namespace lepton::db {
namespace {

struct Close {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

struct Prepared {
  std::unique_ptr<sqlite3_stmt, Finalize> statement;
  std::vector<std::size_t> positions;  ///< SQLite's parameter i + 1 is our $positions[i]
  std::size_t parameters = 0;          ///< the highest $n
};

class SqliteSession final : public Session {
 public:
  enum class Access { read, write };

  SqliteSession(std::filesystem::path const& file, Access access) : file_(file) {
    int const flags = access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3* connection = nullptr;
    int const code =
        sqlite3_open_v2(file.c_str(), &connection,
                        flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE, nullptr);
    connection_.reset(connection);
    if (code != SQLITE_OK) throw unavailable(fmt::format("cannot open {}: {}", file.string(), sqlite3_errstr(code)));
    sqlite3_busy_timeout(connection, 10'000);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    if (access == Access::write)
      // NORMAL: the database syncs for all who commit at the same time (SharedSync). SQLite itself still syncs around
      // each checkpoint.
      run_script("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=67108864");
    run_script("PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384; PRAGMA trusted_schema=OFF");
  }

  void begin(Mode mode, Call const& call) override {
    sqlite3_progress_handler(connection_.get(), 20'000, &SqliteSession::must_stop, const_cast<Call*>(&call));
    call_ = &call;
    run(mode == Mode::read ? "BEGIN" : "BEGIN IMMEDIATE", {});
  }

  void commit() override {
    sqlite3_progress_handler(connection_.get(), 0, nullptr, nullptr);
    run("COMMIT", {});
    call_ = nullptr;
  }

  void rollback() noexcept override {
    sqlite3_progress_handler(connection_.get(), 0, nullptr, nullptr);
    try {
      if (sqlite3_get_autocommit(connection_.get()) == 0) run("ROLLBACK", {});
    } catch (Error const&) {
      // The next transaction on this connection says what is wrong with it.
    }
    call_ = nullptr;
  }

  StatementResult run(std::string_view sql, std::span<Param const> params) override {
    Prepared& prepared = prepare(sql);
    sqlite3_stmt* const statement = prepared.statement.get();
    check(prepared.parameters == params.size(), "a statement's parameters are $1 to $n, as many as are given");
    // Whatever happens, the statement is ready for its next use and holds no values.
    struct Reset {
      sqlite3_stmt* statement;
      ~Reset() {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
      }
    } const reset{statement};
    for (std::size_t i = 0; i < prepared.positions.size(); ++i)
      bind(statement, static_cast<int>(i + 1), params[prepared.positions[i] - 1].value());

    StatementResult result;
    std::int64_t const changes_before = sqlite3_total_changes64(connection_.get());
    int code = SQLITE_OK;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) result.rows.push_back(read_row(statement));
    if (code != SQLITE_DONE) fail(code, sql);
    if (sqlite3_total_changes64(connection_.get()) != changes_before)
      result.changed = sqlite3_changes64(connection_.get());
    return result;
  }

  void run_script(std::string const& sql) override {
    int const code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(code, sql);
  }

  [[nodiscard]] bool broken() const override { return false; }

 private:
  static int must_stop(void* call_pointer) {
    auto const& call = *static_cast<Call const*>(call_pointer);
    return call.stop.stop_requested() || call.clock->steady() >= call.deadline ? 1 : 0;
  }

  Prepared& prepare(std::string_view sql) {
    if (Prepared* const found = prepared_.find(sql)) return *found;
    sqlite3_stmt* statement = nullptr;
    char const* tail = nullptr;
    int const code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, &tail);
    if (code != SQLITE_OK) fail(code, sql);
    Prepared prepared;
    prepared.statement.reset(statement);
    check(statement != nullptr && tail == sql.data() + sql.size(), "one statement is run at a time");
    // To SQLite "$2" is a name, numbered by first appearance.
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
      std::string_view const name = sqlite3_bind_parameter_name(statement, i);
      std::size_t position = 0;
      std::from_chars(name.data() + 1, name.data() + name.size(), position);
      check(name[0] == '$' && position > 0, "parameters are named $1, $2 and so on");
      prepared.positions.push_back(position);
      prepared.parameters = std::max(prepared.parameters, position);
    }
    return prepared_.add(std::string(sql), std::move(prepared));
  }

  static void bind(sqlite3_stmt* statement, int index, Value const& value) {
    struct Bind {
      sqlite3_stmt* statement;
      int index;
      int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, index); }
      int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
      int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }
      int operator()(std::string const& text) const {
        return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
      }
      int operator()(Blob const& blob) const {
        return blob.bytes.empty()
                   ? sqlite3_bind_zeroblob(statement, index, 0)
                   : sqlite3_bind_blob64(statement, index, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC);
      }
    };
    check(std::visit(Bind{statement, index}, value) == SQLITE_OK, "SQLite accepts the parameter");
  }

  static Row read_row(sqlite3_stmt* statement) {
    int const columns = sqlite3_column_count(statement);
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) values.push_back(read_value(statement, i));
    return Row(std::move(values));
  }

  static Value read_value(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
      case SQLITE_INTEGER:
        return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
      case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
      case SQLITE_TEXT: {
        auto const* const text = reinterpret_cast<char const*>(sqlite3_column_text(statement, column));
        return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
      }
      case SQLITE_BLOB: {
        auto const* const bytes = static_cast<char const*>(sqlite3_column_blob(statement, column));
        auto const size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
        return Blob{size == 0 ? std::string() : std::string(bytes, size)};
      }
      default:
        return nullptr;
    }
  }

  [[noreturn]] void fail(int code, std::string_view sql) const {
    std::string const message = sqlite3_errmsg(connection_.get());
    switch (code & 0xff) {
      case SQLITE_CONSTRAINT:
        throw constraint_error(code, message);
      case SQLITE_FULL:
        throw exhausted(fmt::format("the disk with {} is full", file_.string())).with_reason("disk_full");
      case SQLITE_INTERRUPT:
        if (call_ != nullptr) call_->proceed();
        throw cancelled("the statement was interrupted");
      case SQLITE_READONLY:
        throw internal("a reading transaction does not write");
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        throw unavailable(fmt::format("{} is locked by another program", file_.string())).with_reason("overloaded");
      case SQLITE_IOERR:
      case SQLITE_CORRUPT:
      case SQLITE_NOTADB:
      case SQLITE_CANTOPEN:
        throw unavailable(fmt::format("{} cannot be used: {}", file_.string(), message));
      default:
        throw internal(fmt::format("{} in: {}", message, sql));
    }
  }

  // "UNIQUE constraint failed: t.a" names tables and columns, never values.
  static Error constraint_error(int code, std::string const& message) {
    bool const unique =
        code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID;
    if (unique) return conflict(fmt::format("this exists already ({})", message)).with_reason("already_exists");
    if (code == SQLITE_CONSTRAINT_FOREIGNKEY || code == SQLITE_CONSTRAINT_TRIGGER)
      return conflict(fmt::format("something that this belongs to does not exist, or is still in use ({})", message))
          .with_reason("broken_reference");
    return conflict(fmt::format("this breaks a rule of the database ({})", message)).with_reason("constraint");
  }

  std::filesystem::path file_;
  std::unique_ptr<sqlite3, Close> connection_;
  PreparedCache<Prepared> prepared_;  // after the connection: finalised first
  Call const* call_ = nullptr;
};

}  // namespace

namespace {

/// Syncs the write-ahead log beside SQLite, which would do so while it holds its one writer. The log keeps its file
/// while a connection is open, and one is: the writer's.
class LogSync {
 public:
  explicit LogSync(std::filesystem::path const& file) : path_(file.string() + "-wal") {}

  void operator()() {
    std::call_once(opened_, [this] {
      file_ = FileDescriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
      if (!file_.open()) throw_errno(path_);
      sync_directory(std::filesystem::path(path_).parent_path());
    });
    if (::fdatasync(file_.get()) != 0) throw_errno(path_);
  }

 private:
  std::string path_;
  std::once_flag opened_;
  FileDescriptor file_;
};

}  // namespace

std::unique_ptr<Database> open_sqlite(std::filesystem::path const& file, Clock const& clock) {
  // Created here so that nobody else may read it; SQLite gives its companion files the same mode.
  // (A file that is there is not opened: closing it would drop the locks that this process may hold on it.)
  FileDescriptor const created(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!created.open() && errno != EEXIST) throw_errno(fmt::format("cannot create {}", file.string()));
  SessionDatabase::Options options{Dialect::sqlite, {}, 64, {}, 1};
  options.open_writer = [file] { return std::make_unique<SqliteSession>(file, SqliteSession::Access::write); };
  options.open_reader = [file] { return std::make_unique<SqliteSession>(file, SqliteSession::Access::read); };
  options.sync = [log = std::make_shared<LogSync>(file)] { (*log)(); };  // shared: a std::function is copied
  return std::make_unique<SessionDatabase>(std::move(options), clock);
}

}  // namespace lepton::db
