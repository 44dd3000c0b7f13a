#pragma once

#include <string>

#include "base/fields.h"
#include "base/json.h"

namespace lepton::access {

/// Sets, lists and maps stand in text columns as JSON.
template <class T>
[[nodiscard]] std::string stored(T const& value) {
  return json::write(to_json(value));
}
template <class T>
[[nodiscard]] T from_stored(std::string const& text) {
  return from_json<T>(json::parse(text));
}

}  // namespace lepton::access
