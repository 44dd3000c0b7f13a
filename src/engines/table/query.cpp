#include "table/query.h"

#include <fmt/format.h>

#include <set>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/fields.h"
#include "base/random.h"

namespace lepton::table {
namespace {

constexpr std::size_t kLongestStatement = 1 << 20;

std::string_view to_string(ResultFormat format) {
  switch (format) {
    case ResultFormat::objects:
      return "objects";
    case ResultFormat::rows:
      return "rows";
    case ResultFormat::csv:
      return "csv";
  }
  return "objects";
}

}  // namespace

Query Query::prepare(Workers& workers, Call const& call, std::string sql) {
  if (sql.size() > kLongestStatement) throw invalid("the statement is longer than 1 MiB").with_reason("sql_refused");
  if (!is_utf8(sql) || sql.find('\0') != std::string::npos)
    throw invalid("the statement is not UTF-8 text").with_reason("sql_refused");
  auto worker = workers.take(call);
  worker->send({{"op", "parse"}, {"sql", sql}});
  Frame const frame = worker->receive(call);
  Statement statement = examine(sql, frame.payload);
  return Query(workers, std::move(worker), std::move(sql), std::move(statement));
}

json::Object Query::task(std::string_view op, std::vector<TableSource> const& sources) const {
  check(sources.size() == statement_.tables.size(), "every table of a statement has a source");
  std::set<std::filesystem::path> files;
  std::vector<std::string> setup;
  bool restricted = false;
  std::string const query_key = to_hex(random_bytes(16));
  for (std::size_t i = 0; i < sources.size(); ++i) {
    TableName const& name = statement_.tables[i];
    files.insert(sources[i].files.begin(), sources[i].files.end());
    restricted = restricted || !sources[i].row_filters.empty();
    std::string const schema = name.schema.empty() ? "main" : name.schema;
    if (!name.schema.empty()) setup.push_back("CREATE SCHEMA IF NOT EXISTS " + quote_name(schema));
    setup.push_back(fmt::format("CREATE VIEW {}.{} AS {}", quote_name(schema), quote_name(name.name),
                                scan_sql(sources[i], statement_.predicates, query_key)));
  }
  json::Object task = workers_->task(op, *worker_, {files.begin(), files.end()}, setup);
  // Keeping the order of files would make the barrier of a row filter run on one thread.
  task["keep_order"] = !restricted || op == "save";
  task["sql"] = sql_;
  return task;
}

QueryResult Query::run(Call const& call, std::vector<TableSource> const& sources, QueryOptions const& options,
                       ResultSink const& sink) {
  json::Object work = task("query", sources);
  work["format"] = to_string(options.format);
  work["max_rows"] = static_cast<std::int64_t>(std::min<std::uint64_t>(options.most_rows, INT64_MAX));
  work["max_bytes"] = static_cast<std::int64_t>(std::min<std::uint64_t>(options.most_bytes, INT64_MAX));
  worker_->send(work);
  QueryResult result;
  for (;;) {
    Frame const frame = worker_->receive(call);
    if (frame.kind == FrameKind::data) {
      sink.write(frame.payload);
      continue;
    }
    json::Object const message = json::parse(frame.payload).as_object();
    if (message.at("event") == "schema") {
      result.columns = from_json<Schema>(message.at("columns"));
      if (sink.begin) sink.begin(result.columns);
      continue;
    }
    result.rows = message.at("rows").to_number<std::uint64_t>();
    result.truncated = message.at("truncated").as_bool();
    result.isolation = std::string(message.at("isolation").as_string());
    return result;
  }
}

TableFile Query::save(Call const& call, std::vector<TableSource> const& sources, Schema const& previous) {
  json::Object work = task("save", sources);
  work["output"] = (worker_->directory() / "table.parquet").string();
  work["previous"] = to_json(previous);
  worker_->send(work);
  json::Object const done = worker_->receive_message(call);
  return {worker_->directory() / "table.parquet", from_json<Schema>(done.at("schema")),
          done.at("rows").to_number<std::uint64_t>(), std::string(done.at("isolation").as_string())};
}

}  // namespace lepton::table
