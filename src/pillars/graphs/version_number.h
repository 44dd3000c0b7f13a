#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"

namespace lepton::graphs {

/// The number of "risk/exposure@2", whose `text` is "2". Throws Error{not_found} for what is no number.
[[nodiscard]] inline std::int64_t version_number(std::string const& text, std::string const& address) {
  std::int64_t number = 0;
  for (char const c : text) {
    if (c < '0' || c > '9' || number > 1'000'000'000) throw not_found("there is no version " + address);
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace lepton::graphs
