// Any JSON as a row filter: what `access` accepts can be bound and read, `table` writes it as SQL or refuses it, and no
// text of the filter stands outside the quotes in that SQL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "access/row_filter.h"
#include "base/error.h"
#include "table/row_filter.h"

namespace lepton::table {
namespace {

void expect(bool condition) {
  if (!condition) std::abort();
}

Schema const& schema() {
  static Schema const columns{{"a", "VARCHAR", 1},
                              {"b", "BIGINT", 2},
                              {"c", "DOUBLE", 3},
                              {"d", "BOOLEAN", 4},
                              {"e", "DECIMAL(18,2)", 5},
                              {"f", "DATE", 6},
                              {"g\"x", "TIMESTAMP WITH TIME ZONE", 7}};
  return columns;
}

/// The SQL with every quoted name and text left out; quotes that do not close end the process.
std::string outside_quotes(std::string_view sql) {
  std::string out;
  while (!sql.empty()) {
    char const c = sql.front();
    sql.remove_prefix(1);
    if (c != '"' && c != '\'') {
      out += c;
      continue;
    }
    auto const end = sql.find(c);
    expect(end != std::string_view::npos);
    sql.remove_prefix(end + 1);
  }
  return out;
}

void expect_only_own_words(std::string_view sql) {
  std::string const words = outside_quotes(sql);
  static std::set<std::string, std::less<>> const own{
      "AND",   "OR",   "NOT",  "IN",        "IS",   "NULL", "CAST",    "AS", "starts_with", "isnan",  "true",
      "false", "DATE", "TIME", "TIMESTAMP", "WITH", "ZONE", "DECIMAL", "18", "2",           "BIGINT", "DOUBLE"};
  std::string_view left = words;
  while (!left.empty()) {
    auto const end = std::min(left.find_first_of(" (),<>="), left.size());
    expect(end == 0 || own.contains(left.substr(0, end)));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
}

void convert(json::Value const& filter) {
  try {
    expect_only_own_words(filter_sql(filter, schema()));
  } catch (Error const& error) {
    expect(error.code() == Code::invalid);
  }
}

void check_bytes(std::string_view bytes) {
  json::Value filter;
  try {
    filter = json::parse(bytes);
  } catch (Error const&) {
    return;
  }
  convert(filter);
  if (!access::problems_of_row_filter(filter).empty()) return;
  (void)access::columns_of_row_filter(filter);
  auto const bound = access::bind_row_filter(filter, {{"a", "x'); DROP TABLE t --"}, {"n", "12"}, {"t", "2024-02-29"}});
  if (bound) convert(*bound);
}

}  // namespace
}  // namespace lepton::table

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  lepton::table::check_bytes({reinterpret_cast<char const*>(data), size});
  return 0;
}
