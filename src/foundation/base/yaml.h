#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace lepton {

/// Reads the YAML documents in `text` (YAML 1.2 core schema: true/false, null, integers, floats, strings) as JSON
/// values, so that configuration and declarative files are validated like any request. Throws Error{invalid} with
/// `name`, line and column. Anchors expanding to more than 100,000 nodes are refused.
[[nodiscard]] std::vector<json::Value> parse_yaml(std::string_view text, std::string const& name);

/// The line, from 1, of what an RFC 6901 pointer means in a text that parse_yaml() reads as one document: of the
/// nearest thing around it when it is not there. nullopt when even that is not.
[[nodiscard]] std::optional<int> yaml_line(std::string_view text, std::string_view pointer);

/// Block style YAML for people; parse_yaml() reads it back to the same value.
[[nodiscard]] std::string write_yaml(json::Value const& value);

}  // namespace lepton
