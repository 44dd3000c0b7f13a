#include "native/graph_mappings.h"

#include "native/import_result.h"
#include "native/page.h"
#include "native/uploaded_file.h"

namespace lepton::native {
namespace {

struct MapGraph {
  graphs::Mappings& mappings;

  struct Input {
    std::string department, name;
    std::optional<json::Object> mapping;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "that owns it"), required("name", &Input::name, "the graph"),
          optional("mapping", &Input::mapping, "prefixes and maps; default: the graph's last one, again")};
    }
  };
  using Output = graphs::MapResult;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/graphs/{name}:map",
      .name = "map_graph",
      .tag = "graphs",
      .summary =
          "Make statements of datasets, as far as you may read them, each in a named graph of its own; one commit",
      .example =
          R"({"department": "risk", "name": "exposure", "mapping": {"prefixes": {"b": "http://bank.example/"}, "maps": [{"dataset": "banking/customers", "subject": "b:customer/{customer_id}", "class": "b:Customer", "facts": [{"predicate": "b:limit", "column": "credit_limit"}]}]}})",
      .timeout = std::chrono::seconds(3600)};
  Output run(Call const& call, Input const& input) {
    auto const mapping = input.mapping ? std::optional<json::Value>(*input.mapping) : std::nullopt;
    return mappings.run(call, {input.department, input.name, {}}, mapping);
  }
};

struct ListGraphMappings {
  graphs::Mappings& mappings;

  using Input = PagingOfAsset;
  using Output = Page<graphs::MappingVersion>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}/mappings",
                                           .name = "list_graph_mappings",
                                           .tag = "graphs",
                                           .summary = "List the mappings of a graph, newest first"};
  Output run(Call const& call, Input const& input) {
    return page_of(mappings.versions(call, {input.department, input.name, {}}), input);
  }
};

struct GetMapProgress {
  graphs::Mappings& mappings;

  struct Input {
    std::string department, name;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "the graph")};
    }
  };
  struct Output {
    std::optional<graphs::MapProgress> running;
    static constexpr auto fields() {
      return std::tuple{optional("running", &Output::running, "absent: nothing is being mapped now")};
    }
  };
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}/mapping-progress",
                                           .name = "get_map_progress",
                                           .tag = "graphs",
                                           .summary = "How far the mapping is that runs now"};
  Output run(Call const& call, Input const& input) {
    return {mappings.progress(call, {input.department, input.name, {}})};
  }
};

/// A source as its readers see it.
struct SourceView {
  std::string graph, dataset, mapped_by;
  std::int64_t rows = 0, statements = 0, commit = 0, mapping = 0;
  std::vector<std::string> columns;
  Timestamp mapped_at;
  static constexpr auto fields() {
    return std::tuple{required("graph", &SourceView::graph, "IRI of the named graph"),
                      required("dataset", &SourceView::dataset, "department/name@version that it is made from"),
                      required("columns", &SourceView::columns, "that were read"),
                      required("rows", &SourceView::rows, "that the mapper saw"),
                      required("statements", &SourceView::statements, "made of them"),
                      required("commit", &SourceView::commit, "of the graph, that made it so"),
                      required("mapping", &SourceView::mapping, "number of the mapping"),
                      required("mapped_by", &SourceView::mapped_by, "who"),
                      required("mapped_at", &SourceView::mapped_at, "when")};
  }
};

struct ListGraphSources {
  graphs::Mappings& mappings;

  using Input = PagingOfAsset;
  using Output = Page<SourceView>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}/sources",
                                           .name = "list_graph_sources",
                                           .tag = "graphs",
                                           .summary = "List the datasets that what you see of a graph is made from"};
  Output run(Call const& call, Input const& input) {
    std::vector<SourceView> views;
    for (auto const& [iri, source] : mappings.sources(call, {input.department, input.name, {}}))
      views.push_back({.graph = iri,
                       .dataset = source.version,
                       .mapped_by = source.by_name,
                       .rows = source.rows,
                       .statements = source.statements,
                       .commit = source.commit,
                       .mapping = source.mapping,
                       .columns = source.columns,
                       .mapped_at = source.at});
    return page_of(std::move(views), input);
  }
};

struct RetractGraphSource {
  graphs::Mappings& mappings;

  struct Input {
    std::string department, name, dataset;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "the graph"),
                        required("dataset", &Input::dataset, "department/name that was mapped into it")};
    }
  };
  using Output = graphs::Commit;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/graphs/{name}:retract",
      .name = "retract_graph_source",
      .tag = "graphs",
      .summary = "Take back what was made of a dataset, as one commit",
      .example = R"({"department": "risk", "name": "exposure", "dataset": "banking/customers"})"};
  Output run(Call const& call, Input const& input) {
    return mappings.retract(call, {input.department, input.name, {}}, input.dataset);
  }
};

struct SaveGraphQuery {
  graphs::SavedQueries& saved;
  std::filesystem::path scratch;

  struct Input {
    std::string department, name, query, target, description, key;
    std::optional<std::string> version;
    bool allow_schema_change = false;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "that owns it"),
          required("name", &Input::name, "the graph, or a part of one"),
          required("query", &Input::query, "a SELECT; its rows become the next version"),
          required("target", &Input::target, "department/name of the dataset; created when there is none"),
          optional("version", &Input::version, "a published one; default: the graph as it is now"),
          optional("description", &Input::description, "of a new dataset"),
          optional("key", &Input::key, "of a new dataset: column by which a record is looked up"),
          optional("allow_schema_change", &Input::allow_schema_change, "the columns may differ from the last version")};
    }
  };
  using Output = ImportView;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/graphs/{name}:save_query",
      .name = "save_graph_query",
      .tag = "graphs",
      .summary = "Keep what a SELECT answers as a version of a dataset, with its lineage; the graph's tags flow to it",
      .example =
          R"({"department": "risk", "name": "exposure", "target": "risk/limits", "query": "SELECT ?who ?limit WHERE { ?who <http://bank.example/limit> ?limit }"})",
      .status = 201,
      .timeout = std::chrono::seconds(600)};
  Output run(Call const& call, Input const& input) {
    UploadedFile const table(scratch);
    return ImportView(saved.save(call, {input.department, input.name, input.version},
                                 {.query = input.query,
                                  .target = access::parse_address(input.target),
                                  .description = input.description,
                                  .key = input.key,
                                  .allow_schema_change = input.allow_schema_change},
                                 table.path()));
  }
};

}  // namespace

void add_graph_mappings(Table& table, graphs::Mappings& mappings, graphs::SavedQueries& saved,
                        std::filesystem::path const& scratch) {
  table.add(MapGraph{mappings});
  table.add(ListGraphMappings{mappings});
  table.add(GetMapProgress{mappings});
  table.add(ListGraphSources{mappings});
  table.add(RetractGraphSource{mappings});
  table.add(SaveGraphQuery{saved, scratch});
}

}  // namespace lepton::native
