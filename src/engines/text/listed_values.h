#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace lepton::text {

/// Calls `visit(value)` for each value of a field that lists several with '|' between; empty ones do not come.
template <typename Visit>
void for_each_listed(std::string_view field, Visit const& visit) {
  while (!field.empty()) {
    auto const bar = std::min(field.find('|'), field.size());
    if (bar > 0) visit(field.substr(0, bar));
    field.remove_prefix(std::min(bar + 1, field.size()));
  }
}

}  // namespace lepton::text
