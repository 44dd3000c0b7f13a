#pragma once

#include <string_view>

#include "base/json.h"
#include "native/table.h"

namespace lepton::native {

/// OpenAPI 3.1 of the whole table, with examples, tags and the problem answers every operation shares.
[[nodiscard]] json::Object openapi(Table const& table, std::string_view version);

}  // namespace lepton::native
