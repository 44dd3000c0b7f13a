#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"

namespace lepton::table {

/// No place in the statement.
inline constexpr std::uint64_t kNowhere = UINT64_MAX;

/// A text of a node of DuckDB's syntax tree (json_serialize_sql); empty where it has none.
inline std::string_view word(json::Object const& node, std::string_view name) {
  auto const* const found = node.if_contains(name);
  return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

/// Where in the statement, in bytes, the node stands.
inline std::uint64_t position_of(json::Object const& node) {
  auto const* const found = node.if_contains("query_location");
  return found != nullptr && (found->is_int64() || found->is_uint64()) ? found->to_number<std::uint64_t>() : kNowhere;
}

}  // namespace lepton::table
