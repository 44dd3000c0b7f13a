#pragma once

#include <source_location>
#include <string_view>

namespace lepton {

/// Throws Error{internal}: a promise of our own code did not hold. The request fails, the server lives.
[[noreturn]] void broken_promise(std::string_view promise, std::source_location where);

/// States what our own code guarantees at this point; input of users is validated, not checked.
inline void check(bool condition, std::string_view promise,
                  std::source_location where = std::source_location::current()) {
  if (!condition) broken_promise(promise, where);
}

}  // namespace lepton
