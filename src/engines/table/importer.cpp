#include "table/importer.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/fields.h"

namespace lepton::table {
namespace {

std::string_view to_string(FileFormat format) {
  switch (format) {
    case FileFormat::csv:
      return "csv";
    case FileFormat::jsonl:
      return "jsonl";
    case FileFormat::parquet:
      return "parquet";
  }
  return "csv";
}

json::Object task_of(Workers const& workers, Worker const& worker, std::filesystem::path const& file,
                     ImportOptions const& options) {
  json::Object task = workers.task("import", worker, {file}, {});
  task["source"] = file.string();
  task["format"] = to_string(options.format);
  task["output"] = (worker.directory() / "table.parquet").string();
  task["rejects"] = (worker.directory() / "rejects.csv").string();
  task["skip_bad"] = options.skip_bad;
  task["key"] = options.key;
  task["previous"] = to_json(options.previous);
  task["types"] = to_json(options.types);
  if (options.delimiter) task["delimiter"] = std::string(1, *options.delimiter);
  if (options.header) task["header"] = *options.header;
  return task;
}

/// DuckDB ends some of its reasons with full stops, which the sentence around a reason brings itself.
std::string reason_of(json::Value const& problem) {
  std::string reason(problem.at("reason").as_string());
  reason.erase(reason.find_last_not_of('.') + 1);
  return reason;
}

std::vector<BadRow> bad_rows_of(json::Object const& done) {
  std::vector<BadRow> rows;
  for (auto const& problem : done.at("problems").as_array())
    rows.push_back({problem.at("line").to_number<std::int64_t>(),
                    problem.at("column").is_string() ? std::string(problem.at("column").get_string()) : "",
                    reason_of(problem)});
  return rows;
}

[[noreturn]] void refuse(std::vector<BadRow> const& rows, std::int64_t count) {
  Details details;
  for (BadRow const& row : rows)
    details.emplace(fmt::format("/lines/{}{}", row.line, row.column.empty() ? "" : "/" + row.column), row.reason);
  BadRow const& first = rows.front();
  throw invalid(
      fmt::format("{} of the file cannot be read; the first is line {}{}: {}. Correct them, give the column's "
                  "type, or skip bad rows (they are kept for inspection)",
                  count == 1 ? "1 row" : fmt::format("{} rows{}", count, count >= 1000 ? " or more" : ""), first.line,
                  first.column.empty() ? "" : ", column " + first.column, first.reason),
      std::move(details))
      .with_reason("bad_rows");
}

}  // namespace

Import::Import(Workers& workers, Call const& call, std::filesystem::path const& file, ImportOptions const& options)
    : worker_(workers.take(call)) {
  worker_->send(task_of(workers, *worker_, file, options));
  json::Object const done = worker_->receive_message(call);
  result_.bad_rows = done.at("bad_rows").to_number<std::int64_t>();
  result_.examples = bad_rows_of(done);
  if (result_.bad_rows > 0 && !options.skip_bad) refuse(result_.examples, result_.bad_rows);
  result_.table = {worker_->directory() / "table.parquet", from_json<Schema>(done.at("schema")),
                   done.at("rows").to_number<std::uint64_t>(), std::string(done.at("isolation").as_string())};
  if (result_.bad_rows > 0) result_.rejects = worker_->directory() / "rejects.csv";
}

}  // namespace lepton::table
