#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/fields.h"

namespace lepton::table {

/// A column of a stored table. `type` is DuckDB's spelling ("BIGINT", "DECIMAL(18,2)", "STRUCT(a INTEGER)"); `field_id`
/// is Iceberg's: it stays with the column through versions.
struct Column {
  std::string name;
  std::string type;
  std::int32_t field_id = 0;

  static constexpr auto fields() {
    return std::tuple{required("name", &Column::name, "name of the column"),
                      required("type", &Column::type, "SQL type"),
                      optional("field_id", &Column::field_id, "identity of the column through versions")};
  }
  friend bool operator==(Column const&, Column const&) = default;
};

using Schema = std::vector<Column>;

/// Names compare without regard to ASCII case, as in SQL.
[[nodiscard]] Column const* find_column(Schema const& schema, std::string_view name);

/// One sentence per difference ("column age was BIGINT and is VARCHAR"); empty when data of `now` can follow `before`.
/// A change of order or of field ids alone is none.
[[nodiscard]] std::vector<std::string> differences(Schema const& before, Schema const& now);

/// Of a column's type: every width of number, DECIMAL included; DATE and every TIMESTAMP.
[[nodiscard]] bool is_number_type(std::string_view type);
[[nodiscard]] bool is_moment_type(std::string_view type);

/// "name" with quotes doubled, 'text' with quotes doubled: the only two ways by which names and values enter SQL.
[[nodiscard]] std::string quote_name(std::string_view name);
[[nodiscard]] std::string quote_text(std::string_view text);
/// ASCII only: how names are folded for comparison.
[[nodiscard]] std::string lower_case(std::string_view text);
/// [`a`, `b`] as SQL list of texts.
[[nodiscard]] std::string quote_list(std::vector<std::string> const& texts);

}  // namespace lepton::table
