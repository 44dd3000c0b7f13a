#pragma once

#include <span>

#include "db/database.h"

namespace lepton::native {

[[nodiscard]] std::span<db::Migration const> migrations();

}  // namespace lepton::native
