#pragma once

#include <span>

#include "db/database.h"

namespace lepton::access {

[[nodiscard]] std::span<db::Migration const> migrations();

}  // namespace lepton::access
