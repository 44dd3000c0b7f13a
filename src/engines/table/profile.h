#pragma once

#include "base/call.h"
#include "base/json.h"
#include "table/scan.h"
#include "table/workers.h"

namespace lepton::table {

/// What a table looks like, as its reader may see it: {"rows", "columns": [{"name", "type", "nulls", "distinct"
/// (about), "min", "max", "mean", "deviation", "quantiles" {"0.05"…"0.95"}, "histogram" [{"from","to","count"}], "top"
/// [{"value","count"}], "personal" {"kind","because"}}]}. Members that mean nothing for a type are left out.
[[nodiscard]] json::Value profile(Workers& workers, Call const& call, TableSource const& source);

}  // namespace lepton::table
