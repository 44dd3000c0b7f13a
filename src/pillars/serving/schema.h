#pragma once

#include <span>

#include "db/database.h"

namespace lepton::serving {

[[nodiscard]] std::span<db::Migration const> migrations();

}  // namespace lepton::serving
