#pragma once

#include <span>

#include "db/database.h"

namespace lepton::models {

[[nodiscard]] std::span<db::Migration const> migrations();

}  // namespace lepton::models
