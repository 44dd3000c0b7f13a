#pragma once

#include <filesystem>
#include <string>

#include "base/call.h"
#include "base/json.h"
#include "table/workers.h"

namespace lepton::table {

/// A table's record key names each record once: rows that repeat it would make a look-up answer with any of them. NULL
/// names no record and may repeat.
///
/// SELECT of one row, `value`, the first `rows` (from 1) and how many `times` they are, of the first repeated value of
/// the column `key` of a Parquet file; of no row when each value is there once.
[[nodiscard]] std::string repeated_key_sql(std::filesystem::path const& file, std::string const& key);

/// What that statement found, as rows in JSON. Throws Error{invalid, "repeated_key"} when it is something, which names
/// the value.
void require_distinct(std::string const& key, json::Array const& repeated);

/// Both, in a worker, for somebody who may not see the values: only the rows are named.
void require_distinct(Workers& workers, Call const& call, std::filesystem::path const& file, std::string const& key);

}  // namespace lepton::table
