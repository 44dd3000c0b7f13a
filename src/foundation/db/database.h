#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/call.h"
#include "base/id.h"
#include "base/time.h"

namespace lepton::db {

enum class Dialect { sqlite, postgresql };

/// A column value. Blobs are wrapped so that text and bytes stay apart.
struct Blob {
  std::string bytes;
};
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string, Blob>;

/// What a statement binds to $1, $2, …: integers, doubles, booleans (0 or 1), text, Blob, Id, Timestamp, std::optional
/// of those.
class Param {
 public:
  Param(std::nullptr_t) : value_(nullptr) {}
  Param(std::string text) : value_(std::move(text)) {}
  Param(std::string_view text) : value_(std::string(text)) {}
  Param(char const* text) : value_(std::string(text)) {}
  Param(Blob blob) : value_(std::move(blob)) {}
  Param(Timestamp t) : value_(t.micros) {}
  template <std::integral T>
  Param(T number) : value_(static_cast<std::int64_t>(number)) {}
  template <std::floating_point T>
  Param(T number) : value_(static_cast<double>(number)) {}
  template <class Kind>
  Param(Id<Kind> const& id) : value_(id.str()) {}
  template <class T>
  Param(std::optional<T> const& maybe) : value_(maybe ? Param(*maybe).value_ : Value(nullptr)) {}

  [[nodiscard]] Value const& value() const { return value_; }

 private:
  Value value_;
};

/// One result row; columns by position from 0. Asking for another type than the column holds is a broken promise.
class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}

  [[nodiscard]] bool is_null(std::size_t column) const;
  [[nodiscard]] std::string const& text(std::size_t column) const;
  [[nodiscard]] std::int64_t integer(std::size_t column) const;
  [[nodiscard]] double real(std::size_t column) const;
  [[nodiscard]] std::string const& blob(std::size_t column) const;
  [[nodiscard]] bool boolean(std::size_t column) const { return integer(column) != 0; }
  [[nodiscard]] Timestamp timestamp(std::size_t column) const { return {integer(column)}; }
  template <class IdType>
  [[nodiscard]] IdType id(std::size_t column) const {
    return IdType(text(column));
  }
  [[nodiscard]] std::optional<std::string> maybe_text(std::size_t column) const;
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(std::size_t column) const;
  [[nodiscard]] std::optional<Timestamp> maybe_timestamp(std::size_t column) const;

 private:
  std::vector<Value> values_;
};

/// Statements inside one transaction. Lives only inside the function given to Database::read or write, on that thread.
/// SQL is the common subset of SQLite 3.40 and PostgreSQL 15: $1 parameters, ON CONFLICT, RETURNING, LIMIT/OFFSET.
/// A unique or foreign key violation throws Error{conflict}; a full disk Error{exhausted}; a lost server
/// Error{unavailable}.
class Transaction {
 public:
  virtual ~Transaction() = default;

  [[nodiscard]] std::vector<Row> query(std::string_view sql, std::initializer_list<Param> params = {}) {
    return run(sql, {params.begin(), params.size()}).rows;
  }
  /// The first row, if any.
  [[nodiscard]] std::optional<Row> find(std::string_view sql, std::initializer_list<Param> params = {});
  /// How many rows were changed.
  std::int64_t execute(std::string_view sql, std::initializer_list<Param> params = {}) {
    return run(sql, {params.begin(), params.size()}).changed;
  }
  /// For statements whose parameters are put together at run time.
  [[nodiscard]] std::vector<Row> query(std::string_view sql, std::span<Param const> params) {
    return run(sql, params).rows;
  }
  std::int64_t execute(std::string_view sql, std::span<Param const> params) { return run(sql, params).changed; }

  [[nodiscard]] virtual Dialect dialect() const = 0;
  /// Runs once after the commit is durable, on the committing thread; dropped on rollback. For in-memory caches.
  virtual void after_commit(std::function<void()> action) = 0;

 protected:
  struct Result {
    std::vector<Row> rows;
    std::int64_t changed = 0;
  };
  virtual Result run(std::string_view sql, std::span<Param const> params) = 0;
};

/// One step of a module's schema. `sql` is one or more statements; types are BIGINT, DOUBLE PRECISION, TEXT, BYTEA and,
/// for an ascending key that the database assigns, the word SERIAL_KEY. Applied once, in order; never edited after a
/// release.
struct Migration {
  std::string_view module;
  int version;  ///< from 1, without gaps within the module
  std::string_view sql;
};

/// Relational metadata on SQLite (one writer, many readers, WAL) or PostgreSQL. Any thread may call. Owned by the
/// composition root, outlives every module. A function that throws rolls its transaction back; a serialisation failure
/// of PostgreSQL runs it again, so it must have no effect outside the transaction (use after_commit).
class Database {
 public:
  virtual ~Database() = default;

  /// A consistent snapshot; writing in it is an error.
  template <class Function>
  auto read(Call const& call, Function&& function) {
    return with_result(function, [&](auto const& body) { do_read(call, body); });
  }
  /// Committed and durable when this returns; rolled back, with the same result, when the call is validate_only.
  template <class Function>
  auto write(Call const& call, Function&& function) {
    return with_result(function, [&](auto const& body) { write_or_rehearse(call, body); });
  }

  /// Group commit: returns at once; `work` runs in a transaction shared with others (inside a savepoint of its own, so
  /// that its failure is its own), `done` is called on a background thread when that is durable, or with the error.
  /// Throws Error{exhausted} when more than the queue's limit waits.
  virtual void enqueue_write(std::function<void(Transaction&)> work, std::function<void(std::exception_ptr)> done) = 0;
  /// Returns when no queued write is left, those included that others queue meanwhile. Whoever queues writes that refer
  /// to itself calls this in its destructor.
  virtual void finish_queued() = 0;

  /// Applies what is missing, in one transaction. Throws Error{conflict} for a schema newer than this program knows.
  virtual void migrate(std::span<Migration const> migrations) = 0;

  [[nodiscard]] virtual Dialect dialect() const = 0;

 protected:
  using Body = std::function<void(Transaction&)>;
  virtual void do_read(Call const& call, Body const& body) = 0;
  virtual void do_write(Call const& call, Body const& body) = 0;

 private:
  struct Rehearsed {};

  void write_or_rehearse(Call const& call, Body const& body) {
    if (!call.validate_only) return do_write(call, body);
    try {
      do_write(call, [&](Transaction& tx) {
        body(tx);
        throw Rehearsed{};  // rolls back like any failure
      });
    } catch (Rehearsed const&) {
    }
  }

  template <class Function, class Run>
  static auto with_result(Function& function, Run const& run) {
    using Result = std::invoke_result_t<Function&, Transaction&>;
    if constexpr (std::is_void_v<Result>) {
      run([&](Transaction& tx) { function(tx); });
    } else {
      std::optional<Result> result;
      run([&](Transaction& tx) { result.emplace(function(tx)); });
      return std::move(*result);
    }
  }
};

/// `location` is a file path for SQLite ("…/meta.db") or a libpq URI ("postgresql://…").
[[nodiscard]] std::unique_ptr<Database> open_database(std::string const& location, Clock const& clock);

}  // namespace lepton::db
