#pragma once

#include <duckdb.h>

namespace lepton::table {

/// The functions in use of DuckDB's C API: duckdb().query is duckdb_query(), and so on. The library, whose relocations
/// alone take twelve milliseconds, is loaded at the first use, so that every other part of the one program starts
/// without it. Any thread; never unloaded.
class DuckDb {
 public:
#define LEPTON_DUCKDB_FUNCTION(name) \
  decltype(&::duckdb_##name) name = reinterpret_cast<decltype(&::duckdb_##name)>(find("duckdb_" #name))
  LEPTON_DUCKDB_FUNCTION(array_type_array_size);
  LEPTON_DUCKDB_FUNCTION(array_type_child_type);
  LEPTON_DUCKDB_FUNCTION(array_vector_get_child);
  LEPTON_DUCKDB_FUNCTION(bind_boolean);
  LEPTON_DUCKDB_FUNCTION(bind_double);
  LEPTON_DUCKDB_FUNCTION(bind_int64);
  LEPTON_DUCKDB_FUNCTION(bind_null);
  LEPTON_DUCKDB_FUNCTION(bind_uint64);
  LEPTON_DUCKDB_FUNCTION(bind_varchar_length);
  LEPTON_DUCKDB_FUNCTION(close);
  LEPTON_DUCKDB_FUNCTION(column_count);
  LEPTON_DUCKDB_FUNCTION(column_logical_type);
  LEPTON_DUCKDB_FUNCTION(column_name);
  LEPTON_DUCKDB_FUNCTION(connect);
  LEPTON_DUCKDB_FUNCTION(create_config);
  LEPTON_DUCKDB_FUNCTION(data_chunk_get_size);
  LEPTON_DUCKDB_FUNCTION(data_chunk_get_vector);
  LEPTON_DUCKDB_FUNCTION(decimal_internal_type);
  LEPTON_DUCKDB_FUNCTION(decimal_scale);
  LEPTON_DUCKDB_FUNCTION(decimal_width);
  LEPTON_DUCKDB_FUNCTION(destroy_config);
  LEPTON_DUCKDB_FUNCTION(destroy_data_chunk);
  LEPTON_DUCKDB_FUNCTION(destroy_logical_type);
  LEPTON_DUCKDB_FUNCTION(destroy_pending);
  LEPTON_DUCKDB_FUNCTION(destroy_prepare);
  LEPTON_DUCKDB_FUNCTION(destroy_result);
  LEPTON_DUCKDB_FUNCTION(disconnect);
  LEPTON_DUCKDB_FUNCTION(enum_dictionary_size);
  LEPTON_DUCKDB_FUNCTION(enum_dictionary_value);
  LEPTON_DUCKDB_FUNCTION(enum_internal_type);
  LEPTON_DUCKDB_FUNCTION(execute_pending);
  LEPTON_DUCKDB_FUNCTION(execute_prepared);
  LEPTON_DUCKDB_FUNCTION(fetch_chunk);
  LEPTON_DUCKDB_FUNCTION(free);
  LEPTON_DUCKDB_FUNCTION(from_date);
  LEPTON_DUCKDB_FUNCTION(from_time_tz);
  LEPTON_DUCKDB_FUNCTION(get_type_id);
  LEPTON_DUCKDB_FUNCTION(is_finite_date);
  LEPTON_DUCKDB_FUNCTION(list_type_child_type);
  LEPTON_DUCKDB_FUNCTION(list_vector_get_child);
  LEPTON_DUCKDB_FUNCTION(logical_type_get_alias);
  LEPTON_DUCKDB_FUNCTION(map_type_key_type);
  LEPTON_DUCKDB_FUNCTION(map_type_value_type);
  LEPTON_DUCKDB_FUNCTION(nparams);
  LEPTON_DUCKDB_FUNCTION(open_ext);
  LEPTON_DUCKDB_FUNCTION(parameter_name);
  LEPTON_DUCKDB_FUNCTION(pending_error);
  LEPTON_DUCKDB_FUNCTION(pending_prepared_streaming);
  LEPTON_DUCKDB_FUNCTION(prepare);
  LEPTON_DUCKDB_FUNCTION(prepare_error);
  LEPTON_DUCKDB_FUNCTION(query);
  LEPTON_DUCKDB_FUNCTION(result_error);
  LEPTON_DUCKDB_FUNCTION(result_error_type);
  LEPTON_DUCKDB_FUNCTION(row_count);
  LEPTON_DUCKDB_FUNCTION(set_config);
  LEPTON_DUCKDB_FUNCTION(string_t_data);
  LEPTON_DUCKDB_FUNCTION(string_t_length);
  LEPTON_DUCKDB_FUNCTION(struct_type_child_count);
  LEPTON_DUCKDB_FUNCTION(struct_type_child_name);
  LEPTON_DUCKDB_FUNCTION(struct_type_child_type);
  LEPTON_DUCKDB_FUNCTION(struct_vector_get_child);
  LEPTON_DUCKDB_FUNCTION(to_time);
  LEPTON_DUCKDB_FUNCTION(union_type_member_count);
  LEPTON_DUCKDB_FUNCTION(union_type_member_name);
  LEPTON_DUCKDB_FUNCTION(union_type_member_type);
  LEPTON_DUCKDB_FUNCTION(value_varchar);
  LEPTON_DUCKDB_FUNCTION(vector_get_data);
  LEPTON_DUCKDB_FUNCTION(vector_get_validity);
#undef LEPTON_DUCKDB_FUNCTION

 private:
  /// Throws Error{unavailable}.
  static void* find(char const* name);
};

[[nodiscard]] DuckDb const& duckdb();

}  // namespace lepton::table
