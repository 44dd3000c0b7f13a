#pragma once

#include <filesystem>
#include <memory>

#include "db/database.h"

namespace lepton::db {

/// WAL with a sync at each commit: one writer, readers that never wait for it.
[[nodiscard]] std::unique_ptr<Database> open_sqlite(std::filesystem::path const& file, Clock const& clock);

}  // namespace lepton::db
