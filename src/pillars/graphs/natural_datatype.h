#pragma once

#include <optional>
#include <string_view>

namespace lepton::graphs {

/// The datatype that a column's values have as literals (R2RML §10.2), by DuckDB's name of its type; nullopt for types
/// that are no single value, such as lists.
[[nodiscard]] std::optional<std::string_view> natural_datatype(std::string_view sql_type);
/// Whether it is known which texts a datatype has.
[[nodiscard]] bool has_value_space(std::string_view datatype);
/// "Infinity" as XSD spells it, and the like.
[[nodiscard]] std::string_view xsd_floating(std::string_view sql_text);

}  // namespace lepton::graphs
