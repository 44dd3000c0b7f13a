#pragma once

#include <string>
#include <vector>

#include "access/authority.h"
#include "base/json.h"

namespace lepton::serving {

/// [{"kind", "id", "text"}]: how grounds are stored and shown.
[[nodiscard]] json::Array to_json(std::vector<access::Ground> const& grounds);
[[nodiscard]] std::vector<access::Ground> grounds_from(json::Value const& value);

}  // namespace lepton::serving
