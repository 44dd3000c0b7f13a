#pragma once

#include <span>

#include "db/database.h"

namespace lepton::graphs {

[[nodiscard]] std::span<db::Migration const> migrations();

}  // namespace lepton::graphs
