#include "native/import_result.h"
#include "native/resources.h"
#include "native/rows.h"

namespace lepton::native {
namespace {

struct RunQuery {
  datasets::Datasets& datasets;

  struct Input {
    std::string sql;
    json::Object parameters;
    RowFormat format = RowFormat::json;
    std::uint64_t max_rows = 10'000;
    static constexpr auto fields() {
      return std::tuple{required("sql", &Input::sql, "one SELECT over department.dataset"),
                        optional("parameters", &Input::parameters, "values of $name: null, true, number or text"),
                        optional("format", &Input::format, "json, jsonl, csv or parquet"),
                        optional("max_rows", &Input::max_rows, "the result is cut there, and says so")};
    }
  };
  using Output = Stream;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/query",
      .name = "run_query",
      .tag = "data",
      .summary = "Run SQL over datasets of every department, as far as you may see them for the declared purpose",
      .example =
          R"({"sql": "SELECT education, count(*) AS n FROM banking.customers WHERE age > $age GROUP BY education", "parameters": {"age": 30}})",
      .timeout = std::chrono::seconds(120)};
  Output run(Call const& call, Input const& input) {
    return answer_rows(input.format, [&](table::ResultFormat format, table::ResultSink const& sink) {
      return datasets.query(call, input.sql, {.format = format, .most_rows = input.max_rows}, sink, input.parameters);
    });
  }
};

struct SaveQuery {
  datasets::Datasets& datasets;

  struct Input {
    std::string department, name, sql, description, key;
    json::Object parameters;
    bool allow_schema_change = false;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "that owns it"),
          required("name", &Input::name, "dataset; created when there is none"),
          required("sql", &Input::sql, "one SELECT; its result becomes the next version"),
          optional("parameters", &Input::parameters, "values of $name: null, true, number or text"),
          optional("description", &Input::description, "of a new dataset"),
          optional("key", &Input::key, "of a new dataset: column by which a record is looked up"),
          optional("allow_schema_change", &Input::allow_schema_change, "the columns may differ from the last version")};
    }
  };
  using Output = ImportView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/datasets/{name}:save_query",
      .name = "save_query",
      .tag = "data",
      .summary = "Keep a query's result as a version, with its lineage; tags of what it read flow to it",
      .example = R"({"department": "risk", "name": "training-set", "sql": "SELECT * FROM banking.customers"})",
      .status = 201,
      .timeout = std::chrono::seconds(600)};
  Output run(Call const& call, Input const& input) {
    return ImportView(datasets.save_query(call, {input.department, input.name, {}},
                                          {.sql = input.sql,
                                           .parameters = input.parameters,
                                           .description = input.description,
                                           .key = input.key,
                                           .allow_schema_change = input.allow_schema_change}));
  }
};

struct PreviewDataset {
  datasets::Datasets& datasets;

  struct Input {
    std::string department, name;
    std::optional<std::string> version;
    std::int64_t rows = 10;
    RowFormat format = RowFormat::json;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "that owns it"), required("name", &Input::name, "its name"),
          optional("version", &Input::version, "default: the newest"), optional("rows", &Input::rows, "1 to 1000"),
          optional("format", &Input::format, "json, jsonl, csv or parquet")};
    }
  };
  using Output = Stream;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/datasets/{name}/preview",
                                           .name = "preview_dataset",
                                           .tag = "data",
                                           .summary = "Read the first rows as you may see them"};
  Output run(Call const& call, Input const& input) {
    return answer_rows(input.format, [&](table::ResultFormat format, table::ResultSink const& sink) {
      access::Address const address{input.department, input.name, input.version};
      if (format == table::ResultFormat::objects) return datasets.preview(call, address, input.rows, sink);
      return datasets.query(call, "SELECT * FROM \"" + address.str() + "\"",
                            {.format = format, .most_rows = static_cast<std::uint64_t>(input.rows)}, sink);
    });
  }
};

struct ExportDataset {
  datasets::Datasets& datasets;

  struct Input {
    std::string department, name;
    std::optional<std::string> version;
    RowFormat format = RowFormat::csv;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        optional("version", &Input::version, "default: the newest"),
                        optional("format", &Input::format, "csv (default), jsonl, json or parquet")};
    }
  };
  using Output = Stream;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/datasets/{name}/rows",
                                           .name = "export_dataset",
                                           .tag = "data",
                                           .summary = "Read all rows as you may see them",
                                           .timeout = std::chrono::seconds(3600)};
  Output run(Call const& call, Input const& input) {
    return answer_rows(input.format, [&](table::ResultFormat format, table::ResultSink const& sink) {
      return datasets.export_rows(call, {input.department, input.name, input.version}, format, sink);
    });
  }
};

struct ProfileDataset {
  datasets::Datasets& datasets;

  struct Input {
    std::string department, name;
    std::optional<std::string> version;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        optional("version", &Input::version, "default: the newest")};
    }
  };
  using Output = json::Value;
  static constexpr Description description{
      .method = "GET",
      .path = "/v1/departments/{department}/datasets/{name}/profile",
      .name = "profile_dataset",
      .tag = "data",
      .summary = "Types, nulls, distinct values, quantiles and top values per column",
      .timeout = std::chrono::seconds(600)};
  Output run(Call const& call, Input const& input) {
    return datasets.profile(call, {input.department, input.name, input.version});
  }
};

struct ReadRecord {
  datasets::Datasets& datasets;

  struct Input {
    std::string department, name, record;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "dataset with a key"),
                        required("record", &Input::record, "value of its key column")};
    }
  };
  using Output = json::Object;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/datasets/{name}/records/{record}",
                                           .name = "read_record",
                                           .tag = "data",
                                           .summary = "Look one record up by its key, as you may see it"};
  Output run(Call const& call, Input const& input) {
    auto records = datasets.records(call, {input.department, input.name, {}}, "", {}, {input.record});
    if (!records.found.at(0))
      throw not_found("there is no record " + input.record + " in " + records.version + " that you may see");
    return {{"version", records.version}, {"record", std::move(*records.found[0])}};
  }
};

}  // namespace

void add_queries(Table& table, datasets::Datasets& datasets) {
  table.add(RunQuery{datasets});
  table.add(SaveQuery{datasets});
  table.add(PreviewDataset{datasets});
  table.add(ExportDataset{datasets});
  table.add(ProfileDataset{datasets});
  table.add(ReadRecord{datasets});
}

}  // namespace lepton::native
