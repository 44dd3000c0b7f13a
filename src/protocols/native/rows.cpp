#include "native/rows.h"

#include "http/spool.h"
#include "native/ground_view.h"

namespace lepton::native {
namespace {

json::Array reads_json(datasets::QueryAnswer const& answer) {
  json::Array list;
  for (auto const& read : answer.reads) {
    json::Object one{
        {"version", read.version}, {"restricted", read.restricted}, {"grounds", to_json(views_of(read.grounds))}};
    if (read.min_group_size > 0) one["min_group_size"] = read.min_group_size;
    list.push_back(std::move(one));
  }
  return list;
}

// Lines of objects become the elements of an array: each line end but the last turns into a comma.
class ArrayOfLines {
 public:
  explicit ArrayOfLines(http::Spool& spool) : spool_(spool) {}
  void write(std::string_view bytes) {
    std::string out;
    for (char const c : bytes) {
      if (c == '\n') {
        pending_ = true;
        continue;
      }
      if (pending_) out += ",\n";
      pending_ = false;
      out += c;
    }
    spool_.write(out);
  }

 private:
  http::Spool& spool_;
  bool pending_ = false;
};

table::ResultFormat result_format(RowFormat format) {
  if (format == RowFormat::csv) return table::ResultFormat::csv;
  if (format == RowFormat::parquet) return table::ResultFormat::parquet;
  return table::ResultFormat::objects;
}

char const* content_type(RowFormat format) {
  switch (format) {
    case RowFormat::json:
      return "application/json";
    case RowFormat::jsonl:
      return "application/x-ndjson";
    case RowFormat::csv:
      return "text/csv; charset=utf-8";
    case RowFormat::parquet:
      return "application/vnd.apache.parquet";
  }
  return "application/octet-stream";
}

}  // namespace

Stream answer_rows(RowFormat format,
                   std::function<datasets::QueryAnswer(table::ResultFormat, table::ResultSink const&)> const& read) {
  auto const spool = std::make_shared<http::Spool>();  // read back after the handler has returned
  ArrayOfLines lines(*spool);
  bool const whole_json = format == RowFormat::json;
  auto const answer =
      read(result_format(format), {.begin =
                                       [&](table::Schema const& schema) {
                                         if (whole_json)
                                           spool->write("{\"columns\":" + json::write(to_json(schema)) + ",\"rows\":[");
                                       },
                                   .write =
                                       [&](std::string_view bytes) {
                                         if (whole_json)
                                           lines.write(bytes);
                                         else
                                           spool->write(bytes);
                                       }});
  auto const& result = answer.result;
  if (whole_json)
    spool->write("],\"row_count\":" + std::to_string(result.rows) + ",\"truncated\":" +
                 (result.truncated ? "true" : "false") + ",\"reads\":" + json::write(reads_json(answer)) + "}");
  Stream stream{.content_type = content_type(format), .write = [spool](http::BodySink& sink) { spool->copy_to(sink); }};
  stream.headers.set("Lepton-Rows", std::to_string(result.rows));
  stream.headers.set("Lepton-Truncated", result.truncated ? "true" : "false");
  std::string reads;
  for (auto const& one : answer.reads) reads += (reads.empty() ? "" : ", ") + one.version;
  if (!reads.empty()) stream.headers.set("Lepton-Reads", reads);
  return stream;
}

}  // namespace lepton::native
