#pragma once

#include <span>

#include "db/database.h"

namespace lepton::gateway {

[[nodiscard]] std::span<db::Migration const> migrations();

}  // namespace lepton::gateway
