#pragma once

#include <memory>
#include <string>

#include "db/database.h"

namespace lepton::db {

/// Writes are SERIALIZABLE, reads a REPEATABLE READ snapshot. `uri` is libpq's (PostgreSQL 15 §34.1.1.2).
[[nodiscard]] std::unique_ptr<Database> open_postgresql(std::string const& uri, Clock const& clock);

}  // namespace lepton::db
