#include "table/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/encoding.h"
#include "base/error.h"
#include "base/fields.h"
#include "base/random.h"
#include "table/group_limit.h"

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
  return Query(workers, std::move(worker), std::move(sql), frame.payload, std::move(statement));
}

/// Takes the SELECT over the one source with a smallest group out of the statement; returns its view, or nothing.
std::string Query::limit(Call const& call, std::vector<TableSource> const& sources, std::string const& query_key) {
  auto const limited = std::ranges::find_if(sources, [](TableSource const& one) { return one.min_group_size > 0; });
  if (limited == sources.end()) return "";
  // Two tables may hold the same rows, as versions of one dataset do.
  if (std::any_of(limited + 1, sources.end(), [](TableSource const& one) { return one.min_group_size > 0; }))
    throw denied("a statement may read one table of which only aggregates are shown, not several")
        .with_reason("min_group_size");
  auto const& name = statement_.tables[static_cast<std::size_t>(limited - sources.begin())];
  auto const statement = limit_groups(sql_, parse_tree(sql_, serialized_), name, *limited, query_key);
  serialized_ = json::write(statement.tree);
  worker_->send({{"op", "print"}, {"tree", serialized_}});
  sql_ = worker_->receive(call).payload;
  auto const again = examine(sql_, serialized_);
  check(std::ranges::find(again.tables, name) == again.tables.end() && again.tables.size() == statement_.tables.size(),
        "a limited table is read as its released groups alone");
  return fmt::format("CREATE VIEW {} AS {}", quote_name(statement.view), statement.released);
}

json::Object Query::task(Call const& call, std::string_view op, std::vector<TableSource> const& sources) {
  check(sources.size() == statement_.tables.size(), "every table of a statement has a source");
  std::set<std::filesystem::path> files;
  std::vector<std::string> setup;
  bool restricted = false;
  std::string const query_key = to_hex(random_bytes(16));
  if (auto view = limit(call, sources, query_key); !view.empty()) setup.push_back(std::move(view));
  for (std::size_t i = 0; i < sources.size(); ++i) {
    TableName const& name = statement_.tables[i];
    files.insert(sources[i].files.begin(), sources[i].files.end());
    restricted = restricted || !sources[i].row_filters.empty() || sources[i].min_group_size > 0;
    if (sources[i].min_group_size > 0) continue;  // its view is that of the released groups
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
  json::Object work = task(call, "query", sources);
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
  json::Object work = task(call, "save", sources);
  work["output"] = (worker_->directory() / "table.parquet").string();
  work["previous"] = to_json(previous);
  worker_->send(work);
  json::Object const done = worker_->receive_message(call);
  return {worker_->directory() / "table.parquet", from_json<Schema>(done.at("schema")),
          done.at("rows").to_number<std::uint64_t>(), std::string(done.at("isolation").as_string())};
}

}  // namespace lepton::table
