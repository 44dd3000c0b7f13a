#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace lepton::text {

/// Calls `visit(line, number)` for each line, without its line break; numbers begin at 1. A line break at the end
/// begins no further line.
template <typename Visit>
void for_each_line(std::string_view text, Visit const& visit) {
  std::size_t number = 1;
  for (std::size_t at = 0; at < text.size(); ++number) {
    auto const end = std::min(text.find('\n', at), text.size());
    visit(text.substr(at, end - at), number);
    at = end + 1;
  }
}

}  // namespace lepton::text
