#pragma once

#include <set>
#include <span>
#include <string>

#include "base/time.h"
#include "db/database.h"
#include "db/session.h"

namespace lepton::db {

/// The migration's text in a dialect: SERIAL_KEY becomes an ascending key, and on PostgreSQL a TEXT column is compared
/// by code point as SQLite does. Words inside quotes and comments stay.
[[nodiscard]] std::string migration_sql(std::string_view sql, Dialect dialect);

/// Applies what `session`, inside a transaction, does not record yet. `known` are the modules that this program
/// migrated before. Throws Error{conflict} for a newer schema or an edited migration.
void apply_migrations(Session& session, Dialect dialect, std::span<Migration const> migrations,
                      std::set<std::string, std::less<>> const& known, Timestamp now);

}  // namespace lepton::db
