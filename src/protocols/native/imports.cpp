#include "http/spool.h"
#include "native/import_result.h"
#include "native/resources.h"
#include "native/unpacked_body.h"
#include "native/uploaded_file.h"

namespace lepton::native {
namespace {

table::FileFormat format_of(std::string const& said, std::string_view file_name) {
  if (file_name.ends_with(".gz")) file_name.remove_suffix(3);
  std::string const format = !said.empty()                     ? said
                             : file_name.ends_with(".parquet") ? "parquet"
                             : file_name.ends_with(".jsonl")   ? "jsonl"
                             : file_name.ends_with(".ndjson")  ? "jsonl"
                             : file_name.ends_with(".csv")     ? "csv"
                             : file_name.ends_with(".tsv")     ? "csv"
                                                               : "";
  if (format == "csv") return table::FileFormat::csv;
  if (format == "jsonl") return table::FileFormat::jsonl;
  if (format == "parquet") return table::FileFormat::parquet;
  throw invalid("say what the file is: csv, jsonl or parquet", {{"/format", "expected csv, jsonl or parquet"}});
}

// "age:INTEGER,joined:DATE" → both; commas inside parentheses belong to the type.
std::map<std::string, std::string> types_of(std::string const& text) {
  std::map<std::string, std::string> types;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && text[at] == '(') ++depth;
    if (at < text.size() && text[at] == ')') --depth;
    if (at < text.size() && (text[at] != ',' || depth > 0)) continue;
    auto const part = text.substr(begin, at - begin);
    begin = at + 1;
    if (part.empty()) continue;
    auto const colon = part.find(':');
    if (colon == std::string::npos || colon == 0)
      throw invalid("types must be COLUMN:TYPE, such as age:INTEGER", {{"/types", "expected COLUMN:TYPE"}});
    types[part.substr(0, colon)] = part.substr(colon + 1);
  }
  return types;
}

struct ImportDataset {
  datasets::Datasets& datasets;
  std::filesystem::path uploads;

  struct Input {
    std::string department, name, format, file_name, delimiter, types, description, key;
    std::optional<bool> header;
    bool skip_bad = false, allow_schema_change = false;
    std::set<std::string> tags;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "that owns it"),
          required("name", &Input::name, "dataset; created when there is none"),
          optional("format", &Input::format, "csv, jsonl or parquet; default by file_name"),
          optional("file_name", &Input::file_name, "as you call it, for the record"),
          optional("delimiter", &Input::delimiter, "of CSV; found out when left out"),
          optional("header", &Input::header, "whether CSV has one; found out when left out"),
          optional("types", &Input::types, "COLUMN:TYPE,… for CSV columns that are not what they look like"),
          optional("skip_bad", &Input::skip_bad, "leave out rows that cannot be read, and keep them for inspection"),
          optional("allow_schema_change", &Input::allow_schema_change, "the columns may differ from the last version"),
          optional("description", &Input::description, "of a new dataset"),
          optional("key", &Input::key, "of a new dataset: column by which a record is looked up"),
          optional("tags", &Input::tags, "of a new dataset")};
    }
  };
  using Output = ImportView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/datasets/{name}:import",
      .name = "import_dataset",
      .tag = "data",
      .summary = "Send a file as the body, gzipped or not; it becomes the next version, or nothing",
      .status = 201,
      .max_body_bytes = std::uint64_t{256} << 30,
      .timeout = std::chrono::seconds(0)};
  Output run(Call const& call, Input const& input, http::BodySource& body) {
    datasets::ImportRequest request{.format = format_of(input.format, input.file_name),
                                    .file_name = input.file_name,
                                    .header = input.header,
                                    .types = types_of(input.types),
                                    .skip_bad = input.skip_bad,
                                    .allow_schema_change = input.allow_schema_change,
                                    .description = input.description,
                                    .tags = input.tags,
                                    .key = input.key};
    if (input.delimiter == "\\t" || input.delimiter == "tab")
      request.delimiter = '\t';
    else if (input.delimiter.size() == 1)
      request.delimiter = input.delimiter[0];
    else if (!input.delimiter.empty())
      throw invalid("the delimiter must be one character", {{"/delimiter", "expected one character"}});
    access::Address const address{input.department, input.name, std::nullopt};
    // Before anything of the body is kept, so that nobody fills the disk who may not write; import() decides again.
    datasets.require_may_add(call, address);
    UploadedFile const file(uploads);
    read_unpacked(call, body, description.max_body_bytes, [&](std::string_view piece) { file.write(piece); });
    return ImportView(datasets.import(call, address, file.path(), request));
  }
};

struct ReadRejects {
  datasets::Datasets& datasets;

  struct Input {
    std::string department, name, version;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"), required("version", &Input::version, "1, 2, …")};
    }
  };
  using Output = Stream;
  static constexpr Description description{
      .method = "GET",
      .path = "/v1/departments/{department}/datasets/{name}/versions/{version}/rejects",
      .name = "read_rejects",
      .tag = "data",
      .summary = "Read the rows that an import skipped, as CSV of line, column, reason and text"};
  Output run(Call const& call, Input const& input) {
    auto const spool = std::make_shared<http::Spool>();  // read back after the handler has returned
    datasets.rejects(call, {input.department, input.name, input.version},
                     [&](std::string_view bytes) { spool->write(bytes); });
    return {.content_type = "text/csv; charset=utf-8",
            .write = [spool](http::BodySink& sink) { spool->copy_to(sink); }};
  }
};

}  // namespace

void add_imports(Table& table, datasets::Datasets& datasets, std::filesystem::path const& uploads) {
  table.add(ImportDataset{datasets, uploads});
  table.add(ReadRejects{datasets});
}

}  // namespace lepton::native
