#include "table/query.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
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
    case ResultFormat::parquet:
      return "parquet";
  }
  return "objects";
}

constexpr std::size_t kLongestParameters = 1 << 20;
constexpr std::size_t kPiece = 1 << 18;
constexpr char kResultFile[] = "result.parquet";

void check_parameters(std::set<std::string> const& wanted, json::Object const& given) {
  Details problems;
  std::size_t bytes = 0;
  for (auto const& [name, value] : given) {
    std::string const pointer = json::pointer_to("/parameters", std::string_view(name));
    if (!wanted.contains(std::string(name)))
      problems[pointer] = "is no parameter of the statement";
    else if (value.is_object() || value.is_array())
      problems[pointer] = fmt::format("expected null, true, a number or text, found {}", json::kind_name(value));
    else if (value.is_string() && (!is_utf8(value.get_string()) || value.get_string().find('\0') != std::string::npos))
      problems[pointer] = "is not UTF-8 text";
    bytes += value.is_string() ? value.get_string().size() : sizeof value;
  }
  for (auto const& name : wanted)
    if (!given.contains(name)) problems[json::pointer_to("/parameters", name)] = "is missing";
  if (bytes > kLongestParameters) problems["/parameters"] = "are longer than 1 MiB";
  if (problems.empty()) return;
  std::string const first = problems.begin()->first.substr(1) + " " + problems.begin()->second;
  throw invalid(first, std::move(problems)).with_reason("parameters");
}

}  // namespace

Query Query::prepare(Workers& workers, Call const& call, std::string sql, json::Object parameters) {
  if (sql.size() > kLongestStatement) throw invalid("the statement is longer than 1 MiB").with_reason("sql_refused");
  if (!is_utf8(sql) || sql.find('\0') != std::string::npos)
    throw invalid("the statement is not UTF-8 text").with_reason("sql_refused");
  auto worker = workers.take(call);
  worker->send({{"op", "parse"}, {"sql", sql}});
  Frame const frame = worker->receive(call);
  Statement statement = examine(sql, frame.payload);
  check_parameters(statement.parameters, parameters);
  return Query(workers, std::move(worker), std::move(sql), frame.payload, std::move(statement), std::move(parameters));
}

/// The tree as SQL again, without comments or a semicolon at the end, so that it can stand inside another statement.
std::string Query::printed(Call const& call) {
  worker_->send({{"op", "print"}, {"tree", serialized_}});
  return worker_->receive(call).payload;
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
  auto const statement = limit_groups(sql_, parse_tree(sql_, serialized_), name, *limited, query_key, parameters_);
  serialized_ = json::write(statement.tree);
  sql_ = printed(call);
  auto const again = examine(sql_, serialized_);
  check(std::ranges::find(again.tables, name) == again.tables.end() && again.tables.size() == statement_.tables.size(),
        "a limited table is read as its released groups alone");
  return fmt::format("CREATE VIEW {} AS {}", quote_name(statement.view), statement.released);
}

json::Object Query::task(Call const& call, std::string_view op, std::vector<TableSource> const& sources,
                         ResultFormat format) {
  check(sources.size() == statement_.tables.size(), "every table of a statement has a source");
  std::set<std::filesystem::path> files;
  std::vector<std::string> setup;
  bool restricted = false;
  std::string const query_key = to_hex(random_bytes(16));
  if (auto view = limit(call, sources, query_key); !view.empty()) setup.push_back(std::move(view));
  if (op == "query" && format == ResultFormat::parquet) sql_ = printed(call);
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
  task["keep_order"] = !restricted || op == "save" || format == ResultFormat::parquet;
  task["sql"] = sql_;
  task["parameters"] = parameters_;
  return task;
}

QueryResult Query::run(Call const& call, std::vector<TableSource> const& sources, QueryOptions const& options,
                       ResultSink const& sink) {
  json::Object work = task(call, "query", sources, options.format);
  work["format"] = to_string(options.format);
  if (options.format == ResultFormat::parquet) work["output"] = (worker_->directory() / kResultFile).string();
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
    if (options.format == ResultFormat::parquet) hand_over_file(call, options.most_bytes, sink);
    return result;
  }
}

void Query::hand_over_file(Call const& call, std::uint64_t most_bytes, ResultSink const& sink) const {
  std::ifstream file(worker_->directory() / kResultFile, std::ios::binary);
  if (std::filesystem::file_size(worker_->directory() / kResultFile) > most_bytes)
    throw exhausted(fmt::format("the result is larger than {} bytes: select fewer rows or columns", most_bytes))
        .with_reason("too_large");
  std::string piece(kPiece, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0) {
    call.proceed();
    sink.write(std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount())));
  }
  if (file.bad()) throw unavailable("the result could not be read back");
}

TableFile Query::save(Call const& call, std::vector<TableSource> const& sources, Schema const& previous,
                      std::string const& key) {
  json::Object work = task(call, "save", sources, ResultFormat::parquet);
  work["output"] = (worker_->directory() / "table.parquet").string();
  work["previous"] = to_json(previous);
  work["key"] = key;
  worker_->send(work);
  json::Object const done = worker_->receive_message(call);
  return {worker_->directory() / "table.parquet", from_json<Schema>(done.at("schema")),
          done.at("rows").to_number<std::uint64_t>(), std::string(done.at("isolation").as_string())};
}

}  // namespace lepton::table
