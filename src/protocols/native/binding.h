#pragma once

#include <vector>

#include "base/json.h"
#include "http/message.h"
#include "native/description.h"

namespace lepton::native {

/// Puts path, query, header and body of a request together as the one JSON object that Input is read from. Text of path
/// and query becomes what the field's schema says ("10" → 10, "a,b" → ["a","b"]). Throws Error{invalid} for a body that
/// is not a JSON object, an unknown query parameter and a field given twice with different values. Whether the fields
/// are complete and right is from_json's to say.
[[nodiscard]] json::Value input_of(std::vector<Part> const& parts, http::Request const& request);

/// The parameters of the framework itself, which no Input declares.
[[nodiscard]] bool is_common_parameter(std::string_view name);

}  // namespace lepton::native
