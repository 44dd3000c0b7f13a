#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/call.h"
#include "db/database.h"

namespace lepton::db {

enum class Mode { read, write, migrate };

/// The server asked for the transaction to be run again (SQLSTATE 40001, 40P01). Not an Error: only the database itself
/// catches it.
struct SerializationFailure {};

struct StatementResult {
  std::vector<Row> rows;
  std::int64_t changed = 0;
};

/// One connection to a database, with its prepared statements. One thread at a time; owned by a Pool. After an Error it
/// is usable again once rolled back, unless broken().
class Session {
 public:
  virtual ~Session() = default;

  /// Statements are cut short when the call stops or its deadline passes; `call` outlives the transaction.
  virtual void begin(Mode mode, Call const& call) = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;
  virtual StatementResult run(std::string_view sql, std::span<Param const> params) = 0;
  /// Several statements without parameters.
  virtual void run_script(std::string const& sql) = 0;
  /// The connection is gone: no statement will ever succeed.
  [[nodiscard]] virtual bool broken() const = 0;
};

using OpenSession = std::function<std::unique_ptr<Session>()>;

/// Throws Error{invalid} for a parameter that one of the two databases could not store and give back unchanged: text
/// that is not UTF-8 or holds a zero byte, a double that is not a number.
void require_storable(std::span<Param const> params);

}  // namespace lepton::db
