#pragma once

#include <string>

namespace lepton::table {

// Names in lower case, of functions that SQL of users may call.
[[nodiscard]] bool is_allowed_function(std::string const& name);
[[nodiscard]] bool is_allowed_table_function(std::string const& name);
/// Allowed, and no use of it as a predicate can tell about rows that are hidden (see scan_sql()).
[[nodiscard]] bool is_harmless_function(std::string const& name);

}  // namespace lepton::table
