#include "table/record_key.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "table/schema.h"

namespace lepton::table {
namespace {

constexpr std::size_t kRowsNamed = 5;

}  // namespace

std::string repeated_key_sql(std::filesystem::path const& file, std::string const& key) {
  return fmt::format(
      "WITH keys AS (SELECT {} AS k, file_row_number + 1 AS n FROM read_parquet({}, file_row_number = true)), "
      "repeated AS (SELECT k, min(n) AS first FROM keys WHERE k IS NOT NULL GROUP BY k HAVING count(*) > 1 "
      "ORDER BY first LIMIT 1) "
      "SELECT CAST(any_value(k) AS VARCHAR) AS value, list(n ORDER BY n)[1:{}] AS rows, count(*) AS times FROM keys "
      "JOIN repeated USING (k) "
      "HAVING count(*) > 0",
      quote_name(key), quote_text(file.string()), kRowsNamed);
}

namespace {

void refuse_repetition(std::string const& key, json::Array const& repeated, std::string const& value) {
  if (repeated.empty()) return;
  std::vector<std::size_t> rows;
  for (auto const& row : repeated.at(0).at("rows").as_array()) rows.push_back(row.to_number<std::size_t>());
  auto const times = repeated.at(0).at("times").to_number<std::size_t>();
  throw invalid(fmt::format("the record key {} must name each record once, and {} stands in {} rows: {}{}. Rows "
                            "are counted without the header. Correct them, or declare no key: records can be looked "
                            "up by any column",
                            key, value, times, fmt::join(rows, ", "), times > rows.size() ? ", …" : ""),
                {{"/key", "repeats"}})
      .with_reason("repeated_key");
}

}  // namespace

void require_distinct(std::string const& key, json::Array const& repeated) {
  if (repeated.empty()) return;
  refuse_repetition(key, repeated, json::write(repeated.at(0).at("value")));
}

void require_distinct(Workers& workers, Call const& call, std::filesystem::path const& file, std::string const& key) {
  auto worker = workers.take(call);
  json::Object task = workers.task("report", *worker, {file}, {});
  task["statements"] = json::Array{json::Value(repeated_key_sql(file, key))};
  worker->send(task);
  refuse_repetition(key, worker->receive_message(call).at("answers").at(0).as_array(), "a value");
}

}  // namespace lepton::table
