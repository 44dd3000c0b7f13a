#pragma once

#include <span>

#include "db/database.h"

namespace lepton::jobs {

[[nodiscard]] std::span<db::Migration const> migrations();

}  // namespace lepton::jobs
