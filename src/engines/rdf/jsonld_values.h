#pragma once

#include <span>
#include <string_view>

#include "base/json.h"

/// The kinds of objects that expanded JSON-LD knows (JSON-LD 1.1 §9), and how values are added to them.
namespace lepton::rdf {

[[nodiscard]] bool is_value_object(json::Value const& value);
[[nodiscard]] bool is_list_object(json::Value const& value);
/// @graph, with @id and @index at most.
[[nodiscard]] bool is_graph_object(json::Value const& value);
[[nodiscard]] bool is_node_object(json::Value const& value);

/// The value itself when it is an array, nothing for null, else an array of it alone.
[[nodiscard]] json::Array as_array(json::Value value);
/// An array's elements, or the value as the only one; null is one, too. Borrowed.
[[nodiscard]] std::span<json::Value const> array_view(json::Value const& value);

/// Appends to the array under `property`.
void add_value(json::Object& object, std::string_view property, json::Value const& value);
/// Appends under @reverse; values and lists cannot stand there: "invalid reverse property value".
void add_reverse(json::Object& object, std::string_view property, json::Value const& value);

/// JSON-LD 1.1 API §5.1.2, step 15: false when the object says nothing and is to be dropped. Throws for entries that do
/// not go together.
[[nodiscard]] bool check_value_object(json::Object const& object);

}  // namespace lepton::rdf
