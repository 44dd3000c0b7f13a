#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "table/scan.h"

namespace lepton::table {

/// A table that a statement reads, as written: `FROM banking.customers` is {"banking", "customers"}, `FROM customers`
/// is
/// {"", "customers"}.
struct TableName {
  std::string schema;
  std::string name;
  std::size_t position = 0;  ///< byte in the statement

  /// "banking.customers"
  [[nodiscard]] std::string text() const;
  friend bool operator==(TableName const& a, TableName const& b) { return a.schema == b.schema && a.name == b.name; }
};

/// What a walk over a statement's syntax tree found out.
struct Statement {
  std::vector<TableName> tables;     ///< each once, in order of appearance; names of WITH are left out
  std::set<std::string> parameters;  ///< "year" of $year, "1" of ? or $1
  Predicates predicates = Predicates::harmless;
};

/// The tree as json_serialize_sql() wrote it; what DuckDB's parser said against `sql` is thrown as Error{invalid}.
[[nodiscard]] json::Value parse_tree(std::string_view sql, std::string_view serialized);

/// Walks the tree that DuckDB's json_serialize_sql() made of `sql` against a list of what is known to be safe; anything
/// else is refused. Throws Error{invalid} with a sentence that says what is refused, where, and what to do instead.
[[nodiscard]] Statement examine(std::string_view sql, std::string_view serialized);

/// " (line 2, column 5)" of a byte position; empty when it is none.
[[nodiscard]] std::string place_in(std::string_view sql, std::uint64_t position);

}  // namespace lepton::table
