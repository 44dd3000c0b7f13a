#include "table/query_worker.h"

#include <fmt/format.h>

#include <unistd.h>

#include <csignal>

#include "base/check.h"
#include "base/error.h"
#include "table/frames.h"
#include "table/seal.h"
#include "table/values.h"
#include "table/worker_tasks.h"
#include "table/worker_template.h"

namespace lepton::table {
namespace {

constexpr std::size_t kFrameBytes = 256 * 1024;

json::Object error_message(Error const& e) {
  return {{"event", "error"}, {"code", to_string(e.code())}, {"reason", e.reason()}, {"message", e.what()}};
}

std::vector<std::string> texts_of(json::Object const& task, std::string_view name) {
  std::vector<std::string> out;
  for (auto const& value : task.at(name).as_array()) out.emplace_back(value.as_string());
  return out;
}

/// A fork of the template: any number of statements to parse, one piece of work.
class QueryWorker {
 public:
  /// What takes time is done before the server is told that the worker is there.
  QueryWorker(Session& session, json::Object const& order)
      : session_(session), channel_(STDIN_FILENO), directory_(text_of(order, "directory")) {
    session_.reconnect();
    session_.execute(fmt::format("SET memory_limit = '{}B'", number_of(order, "memory_bytes")));
    session_.execute("SET temp_directory = " + quote_text(directory_ + "/spill"));
    session_.execute(fmt::format("SET max_temp_directory_size = '{}B'", number_of(order, "temporary_bytes")));
    session_.execute("SET allowed_directories = [" + quote_text(directory_) + "]");
    session_.execute("SET parquet_metadata_cache = true");
    (void)session_.syntax_tree("SELECT 1");
    channel_.message({{"event", "ready"}});
  }

  void serve() {
    Frame frame;
    while (read_frame(STDIN_FILENO, frame))
      if (!answer(frame.payload)) return;
  }

 private:
  /// Settings that need the open world first, then the seal, then threads (which inherit it), then what the server
  /// wrote.
  [[nodiscard]] Isolation seal(json::Object const& task) {
    auto const readable = texts_of(task, "readable");
    session_.execute(fmt::format("SET allowed_paths = {}", readable.empty() ? "[]::VARCHAR[]" : quote_list(readable)));
    session_.execute("SET enable_external_access = false");
    Isolation const isolation = seal_.close({readable.begin(), readable.end()}, directory_);
    session_.execute(fmt::format("SET threads = {}", number_of(task, "threads")));
    if (!task.at("keep_order").as_bool()) session_.execute("SET preserve_insertion_order = false");
    for (std::string const& sql : texts_of(task, "setup")) session_.execute(sql);
    session_.execute("SET lock_configuration = true");
    return isolation;
  }

  [[nodiscard]] json::Object work(json::Object const& task) {
    std::string const op = text_of(task, "op");
    Isolation isolation;
    try {
      isolation = seal(task);
    } catch (Error const& e) {
      if (e.code() == Code::exhausted) throw;
      throw unavailable(fmt::format("the data cannot be opened: {}", e.what())).with_reason("setup");
    }
    json::Object done = op == "query"    ? run_query(session_, channel_, task)
                        : op == "report" ? run_report(session_, channel_, task)
                                         : run_import(session_, channel_, task);
    done["event"] = "done";
    done["isolation"] = isolation;
    return done;
  }

  /// Returns whether the process goes on.
  [[nodiscard]] bool answer(std::string const& payload) {
    try {
      json::Object const task = json::parse(payload).as_object();
      if (text_of(task, "op") == "parse") {
        channel_.data(session_.syntax_tree(text_of(task, "sql")));
        return true;
      }
      if (text_of(task, "op") == "print") {
        channel_.data(session_.value("SELECT json_deserialize_sql($1::JSON)", text_of(task, "tree")));
        return true;
      }
      channel_.message(work(task));
    } catch (Error const& e) {
      channel_.message(error_message(e));
    } catch (std::bad_alloc const&) {
      channel_.message(
          error_message(exhausted("the statement needs more memory than it may use").with_reason("memory_limit")));
    } catch (std::exception const& e) {
      channel_.message(error_message(internal(e.what())));
    }
    return false;
  }

  Session& session_;
  Channel channel_;
  Seal seal_;
  std::string directory_;
};

}  // namespace

void Channel::message(json::Object const& object) const {
  write_frame(fd_, FrameKind::message, json::write(object));
}

void Channel::data(std::string_view bytes) const {
  write_frame(fd_, FrameKind::data, bytes);
}

std::string text_of(json::Object const& task, std::string_view name) {
  auto const* const found = task.if_contains(name);
  check(found != nullptr && found->is_string(), "a task of a query worker is complete");
  return std::string(found->get_string());
}

std::int64_t number_of(json::Object const& task, std::string_view name) {
  auto const* const found = task.if_contains(name);
  check(found != nullptr && found->is_int64(), "a task of a query worker is complete");
  return found->get_int64();
}

namespace {

constexpr char kResult[] = "lepton_result";

/// The result as a file; its rows are counted before it is written, so that it is cut where the others are.
json::Object write_parquet(Session& session, Channel const& channel, json::Object const& task) {
  auto const most_rows = number_of(task, "max_rows");
  auto const& parameters = task.at("parameters").as_object();
  std::string const limited = most_rows < INT64_MAX ? fmt::format(" LIMIT {}", most_rows + 1) : "";
  session.execute(fmt::format("CREATE TEMP TABLE {} AS SELECT * FROM ({}){}", kResult, text_of(task, "sql"), limited),
                  parameters);
  {
    auto const probe = session.stream(fmt::format("FROM {} LIMIT 0", kResult));
    channel.message({{"event", "schema"}, {"columns", to_json(schema_of_result(probe->raw()))}});
  }
  std::int64_t const rows = std::stoll(session.value(fmt::format("SELECT count(*) FROM {}", kResult)));
  session.execute(fmt::format("COPY (FROM {} LIMIT {}) TO {} (FORMAT parquet, COMPRESSION zstd)", kResult, most_rows,
                              quote_text(text_of(task, "output"))));
  return {{"rows", std::min(rows, most_rows)}, {"truncated", rows > most_rows}};
}

}  // namespace

json::Object run_query(Session& session, Channel const& channel, json::Object const& task) {
  std::string const format = text_of(task, "format");
  if (format == "parquet") return write_parquet(session, channel, task);
  auto const most_rows = static_cast<std::uint64_t>(number_of(task, "max_rows"));
  auto const most_bytes = static_cast<std::uint64_t>(number_of(task, "max_bytes"));
  auto const result = session.stream(text_of(task, "sql"), task.at("parameters").as_object());
  Schema const schema = schema_of_result(result->raw());
  channel.message({{"event", "schema"}, {"columns", to_json(schema)}});

  std::vector<ValueWriter> writers;
  for (idx_t i = 0; i < schema.size(); ++i) {
    duckdb_logical_type type = duckdb().column_logical_type(&result->raw(), i);
    writers.emplace_back(type);
    duckdb().destroy_logical_type(&type);
  }
  std::vector<std::string> keys;  // "name": of each column, for objects
  for (Column const& column : schema) {
    append_json_string(column.name, keys.emplace_back());
    keys.back() += ':';
  }
  bool const csv = format == "csv";
  bool const objects = format == "objects";
  std::string out;
  if (csv) {
    for (std::size_t i = 0; i < schema.size(); ++i) {
      std::string name = quote_name(schema[i].name);
      if (name.find_first_of(",\r\n", 1) == std::string::npos && name.size() == schema[i].name.size() + 2 &&
          name.size() > 2)
        name = schema[i].name;
      out += (i == 0 ? "" : ",") + name;
    }
    out += '\n';
  }
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  bool truncated = false;
  while (!truncated) {
    auto const chunk = result->next();
    if (!chunk) break;
    for (std::size_t i = 0; i < writers.size(); ++i) writers[i].bind(duckdb().data_chunk_get_vector(chunk.get(), i));
    idx_t const count = duckdb().data_chunk_get_size(chunk.get());
    for (idx_t row = 0; row < count; ++row) {
      if (rows == most_rows || bytes + out.size() > most_bytes) {
        truncated = true;
        break;
      }
      if (!csv) out += objects ? '{' : '[';
      for (std::size_t i = 0; i < writers.size(); ++i) {
        if (i != 0) out += ',';
        if (objects) out += keys[i];
        csv ? writers[i].write_csv(row, out) : writers[i].write_json(row, out);
      }
      if (!csv) out += objects ? '}' : ']';
      out += '\n';
      ++rows;
      if (out.size() >= kFrameBytes) {
        bytes += out.size();
        channel.data(out);
        out.clear();
      }
    }
  }
  if (!out.empty()) channel.data(out);
  return {{"rows", rows}, {"truncated", truncated}};
}

json::Object run_report(Session& session, Channel const&, json::Object const& task) {
  json::Array answers;
  for (std::string const& sql : texts_of(task, "statements")) {
    std::string const rows = session.value("SELECT coalesce(json_group_array(r), '[]') FROM (" + sql + ") AS r");
    answers.push_back(json::parse(rows));
  }
  return {{"answers", std::move(answers)}};
}

int query_worker_main() {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    Session session;
    (void)session.syntax_tree("SELECT 1");
    auto const order = next_order();
    if (order) QueryWorker(session, *order).serve();
    return 0;
  } catch (Error const&) {
    return 1;  // the server is gone
  }
}

}  // namespace lepton::table
