#include "table/mask.h"

#include <fmt/format.h>

namespace lepton::table {
namespace {

std::string fixed_value(std::string_view type) {
  if (type == "VARCHAR") return "'***'";
  if (type == "BOOLEAN") return "false";
  if (is_number_type(type)) return "0";
  if (is_moment_type(type)) return "'1970-01-01'";
  return "NULL";
}

/// Hexadecimal digits enough to fill the type's positive values, else NULL.
std::string keyed_digest(std::string const& name, std::string_view type, std::string const& key) {
  std::string const digest = fmt::format("sha256({} || ':' || {}::VARCHAR)", quote_text(key), name);
  if (type == "VARCHAR") return digest;
  if (type == "BIGINT") return fmt::format("('0x' || left({}, 15))::BIGINT", digest);
  if (type == "INTEGER") return fmt::format("('0x' || left({}, 7))::INTEGER", digest);
  return "NULL";
}

/// The stars tell nothing of the length. substring() is written, since left() and right() take twice as long.
std::string shown_part(std::string const& name, std::string const& shown) {
  return fmt::format("CASE WHEN length({}) <= 4 THEN '****' ELSE {} END", name, shown);
}

std::string value_for(ColumnMask mask, std::string const& name, std::string const& type, std::string const& global_key,
                      std::string const& query_key) {
  bool const text = type == "VARCHAR";
  switch (mask) {
    case ColumnMask::none:
      return name;
    case ColumnMask::truncate_to_month:
      return is_moment_type(type) ? fmt::format("date_trunc('month', {})", name) : "NULL";
    case ColumnMask::truncate_to_year:
      return is_moment_type(type) ? fmt::format("date_trunc('year', {})", name) : "NULL";
    case ColumnMask::show_last_4:
      return text ? shown_part(name, fmt::format("'****' || substring({}, -4)", name)) : "NULL";
    case ColumnMask::show_first_4:
      return text ? shown_part(name, fmt::format("substring({}, 1, 4) || '****'", name)) : "NULL";
    case ColumnMask::mask_alphanum:
      if (is_number_type(type)) return fmt::format("CASE WHEN {} IS NULL THEN NULL ELSE 0 END", name);
      if (!text) return "NULL";
      return fmt::format(
          "regexp_replace(regexp_replace(regexp_replace({}, '\\p{{N}}', '0', 'g'), '\\p{{Lu}}', 'X', 'g'), "
          "'[^X0\\P{{L}}]', 'x', 'g')",
          name);
    case ColumnMask::sha_256_global:
      return keyed_digest(name, type, global_key);
    case ColumnMask::sha_256_query_local:
      return keyed_digest(name, type, query_key);
    case ColumnMask::mask_to_fixed_value:
      return fixed_value(type);
    case ColumnMask::replace_with_null:
      return "NULL";
  }
  return "NULL";
}

}  // namespace

std::string mask_sql(ColumnMask mask, Column const& column, std::string const& global_key,
                     std::string const& query_key) {
  std::string const name = quote_name(column.name);
  if (mask == ColumnMask::none) return name;
  std::string const value = value_for(mask, name, column.type, global_key, query_key);
  return fmt::format("CAST({} AS {}) AS {}", value, column.type, name);
}

}  // namespace lepton::table
