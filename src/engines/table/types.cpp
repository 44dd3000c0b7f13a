#include <fmt/format.h>

#include "base/error.h"
#include "table/session.h"

namespace lepton::table {
namespace {

struct Type {
  duckdb_logical_type handle;
  explicit Type(duckdb_logical_type h) : handle(h) {}
  ~Type() { duckdb().destroy_logical_type(&handle); }
  Type(Type const&) = delete;
  Type& operator=(Type const&) = delete;
};

std::string taken(char* text) {
  std::string out = text == nullptr ? "" : text;
  duckdb().free(text);
  return out;
}

std::string_view simple_name(duckdb_type id) {
  switch (id) {
    case DUCKDB_TYPE_BOOLEAN:
      return "BOOLEAN";
    case DUCKDB_TYPE_TINYINT:
      return "TINYINT";
    case DUCKDB_TYPE_SMALLINT:
      return "SMALLINT";
    case DUCKDB_TYPE_INTEGER:
      return "INTEGER";
    case DUCKDB_TYPE_BIGINT:
      return "BIGINT";
    case DUCKDB_TYPE_UTINYINT:
      return "UTINYINT";
    case DUCKDB_TYPE_USMALLINT:
      return "USMALLINT";
    case DUCKDB_TYPE_UINTEGER:
      return "UINTEGER";
    case DUCKDB_TYPE_UBIGINT:
      return "UBIGINT";
    case DUCKDB_TYPE_FLOAT:
      return "FLOAT";
    case DUCKDB_TYPE_DOUBLE:
      return "DOUBLE";
    case DUCKDB_TYPE_TIMESTAMP:
      return "TIMESTAMP";
    case DUCKDB_TYPE_DATE:
      return "DATE";
    case DUCKDB_TYPE_TIME:
      return "TIME";
    case DUCKDB_TYPE_INTERVAL:
      return "INTERVAL";
    case DUCKDB_TYPE_HUGEINT:
      return "HUGEINT";
    case DUCKDB_TYPE_UHUGEINT:
      return "UHUGEINT";
    case DUCKDB_TYPE_VARCHAR:
      return "VARCHAR";
    case DUCKDB_TYPE_BLOB:
      return "BLOB";
    case DUCKDB_TYPE_TIMESTAMP_S:
      return "TIMESTAMP_S";
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return "TIMESTAMP_MS";
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return "TIMESTAMP_NS";
    case DUCKDB_TYPE_UUID:
      return "UUID";
    case DUCKDB_TYPE_BIT:
      return "BIT";
    case DUCKDB_TYPE_TIME_TZ:
      return "TIME WITH TIME ZONE";
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return "TIMESTAMP WITH TIME ZONE";
    case DUCKDB_TYPE_SQLNULL:
      return "\"NULL\"";
    default:
      return "";
  }
}

std::string members_of(duckdb_logical_type type, bool is_union) {
  std::string out;
  std::size_t const count = is_union ? duckdb().union_type_member_count(type) : duckdb().struct_type_child_count(type);
  for (std::size_t i = 0; i < count; ++i) {
    Type const member(is_union ? duckdb().union_type_member_type(type, i) : duckdb().struct_type_child_type(type, i));
    std::string const name =
        taken(is_union ? duckdb().union_type_member_name(type, i) : duckdb().struct_type_child_name(type, i));
    out += fmt::format("{}{} {}", i == 0 ? "" : ", ", quote_name(name), type_name(member.handle));
  }
  return out;
}

std::string enum_name(duckdb_logical_type type) {
  std::string out = "ENUM(";
  for (std::uint32_t i = 0; i < duckdb().enum_dictionary_size(type); ++i)
    out += (i == 0 ? "" : ", ") + quote_text(taken(duckdb().enum_dictionary_value(type, i)));
  return out + ")";
}

}  // namespace

std::string type_name(duckdb_logical_type type) {
  duckdb_type const id = duckdb().get_type_id(type);
  if (std::string const alias = taken(duckdb().logical_type_get_alias(type));
      id == DUCKDB_TYPE_VARCHAR && alias == "JSON")
    return alias;
  if (auto const name = simple_name(id); !name.empty()) return std::string(name);
  switch (id) {
    case DUCKDB_TYPE_DECIMAL:
      return fmt::format("DECIMAL({},{})", duckdb().decimal_width(type), duckdb().decimal_scale(type));
    case DUCKDB_TYPE_LIST: {
      Type const child(duckdb().list_type_child_type(type));
      return type_name(child.handle) + "[]";
    }
    case DUCKDB_TYPE_ARRAY: {
      Type const child(duckdb().array_type_child_type(type));
      return fmt::format("{}[{}]", type_name(child.handle), duckdb().array_type_array_size(type));
    }
    case DUCKDB_TYPE_STRUCT:
      return "STRUCT(" + members_of(type, false) + ")";
    case DUCKDB_TYPE_UNION:
      return "UNION(" + members_of(type, true) + ")";
    case DUCKDB_TYPE_MAP: {
      Type const key(duckdb().map_type_key_type(type));
      Type const value(duckdb().map_type_value_type(type));
      return fmt::format("MAP({}, {})", type_name(key.handle), type_name(value.handle));
    }
    case DUCKDB_TYPE_ENUM:
      return enum_name(type);
    default:
      throw invalid("the result has a column of a type that cannot be returned; cast it to VARCHAR");
  }
}

Schema schema_of_result(duckdb_result& result) {
  Schema schema;
  for (idx_t i = 0; i < duckdb().column_count(&result); ++i) {
    Type const type(duckdb().column_logical_type(&result, i));
    schema.push_back({duckdb().column_name(&result, i), type_name(type.handle), static_cast<std::int32_t>(i + 1)});
  }
  return schema;
}

}  // namespace lepton::table
