#pragma once

#include <span>

#include "db/database.h"

namespace lepton::datasets {

[[nodiscard]] std::span<db::Migration const> migrations();

}  // namespace lepton::datasets
