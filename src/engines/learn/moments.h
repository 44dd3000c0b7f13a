#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace lepton::learn {

/// Reads a date or a time as tables write them: RFC 3339, and the same without an offset, which is UTC then.
[[nodiscard]] std::optional<Timestamp> find_moment(std::string_view text);

}  // namespace lepton::learn
