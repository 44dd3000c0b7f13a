#pragma once

#include <span>

#include "db/database.h"

namespace lepton::lineage {

[[nodiscard]] std::span<db::Migration const> migrations();

}  // namespace lepton::lineage
