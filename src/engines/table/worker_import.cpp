#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/error.h"
#include "base/fields.h"
#include "table/csv_shape.h"
#include "table/record_key.h"
#include "table/worker_tasks.h"

namespace lepton::table {
namespace {

constexpr std::int64_t kExamples = 20;
constexpr std::int64_t kMostBadRows = 1000;  ///< counted when they are not skipped
constexpr std::size_t kHead = 1 << 20;
constexpr std::size_t kSampleBytes = 4 << 20;
constexpr std::int64_t kSampleRows = 5'000;
constexpr std::string_view kNumber = "'\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*'";

std::string head_of(std::string const& path, std::size_t most = kHead) {
  std::ifstream file(path, std::ios::binary);
  std::string head(most, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return head;
}

/// Rows of a query as JSON objects.
json::Array rows_of(Session& session, std::string const& sql) {
  return json::parse(session.value("SELECT coalesce(json_group_array(r), '[]') FROM (" + sql + ") AS r")).as_array();
}

/// Columns keep the ids they had; new ones count on.
void assign_field_ids(Schema& schema, Schema const& previous) {
  std::int32_t last = 0;
  for (Column const& column : previous) last = std::max(last, column.field_id);
  for (Column& column : schema) {
    Column const* const same = find_column(previous, column.name);
    column.field_id = same != nullptr && same->field_id > 0 ? same->field_id : ++last;
  }
}

/// Types that Parquet has no place for are stored as the nearest that it has.
std::string stored_column(Column const& column) {
  std::string const name = quote_name(column.name);
  std::string const& type = column.type;
  if (type == "HUGEINT" || type == "UHUGEINT") return fmt::format("CAST({0} AS BIGINT) AS {0}", name);
  if (type == "BIT" || type == "\"NULL\"" || type.starts_with("ENUM(") || type.starts_with("UNION("))
    return fmt::format("CAST({0} AS VARCHAR) AS {0}", name);
  return name;
}

/// A key that is no column is refused by whoever knows what the table is.
void check_key(Session& session, Schema const& schema, json::Object const& task) {
  std::string const key = text_of(task, "key");
  if (Column const* const column = key.empty() ? nullptr : find_column(schema, key); column != nullptr)
    require_distinct(key, rows_of(session, repeated_key_sql(text_of(task, "output"), column->name)));
}

/// Writes the view `relation` as zstd Parquet with field ids and describes what is in the file.
json::Object write_table(Session& session, std::string const& relation, json::Object const& task) {
  auto const previous = from_json<Schema>(task.at("previous"));
  std::string const output = text_of(task, "output");
  Schema schema;
  {
    auto const probe = session.stream(fmt::format("SELECT * FROM {} LIMIT 0", relation));
    schema = schema_of_result(probe->raw());
  }
  assign_field_ids(schema, previous);
  std::string columns;
  std::string ids;
  for (Column const& column : schema) {
    columns += (columns.empty() ? "" : ", ") + stored_column(column);
    ids += fmt::format("{}{}: {}", ids.empty() ? "" : ", ", quote_name(column.name), column.field_id);
  }
  std::string const rows =
      session.value(fmt::format("COPY (SELECT {} FROM {}) TO {} (FORMAT parquet, COMPRESSION zstd, FIELD_IDS {{{}}})",
                                columns, relation, quote_text(output), ids));
  auto const stored = session.stream(fmt::format("SELECT * FROM read_parquet({}) LIMIT 0", quote_text(output)));
  Schema written = schema_of_result(stored->raw());
  for (Column& column : written)
    if (Column const* const same = find_column(schema, column.name); same != nullptr) column.field_id = same->field_id;
  return {{"schema", to_json(written)}, {"rows", std::stoll(rows)}, {"bad_rows", 0}, {"problems", json::Array()}};
}

std::string csv_scan(std::string const& source, CsvShape const& shape, std::map<std::string, std::string> const& types,
                     std::string const& more) {
  std::string columns;
  for (std::string const& name : shape.columns)
    columns += fmt::format("{}{}: {}", columns.empty() ? "" : ", ", quote_text(name), quote_text(types.at(name)));
  return fmt::format(
      "read_csv({}, auto_detect = false, delim = {}, quote = '\"', escape = '\"', header = {}, columns = {{{}}}, "
      "null_padding = false, store_rejects = true{})",
      quote_text(source), quote_text(std::string(1, shape.delimiter)), shape.header, columns, more);
}

/// The type that all, or nearly all, values of a sample have: what does not fit is then a bad row, not a reason to call
/// a column of numbers text. Digits that are no quantities stay text: with leading zeros, or all of eleven digits
/// (phones) or of more than fourteen (identity and card numbers).
std::string guess_type(json::Object const& counts) {
  auto const count = [&](char const* name) { return counts.at(name).to_number<double>(); };
  double const filled = count("filled");
  if (filled == 0 || count("codes") > 0 || count("long_codes") == filled) return "VARCHAR";
  double const enough = filled >= 20 ? filled * 0.9 : filled * 0.7;
  if (count("whole") == filled) return "BIGINT";
  if (count("real_numbers") >= enough) return count("fractions") > 0 ? "DOUBLE" : "BIGINT";
  if (count("truths") >= enough) return "BOOLEAN";
  if (count("dates") >= enough) return "DATE";
  if (count("moments") >= enough) return "TIMESTAMP";
  return "VARCHAR";
}

/// A file of the first records of `source` alone, of which DuckDB would read much more than a sample needs.
std::string sample_file(std::string const& source, std::string const& directory) {
  std::string head = head_of(source, kSampleBytes);
  std::size_t const end = head.rfind('\n');
  if (head.size() < kSampleBytes || end == std::string::npos) return source;
  std::string path = directory + "/sample.csv";
  std::ofstream(path, std::ios::binary).write(head.data(), static_cast<std::streamsize>(end + 1));
  return path;
}

std::map<std::string, std::string> guess_types(Session& session, std::string const& source,
                                               std::string const& directory, CsvShape const& shape) {
  std::map<std::string, std::string> types;
  for (std::string const& name : shape.columns) types[name] = "VARCHAR";
  std::string selects;
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    std::string const c = quote_name(shape.columns[i]);
    selects += fmt::format(
        "{}{{'filled': count({c}), 'codes': count_if(regexp_full_match({c}, '0\\d+')), "
        "'long_codes': count_if(regexp_full_match({c}, '\\d{{11}}|\\d{{15,}}')), "
        "'whole': count_if(regexp_full_match({c}, '[+-]?\\d+') AND TRY_CAST({c} AS BIGINT) IS NOT NULL), "
        "'real_numbers': count_if(regexp_full_match({c}, {number})), "
        "'fractions': count_if(regexp_full_match({c}, {number}) AND (regexp_matches({c}, '[.eE]') OR "
        "TRY_CAST({c} AS BIGINT) IS NULL)), "
        "'truths': count_if(lower({c}) IN ('true', 'false')), "
        "'dates': count_if(regexp_full_match({c}, '\\d{{4}}-\\d\\d-\\d\\d')), "
        "'moments': count_if(regexp_matches({c}, '^\\d{{4}}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d') AND "
        "TRY_CAST({c} AS TIMESTAMP) IS NOT NULL)}}",
        i == 0 ? "" : ", ", fmt::arg("c", c), fmt::arg("number", kNumber));
  }
  auto const counts = json::parse(
      session.value(fmt::format("SELECT to_json([{}]) FROM (SELECT * FROM {} LIMIT {})", selects,
                                csv_scan(sample_file(source, directory), shape, types,
                                         ", rejects_table = 'sample_rejects', rejects_scan = 'sample_scans'"),
                                kSampleRows)));
  std::set<std::size_t> whole;
  for (std::size_t i = 0; i < shape.columns.size(); ++i) {
    types[shape.columns[i]] = guess_type(counts.at(i).as_object());
    if (types[shape.columns[i]] == "BIGINT") whole.insert(i);
  }
  if (!whole.empty()) {
    std::ifstream file(source, std::ios::binary);
    for (std::size_t const i : columns_with_fractions(file, shape.delimiter, whole)) types[shape.columns[i]] = "DOUBLE";
  }
  return types;
}

/// What the caller and the version before know comes before what the values look like.
void apply_known_types(std::map<std::string, std::string>& types, json::Object const& task) {
  auto const previous = from_json<Schema>(task.at("previous"));
  for (auto& [name, type] : types)
    if (Column const* const before = find_column(previous, name); before != nullptr) type = before->type;
  for (auto const& [wanted, type] : from_json<std::map<std::string, std::string>>(task.at("types"))) {
    auto const found =
        std::ranges::find_if(types, [&](auto const& t) { return lower_case(t.first) == lower_case(wanted); });
    if (found == types.end())
      throw invalid(fmt::format("a type is given for column {}, which the file does not have", wanted))
          .with_reason("bad_file");
    found->second = type;
  }
}

void explain_encoding(std::istream&& file) {
  if (auto const problem = encoding_problem(file)) throw invalid(*problem).with_reason("bad_file");
}

void explain_encoding(std::string const& source) {
  explain_encoding(std::ifstream(source, std::ios::binary));
}

json::Object import_csv(Session& session, json::Object const& task) {
  std::string const source = text_of(task, "source");
  bool const skip_bad = task.at("skip_bad").as_bool();
  std::string const head = head_of(source);
  // A header that is not UTF-8 has no columns to speak of: say so rather than report every row of it.
  explain_encoding(std::istringstream(head.substr(0, head.find('\n'))));
  auto const* const delimiter = task.if_contains("delimiter");
  auto const* const header = task.if_contains("header");
  CsvShape const shape = csv_shape(head, delimiter != nullptr ? std::optional(delimiter->as_string()[0]) : std::nullopt,
                                   header != nullptr ? std::optional(header->as_bool()) : std::nullopt);
  json::Object done;
  try {
    auto types = guess_types(session, source, text_of(task, "directory"), shape);
    apply_known_types(types, task);
    session.execute("CREATE VIEW imported AS SELECT * FROM " +
                    csv_scan(source, shape, types, skip_bad ? "" : fmt::format(", rejects_limit = {}", kMostBadRows)));
    done = write_table(session, "imported", task);
  } catch (Error const& e) {
    if (e.code() == Code::invalid) explain_encoding(source);
    throw;
  }
  if (session.value("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'reject_errors'") == "0") return done;
  std::int64_t const bad = std::stoll(session.value("SELECT count(DISTINCT line) FROM reject_errors"));
  if (bad == 0) return done;
  if (!skip_bad && session.value("SELECT count(*) FROM reject_errors WHERE error_type = 'INVALID ENCODING'") != "0")
    explain_encoding(source);
  constexpr std::string_view kReject =
      "SELECT line, CASE WHEN error_type = 'CAST' THEN column_name END AS \"column\", "
      "regexp_replace(regexp_replace(replace(error_message, chr(10), ' '), "
      "'^Error when converting column \".*?\"\\. ', ''), "
      "'^Expected Number of Columns: (\\d+) Found: (\\d+)', 'expected \\1 columns, found \\2') AS reason";
  done["bad_rows"] = bad;
  done["problems"] =
      rows_of(session, fmt::format("{} FROM reject_errors ORDER BY line, column_idx LIMIT {}", kReject, kExamples));
  if (skip_bad)
    session.execute(
        fmt::format("COPY ({}, csv_line AS text FROM reject_errors ORDER BY line, column_idx) TO {} (FORMAT csv)",
                    kReject, quote_text(text_of(task, "rejects"))));
  return done;
}

/// JSON lines that are not an object each. `good`, when open, receives the others.
json::Array bad_json_lines(std::string const& source, std::ofstream* good, std::ofstream* rejects, std::int64_t& bad) {
  std::ifstream file(source, std::ios::binary);
  json::Array problems;
  std::string text;
  for (std::int64_t line = 1; std::getline(file, text); ++line) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    std::string reason;
    try {
      if (!json::parse(text).is_object()) reason = "the line is not a JSON object";
    } catch (Error const& e) {
      reason = e.what();
    }
    if (reason.empty()) {
      if (good != nullptr) *good << text << '\n';
      continue;
    }
    ++bad;
    if (static_cast<std::int64_t>(problems.size()) < kExamples)
      problems.push_back(json::Object{{"line", line}, {"column", nullptr}, {"reason", reason}});
    if (rejects != nullptr) {
      std::string const because = quote_name(reason);
      *rejects << line << ",," << because << ',' << quote_name(text) << '\n';
    }
  }
  return problems;
}

json::Object import_json_lines(Session& session, json::Object const& task) {
  std::string source = text_of(task, "source");
  bool const skip_bad = task.at("skip_bad").as_bool();
  if (head_of(source).find_first_not_of(" \t\r\n") == std::string::npos)
    throw invalid("the file is empty").with_reason("bad_file");
  std::int64_t bad = 0;
  json::Array problems;
  if (skip_bad) {
    std::string const sieved = text_of(task, "directory") + "/good.jsonl";
    std::ofstream good(sieved, std::ios::binary);
    std::ofstream rejects(text_of(task, "rejects"), std::ios::binary);
    rejects << "line,column,reason,text\n";
    problems = bad_json_lines(source, &good, &rejects, bad);
    source = sieved;
  }
  json::Object done;
  try {
    session.execute(
        fmt::format("CREATE VIEW imported AS SELECT * FROM read_json({}, format = 'newline_delimited', "
                    "records = 'true', sample_size = -1)",
                    quote_text(source)));
    done = write_table(session, "imported", task);
  } catch (Error const& e) {
    if (skip_bad || e.code() != Code::invalid) throw;
    explain_encoding(source);
    problems = bad_json_lines(source, nullptr, nullptr, bad);
    if (bad == 0) throw;
    done = {{"schema", json::Array()}, {"rows", 0}};
  }
  done["bad_rows"] = bad;
  done["problems"] = std::move(problems);
  return done;
}

json::Object import_parquet(Session& session, json::Object const& task) {
  std::string const source = text_of(task, "source");
  if (!head_of(source).starts_with("PAR1")) throw invalid("the file is not Parquet").with_reason("bad_file");
  try {
    session.execute(fmt::format("CREATE VIEW imported AS SELECT * FROM read_parquet({})", quote_text(source)));
    return write_table(session, "imported", task);
  } catch (Error const& e) {
    if (e.code() == Code::exhausted) throw;
    throw invalid("the Parquet file is damaged or not finished").with_reason("bad_file");
  }
}

}  // namespace

namespace {

json::Object written(Session& session, json::Object const& task) {
  if (text_of(task, "op") == "save") {
    auto const& parameters = task.at("parameters").as_object();
    if (parameters.empty())
      session.execute("CREATE VIEW lepton_result AS " + text_of(task, "sql"));
    else  // a view takes no parameters
      session.execute("CREATE TEMP TABLE lepton_result AS " + text_of(task, "sql"), parameters);
    return write_table(session, "lepton_result", task);
  }
  std::string const format = text_of(task, "format");
  if (format == "csv") return import_csv(session, task);
  if (format == "jsonl") return import_json_lines(session, task);
  return import_parquet(session, task);
}

}  // namespace

json::Object run_import(Session& session, Channel const&, json::Object const& task) {
  json::Object done = written(session, task);
  bool const refused = done.at("bad_rows").to_number<std::int64_t>() > 0 && !task.at("skip_bad").as_bool();
  if (!refused) check_key(session, from_json<Schema>(done.at("schema")), task);
  return done;
}

}  // namespace lepton::table
