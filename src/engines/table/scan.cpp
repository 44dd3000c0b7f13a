#include "table/scan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "table/row_filter.h"

namespace lepton::table {
namespace {

ColumnMask mask_of(TableSource const& source, Column const& column) {
  std::string const name = lower_case(column.name);
  auto const own = std::ranges::find_if(source.masks, [&](auto const& m) { return lower_case(m.first) == name; });
  if (own != source.masks.end()) return own->second;
  auto const all = source.masks.find("*");
  return all == source.masks.end() ? ColumnMask::none : all->second;
}

}  // namespace

std::string scan_sql(TableSource const& source, Predicates predicates, std::string const& query_key) {
  check(!source.files.empty() && !source.schema.empty(), "a table has files and columns");
  std::vector<std::string> files;
  for (auto const& file : source.files) files.push_back(file.string());
  std::string shown;
  std::string stored;
  for (Column const& column : source.schema) {
    shown += shown.empty() ? "" : ", ";
    shown += mask_sql(mask_of(source, column), column, source.mask_key, query_key);
    stored += (stored.empty() ? "" : ", ") + quote_name(column.name);
  }
  std::string const scan = fmt::format("read_parquet({})", quote_list(files));
  if (source.row_filters.empty()) return fmt::format("SELECT {} FROM {}", shown, scan);
  std::string filter;
  for (auto const& expression : source.row_filters)
    filter += (filter.empty() ? "" : " AND ") + filter_sql(expression, source.schema);
  if (predicates == Predicates::harmless) return fmt::format("SELECT {} FROM {} WHERE {}", shown, scan, filter);
  return fmt::format("SELECT {} FROM (SELECT {} FROM {} WHERE {} LIMIT {})", shown, stored, scan, filter, INT64_MAX);
}

}  // namespace lepton::table
