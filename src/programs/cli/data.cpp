#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/progress.h"

namespace lepton::cli {
namespace {

std::vector<Column> const kDatasets{{"ADDRESS", "address"},
                                    {"DESCRIPTION", "description"},
                                    {"TAGS", "tags"},
                                    {"KEY", "key"},
                                    {"VERSION", "latest.number"},
                                    {"ROWS", "latest.rows"},
                                    {"WITHDRAWN", "withdrawn.reason"}};
std::vector<Column> const kVersions{{"VERSION", "address"},   {"ROWS", "rows"},     {"BYTES", "bytes"},
                                    {"BAD ROWS", "bad_rows"}, {"BY", "created_by"}, {"CREATED", "created_at"},
                                    {"DIGEST", "digest"}};

Target dataset(std::string const& address, std::string const& rest = "") {
  auto const place = place_of(address);
  return Target("/v1/departments/{}/datasets/{}" + rest, {place.department, place.name});
}

std::string whole(Invocation& in, Target const& target, json::Value const& body) {
  std::string text;
  in.client().stream(target, body, "", [&](std::string_view piece) { text += piece; });
  return text;
}

/// Bytes to the file of --to, which is there whole or not at all, or to standard output.
void stream_to(Invocation& in, Target const& target, json::Value const& body) {
  auto const to = in.find("to");
  if (!to) {
    if (in.out().format() == Format::parquet && ::isatty(STDOUT_FILENO) != 0)
      throw invalid("Parquet is not for a terminal: name a file with --to FILE");
    in.client().stream(target, body, "",
                       [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
    return;
  }
  std::filesystem::path const partial = *to + ".partial";
  try {
    std::ofstream file(partial, std::ios::binary);
    in.client().stream(target, body, "", [&](std::string_view piece) {
      file.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    });
    file.close();
    if (!file) throw unavailable("cannot write " + partial.string());
    std::filesystem::rename(partial, *to);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    throw;
  }
  in.out().note("written to " + *to);
}

/// Rows as a table where a person reads, as they come for everything else.
void show_rows(Invocation& in, Target target, json::Value body) {
  auto const format = in.out().format();
  bool const streams = format == Format::csv || format == Format::jsonl || format == Format::parquet;
  std::string const name(streams ? name_of(format) : "json");
  if (in.find("to") && !streams) throw invalid("--to takes csv, jsonl or parquet: say which with -o");
  if (body.is_object())
    body.get_object()["format"] = name;
  else
    target.with("format", name);
  if (streams) return stream_to(in, target, body);
  auto const answer = json::parse([&] {
    Progress const progress("reading", 0, in.out().quiet());
    return whole(in, target, body);
  }());
  if (format != Format::table) return in.out().item(answer);
  std::vector<Column> columns;
  for (auto const& column : answer.at("columns").as_array())
    columns.push_back({std::string(column.at("name").as_string()), std::string(column.at("name").as_string())});
  in.out().list(answer.at("rows").as_array(), columns);
  if (answer.at("truncated").as_bool()) in.out().note("there are more rows: --rows N, or -o csv for all");
  for (auto const& read : answer.at("reads").as_array())
    if (auto const* least = read.as_object().if_contains("min_group_size"))
      in.out().note(fmt::format("{} is shown in groups of at least {} rows; smaller ones are left out",
                                cell(&read.at("version")), cell(least)));
    else if (read.at("restricted").as_bool())
      in.out().note(cell(&read.at("version")) + " is shown filtered or masked, as its owner says");
}

void show_import(Invocation& in, json::Value const& answer) {
  if (in.out().format() != Format::table && in.out().format() != Format::csv) return in.out().item(answer);
  in.out().changed(answer.at("version"), kVersions);
  if (answer.at("unchanged").as_bool()) in.out().note("the newest version had this content already");
  for (auto const& bad : answer.at("bad_rows").as_array()) {
    auto const column = cell(bad.as_object().if_contains("column"));
    in.out().note(fmt::format("skipped line {}{}{}: {}", bad.at("line").to_number<std::int64_t>(),
                              column.empty() ? "" : ", ", column, cell(&bad.at("reason"))));
  }
}

std::string joined(std::vector<std::string> const& parts) {
  return fmt::format("{}", fmt::join(parts, ","));
}

ExitCode import(Invocation& in) {
  std::filesystem::path const file = in.get("file");
  if (std::filesystem::is_directory(file)) throw invalid(file.string() + " is a folder: name a file in it");
  auto target = dataset(in.get("address"), ":import");
  target.with("file_name", file.filename().string())
      .with("format", in.find("format"))
      .with("delimiter", in.find("delimiter"))
      .with("types", joined(in.all("type")))
      .with("skip_bad", in.has("skip-bad") ? "true" : "")
      .with("allow_schema_change", in.has("allow-schema-change") ? "true" : "")
      .with("description", in.find("description"))
      .with("key", in.find("key"))
      .with("tags", joined(in.all("tag")));
  json::Value answer;
  {
    std::error_code unknown;
    auto const size = std::filesystem::file_size(file, unknown);
    Progress progress("import " + file.filename().string(), unknown ? 0 : size, in.out().quiet());
    answer = in.client().upload(target, file, [&](std::uint64_t sent) { progress.bytes(sent); });
  }
  show_import(in, answer);
  return ExitCode::ok;
}

ExitCode list(Invocation& in) {
  in.out().list(in.client().list(Target("/v1/datasets").with("department", in.find("department"))), kDatasets);
  return ExitCode::ok;
}

ExitCode show_version(Invocation& in, json::Value const& version) {
  if (in.out().format() != Format::table) {
    in.out().item(version);
    return ExitCode::ok;
  }
  in.out().item(version, kVersions);
  in.out().list(version.at("columns").as_array(), {{"COLUMN", "name"}, {"TYPE", "type"}});
  return ExitCode::ok;
}

ExitCode show(Invocation& in) {
  if (auto const version = place_of(in.get("address")).version; !version.empty())
    return show_version(in, in.client().get(dataset(in.get("address"), "/versions/" + version)));
  auto const answer = in.client().get(dataset(in.get("address")));
  if (in.out().format() != Format::table) {
    in.out().item(answer);
    return ExitCode::ok;
  }
  in.out().item(answer, kDatasets);
  if (auto const* latest = answer.as_object().if_contains("latest"); latest != nullptr && latest->is_object())
    in.out().list(latest->at("columns").as_array(), {{"COLUMN", "name"}, {"TYPE", "type"}});
  return ExitCode::ok;
}

ExitCode versions(Invocation& in) {
  in.out().list(in.client().list(dataset(in.get("address"), "/versions")), kVersions);
  return ExitCode::ok;
}

/// The statement, or the file that holds it ("@training.sql").
std::string statement(Invocation const& in) {
  auto const& text = in.get("sql");
  return text.starts_with('@') ? read_file(text.substr(1)) : text;
}

/// NAME=VALUE: a number, true, false or null where it reads as one, otherwise text; '"2024"' is text too.
json::Object parameters(Invocation const& in) {
  json::Object out;
  for (auto const& one : in.all("param")) {
    auto const equals = one.find('=');
    if (equals == std::string::npos || equals == 0) throw invalid("--param is NAME=VALUE, such as --param year=2024");
    std::string const text = one.substr(equals + 1);
    json::Value value(text);
    try {
      value = json::parse(text);
    } catch (Error const&) {
      // Plain text.
    }
    if (value.is_object() || value.is_array()) value = text;
    out[one.substr(0, equals)] = std::move(value);
  }
  return out;
}

ExitCode query(Invocation& in) {
  json::Object body{{"sql", statement(in)}};
  if (auto values = parameters(in); !values.empty()) body["parameters"] = std::move(values);
  if (auto const rows = in.find("rows")) body["max_rows"] = json::parse(*rows);
  show_rows(in, Target("/v1/query"), std::move(body));
  return ExitCode::ok;
}

ExitCode save(Invocation& in) {
  json::Object body{{"sql", statement(in)}};
  if (auto values = parameters(in); !values.empty()) body["parameters"] = std::move(values);
  if (auto const description = in.find("description")) body["description"] = *description;
  if (auto const key = in.find("key")) body["key"] = *key;
  if (in.has("allow-schema-change")) body["allow_schema_change"] = true;
  show_import(in, [&] {
    Progress const progress("saving " + in.get("address"), 0, in.out().quiet());
    return in.client().post(dataset(in.get("address"), ":save_query"), body);
  }());
  return ExitCode::ok;
}

ExitCode preview(Invocation& in) {
  auto target = dataset(in.get("address"), "/preview");
  target.with("version", place_of(in.get("address")).version).with("rows", in.find("rows"));
  show_rows(in, target, nullptr);
  return ExitCode::ok;
}

ExitCode export_rows(Invocation& in) {
  auto const wanted = in.out().format();
  std::string const usual(
      wanted == Format::json || wanted == Format::jsonl || wanted == Format::parquet ? name_of(wanted) : "csv");
  auto const target = dataset(in.get("address"), "/rows")
                          .with("version", place_of(in.get("address")).version)
                          .with("format", in.get_or("format", usual));
  stream_to(in, target, nullptr);
  return ExitCode::ok;
}

// A line per column; quantiles, histograms and frequent values are in -o json.
ExitCode profile(Invocation& in) {
  auto const answer =
      in.client().get(dataset(in.get("address"), "/profile").with("version", place_of(in.get("address")).version));
  if (in.out().format() != Format::table && in.out().format() != Format::csv) {
    in.out().item(answer);
    return ExitCode::ok;
  }
  json::Array columns;
  for (auto const& column : answer.at("columns").as_array()) {
    json::Object line = column.as_object();
    if (auto const* personal = line.if_contains("personal"))
      line["personal"] = json::Value(personal->as_object().at("kind"));
    columns.push_back(std::move(line));
  }
  in.out().list(columns, {{"COLUMN", "name"},
                          {"TYPE", "type"},
                          {"NULLS", "nulls"},
                          {"≈DISTINCT", "distinct"},
                          {"LEAST", "min"},
                          {"MOST", "max"},
                          {"MEAN", "mean"},
                          {"PERSONAL?", "personal"}});
  return ExitCode::ok;
}

ExitCode record(Invocation& in) {
  auto const place = place_of(in.get("address"));
  in.out().item(in.client().get(
      Target("/v1/departments/{}/datasets/{}/records/{}", {place.department, place.name, in.get("key")})));
  return ExitCode::ok;
}

ExitCode rejects(Invocation& in) {
  auto const place = place_of(in.get("address"));
  if (place.version.empty()) throw invalid("say which version: " + in.get("address") + "@1");
  in.client().stream(
      Target("/v1/departments/{}/datasets/{}/versions/{}/rejects", {place.department, place.name, place.version}),
      nullptr, "", [](std::string_view piece) { std::fwrite(piece.data(), 1, piece.size(), stdout); });
  return ExitCode::ok;
}

ExitCode withdraw(Invocation& in) {
  in.out().changed(
      in.client().post(dataset(in.get("address"), ":withdraw"), json::Object{{"reason", in.get("reason")}}), kDatasets);
  in.out().note("what stands on it: lepton data impact " + in.get("address"));
  return ExitCode::ok;
}

ExitCode restore(Invocation& in) {
  in.out().changed(in.client().post(dataset(in.get("address"), ":restore")), kDatasets);
  return ExitCode::ok;
}

ExitCode remove(Invocation& in) {
  in.client().remove(dataset(in.get("address")));
  return ExitCode::ok;
}

void add_reading(std::vector<Command>& commands, Argument const& address) {
  auto const rows = option("--rows", "N", "most rows to show");
  auto const to = option("--to", "FILE", "write there instead, with -o csv, jsonl or parquet");
  auto const param = repeated(option("--param", "NAME=VALUE", "value of $NAME in the statement"));
  std::vector<std::string> const examples{
      "lepton data query 'SELECT count(*) FROM banking.customers' --purpose default-risk",
      "lepton data query 'SELECT * FROM banking.customers WHERE age > $age' --param age=30 -o parquet --to "
      "old.parquet"};
  commands.push_back({.noun = "data",
                      .verb = "list",
                      .summary = "List the tables that you may discover",
                      .arguments = {option("--department", "NAME", "whose")},
                      .run = list});
  commands.push_back(
      {.noun = "data", .verb = "show", .summary = "Show a table and its columns", .arguments = {address}, .run = show});
  commands.push_back({.noun = "data",
                      .verb = "versions",
                      .summary = "List the versions of a table",
                      .arguments = {address},
                      .run = versions});
  commands.push_back({.noun = "data",
                      .verb = "query",
                      .summary = "Ask in SQL; every table is read with your rights and purpose",
                      .arguments = {positional("sql", "one SELECT, or @FILE"), rows, param, to},
                      .examples = examples,
                      .run = query,
                      .formats = {Format::parquet}});
  commands.push_back({.noun = "data",
                      .verb = "sql",
                      .summary = "Ask in SQL; every table is read with your rights and purpose",
                      .arguments = {positional("sql", "one SELECT, or @FILE"), rows, param, to},
                      .examples = examples,
                      .run = query,
                      .hidden = true,
                      .formats = {Format::parquet}});
  commands.push_back({.noun = "data",
                      .verb = "preview",
                      .summary = "Show the first rows as you may see them",
                      .arguments = {address, rows, to},
                      .run = preview,
                      .formats = {Format::parquet}});
  commands.push_back({.noun = "data",
                      .verb = "export",
                      .summary = "Write all rows as you may see them to standard output",
                      .arguments = {address, option("--format", "FORMAT", "csv (default), jsonl, json or parquet"), to},
                      .run = export_rows,
                      .formats = {Format::parquet}});
  commands.push_back({.noun = "data",
                      .verb = "profile",
                      .summary = "Describe every column: types, nulls, quantiles",
                      .arguments = {address},
                      .run = profile});
  commands.push_back({.noun = "data",
                      .verb = "record",
                      .summary = "Show one record",
                      .arguments = {address, positional("key", "value of the key column")},
                      .run = record});
}

}  // namespace

void add_data(std::vector<Command>& commands) {
  auto const address = positional("address", "department/name, with @version where it matters", "dataset");
  auto const description = option("--description", "TEXT", "of a new table");
  auto const key = option("--key", "COLUMN", "of a new table: identifies a record");
  auto const change = flag("--allow-schema-change", "the columns may differ from the last version");
  commands.push_back(
      {.noun = "data",
       .verb = "import",
       .summary = "Add a file as the next version of a table",
       .arguments = {address,
                     positional("file", "CSV, JSON lines or Parquet, also gzipped (.gz); - for standard input"),
                     option("--format", "FORMAT", "csv, jsonl or parquet; default by the name"),
                     option("--delimiter", "CHARACTER", "of CSV"),
                     repeated(option("--type", "COLUMN:TYPE", "of a CSV column")),
                     flag("--skip-bad", "leave out rows that cannot be read, and keep them for inspection"), change,
                     description, key, repeated(option("--tag", "TAG", "of a new table, such as pii"))},
       .examples = {"lepton data import banking/customers customers.csv --key customer_id --tag pii"},
       .run = import});
  add_reading(commands, address);
  commands.push_back({.noun = "data",
                      .verb = "save",
                      .summary = "Keep the result of a query as the next version of a table",
                      .arguments = {address, positional("sql", "one SELECT, or @FILE"), description, key, change,
                                    repeated(option("--param", "NAME=VALUE", "value of $NAME in the statement"))},
                      .examples = {"lepton data save risk/training-set @training_set.sql --purpose default-risk"},
                      .run = save});
  commands.push_back({.noun = "data",
                      .verb = "rejects",
                      .summary = "Write the rows that an import skipped, as CSV",
                      .arguments = {address},
                      .run = rejects});
  commands.push_back({.noun = "data",
                      .verb = "withdraw",
                      .summary = "Let nobody read a table from now on",
                      .arguments = {address, required_option("--reason", "TEXT", "why, for those who read it")},
                      .run = withdraw});
  commands.push_back(
      {.noun = "data", .verb = "restore", .summary = "Undo a withdrawal", .arguments = {address}, .run = restore});
  commands.push_back({.noun = "data",
                      .verb = "remove",
                      .summary = "Remove a table that nothing was made from",
                      .arguments = {address},
                      .run = remove});
}

}  // namespace lepton::cli
