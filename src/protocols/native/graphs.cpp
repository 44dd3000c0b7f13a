#include "graphs/graphs.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "native/etag.h"
#include "native/page.h"
#include "native/resources.h"
#include "native/unpacked_body.h"
#include "native/uploaded_file.h"
#include "rdf/writer.h"

namespace lepton::native {
namespace {

using graphs::Graphs;

access::Address address_of(std::string const& department, std::string const& name,
                           std::optional<std::string> const& version = {}) {
  return {department, name, version};
}

graphs::Place place_of(std::optional<std::string> const& graph) {
  return graph ? graphs::Place::named(*graph) : graphs::Place::of_default();
}

/// By its name, else by the file's ending; Turtle when nothing is said.
rdf::Syntax syntax_of(std::string const& said, std::string const& file_name) {
  using rdf::Syntax;
  if (said.empty() && file_name.empty()) return Syntax::turtle;
  for (auto const syntax :
       {Syntax::turtle, Syntax::trig, Syntax::ntriples, Syntax::nquads, Syntax::rdfxml, Syntax::jsonld})
    if (said == rdf::to_string(syntax)) return syntax;
  auto name = file_name;
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  if (auto const found = rdf::find_syntax_by_file_name(name); found && said.empty()) return *found;
  throw invalid("say what the document is: turtle, trig, ntriples, nquads, rdfxml or jsonld",
                {{"/syntax", "expected turtle, trig, ntriples, nquads, rdfxml or jsonld"}});
}

class SinkOfBody : public rdf::ByteSink {
 public:
  explicit SinkOfBody(http::BodySink& body) : body_(body) {}
  void write(std::string_view bytes) override { body_.write(bytes); }

 private:
  http::BodySink& body_;
};

struct ListGraphs {
  Graphs& graphs;

  struct Input : Paging {
    std::string department;
    static constexpr auto fields() {
      return std::tuple_cat(paging_fields<Input>(), std::tuple{optional("department", &Input::department, "whose")});
    }
  };
  using Output = Page<graphs::Graph>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/graphs",
                                           .name = "list_graphs",
                                           .tag = "graphs",
                                           .summary = "List the graphs that you may discover"};
  Output run(Call const& call, Input const& input) { return page_of(graphs.list(call, input.department), input); }
};

struct ByGraph {
  std::string department, name;
  static constexpr auto fields() {
    return std::tuple{required("department", &ByGraph::department, "that owns it"),
                      required("name", &ByGraph::name, "its name")};
  }
};

struct GetGraph {
  Graphs& graphs;

  using Input = ByGraph;
  struct Output : graphs::Graph {
    explicit Output(graphs::Graph graph) : Graph(std::move(graph)) {}
    [[nodiscard]] std::string etag() const { return std::to_string(commit); }
  };
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}",
                                           .name = "get_graph",
                                           .tag = "graphs",
                                           .summary = "Read what a graph is; the ETag is its commit"};
  Output run(Call const& call, Input const& input) {
    return Output(graphs.get(call, address_of(input.department, input.name)));
  }
};

struct RemoveGraph {
  Graphs& graphs;

  using Input = ByGraph;
  using Output = void;
  static constexpr Description description{
      .method = "DELETE",
      .path = "/v1/departments/{department}/graphs/{name}",
      .name = "remove_graph",
      .tag = "graphs",
      .summary = "Remove a graph with its versions, unless something was made of it",
      .status = 204};
  void run(Call const& call, Input const& input) { graphs.remove(call, address_of(input.department, input.name)); }
};

struct LoadGraph {
  Graphs& graphs;
  std::filesystem::path uploads;

  struct Input {
    std::string department, name, syntax, file_name, base, if_match;
    std::optional<std::string> graph;
    bool replace = false;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        optional("syntax", &Input::syntax, "turtle, trig, ntriples, nquads, rdfxml or jsonld"),
                        optional("file_name", &Input::file_name, "its ending tells the syntax"),
                        optional("base", &Input::base, "IRI that relative references are resolved against"),
                        optional("graph", &Input::graph, "IRI of the named graph it goes to"),
                        optional("replace", &Input::replace, "what that graph held before goes"),
                        optional("if_match", &Input::if_match, "commit of the graph, as read")};
    }
  };
  using Output = graphs::Commit;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/graphs/{name}:load",
      .name = "load_graph",
      .tag = "graphs",
      .summary = "Send a document of RDF as the body; all of it is loaded, or nothing",
      .max_body_bytes = std::uint64_t{256} << 30,
      .timeout = std::chrono::seconds(0)};
  Output run(Call const& call, Input const& input, http::BodySource& body) {
    auto const address = address_of(input.department, input.name);
    auto const syntax = syntax_of(input.syntax, input.file_name);
    // Before anything of the body is kept, so that nobody fills the disk who may not write.
    graphs.require_may_change(call, address);
    UploadedFile const file(uploads);
    read_unpacked(call, body, description.max_body_bytes, [&](std::string_view piece) { file.write(piece); });
    rdf::FileSource source(file.path());
    graphs::Document const document{syntax, input.base, source};
    auto const expected = revision_of(input.if_match);
    return input.replace ? graphs.replace(call, address, place_of(input.graph), document, expected)
                         : graphs.load(call, address, place_of(input.graph), document, expected);
  }
};

struct ExportGraph {
  Graphs& graphs;

  struct Input {
    std::string department, name, syntax;
    std::optional<std::string> version, graph;
    graphs::Inferred inferred = graphs::Inferred::exclude;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "that owns it"),
          required("name", &Input::name, "its name"),
          optional("inferred", &Input::inferred, "what follows by the graph's rules: exclude (default), include, only"),
          optional("version", &Input::version, "a published one; default: as it is now"),
          optional("graph", &Input::graph, "IRI of one named graph; default: everything"),
          optional("syntax", &Input::syntax, "trig (default), nquads, turtle, ntriples, rdfxml or jsonld")};
    }
  };
  using Output = Stream;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}/statements",
                                           .name = "export_graph",
                                           .tag = "graphs",
                                           .summary = "Read the statements that you may see",
                                           .timeout = std::chrono::seconds(3600)};
  Output run(Call const& call, Input const& input) {
    auto const syntax = syntax_of(input.syntax.empty() ? "trig" : input.syntax, "");
    auto const place = input.graph ? graphs::Place::named(*input.graph) : graphs::Place::whole();
    auto const view = graphs.open(call, address_of(input.department, input.name, input.version));
    if (!input.graph && !rdf::holds_graphs(syntax) && graphs.shows_named_graphs(view))
      throw invalid(fmt::format("{} holds no named graphs, and this graph has some: say which, or take trig, nquads or "
                                "jsonld",
                                rdf::to_string(syntax)),
                    {{"/syntax", "holds no named graphs"}});
    return {.content_type = std::string(rdf::media_type(syntax)),
            .write = [&graphs = graphs, call, view, place, syntax, inferred = input.inferred](http::BodySink& body) {
              SinkOfBody sink(body);
              auto const writer = rdf::make_writer(syntax, sink);
              (void)graphs.read(call, view, place, *writer, inferred);
              writer->finish();
            }};
  }
};

struct ListCommits {
  Graphs& graphs;

  struct Input {
    std::string department, name;
    int page_size = 50;
    std::int64_t page_token = 0;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        optional("page_size", &Input::page_size, "how many at most, 1 to 1000"),
                        optional("page_token", &Input::page_token, "next_page_token of the page before")};
    }
  };
  using Output = Page<graphs::Commit>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}/commits",
                                           .name = "list_graph_commits",
                                           .tag = "graphs",
                                           .summary = "List the changes of a graph, newest first"};
  Output run(Call const& call, Input const& input) {
    int const limit = std::clamp(input.page_size, 1, 1000);
    auto const before = input.page_token > 0 ? input.page_token : std::numeric_limits<std::int64_t>::max();
    Output page{.items = graphs.commits(call, address_of(input.department, input.name), before, limit),
                .next_page_token = {}};
    if (page.items.size() == static_cast<std::size_t>(limit))
      page.next_page_token = std::to_string(page.items.back().number);
    return page;
  }
};

struct PublishGraph {
  Graphs& graphs;

  struct Input {
    std::string department, name, note;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"), optional("note", &Input::note, "what it is for")};
    }
  };
  using Output = graphs::GraphVersion;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/graphs/{name}/versions",
      .name = "publish_graph",
      .tag = "graphs",
      .summary = "Keep what a graph holds now as its next version",
      .example = R"({"department": "risk", "name": "exposure", "note": "2026 Q4"})",
      .status = 201,
      .timeout = std::chrono::seconds(3600)};
  Output run(Call const& call, Input const& input) {
    return graphs.publish(call, address_of(input.department, input.name), input.note);
  }
};

struct ListGraphVersions {
  Graphs& graphs;

  using Input = PagingOfAsset;
  using Output = Page<graphs::GraphVersion>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}/versions",
                                           .name = "list_graph_versions",
                                           .tag = "graphs",
                                           .summary = "List the published versions, newest first"};
  Output run(Call const& call, Input const& input) {
    return page_of(graphs.versions(call, address_of(input.department, input.name)), input);
  }
};

struct ShareGraphPart {
  Graphs& graphs;

  struct Input {
    std::string department, name, part, graph, description;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "the graph"), required("part", &Input::part, "name of the part"),
                        required("graph", &Input::graph, "IRI of the named graph"),
                        optional("description", &Input::description, "for people")};
    }
  };
  using Output = graphs::GraphPart;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/graphs/{name}/parts",
      .name = "share_graph_part",
      .tag = "graphs",
      .summary = "Make a named graph an asset of its own: those alone see it who may read it",
      .example =
          R"({"department": "risk", "name": "exposure", "part": "exposure-vip", "graph": "http://bank.example/vip"})",
      .status = 201};
  Output run(Call const& call, Input const& input) {
    return graphs.share_part(call, address_of(input.department, input.name), input.graph,
                             address_of(input.department, input.part), input.description);
  }
};

struct ListGraphParts {
  Graphs& graphs;

  using Input = PagingOfAsset;
  using Output = Page<graphs::GraphPart>;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}/parts",
                                           .name = "list_graph_parts",
                                           .tag = "graphs",
                                           .summary = "List the named graphs that are assets of their own"};
  Output run(Call const& call, Input const& input) {
    return page_of(graphs.parts(call, address_of(input.department, input.name)), input);
  }
};

}  // namespace

void add_graphs(Table& table, Graphs& graphs, std::filesystem::path const& uploads) {
  table.add(ListGraphs{graphs});
  table.add(GetGraph{graphs});
  table.add(RemoveGraph{graphs});
  table.add(LoadGraph{graphs, uploads});
  table.add(ExportGraph{graphs});
  table.add(ListCommits{graphs});
  table.add(PublishGraph{graphs});
  table.add(ListGraphVersions{graphs});
  table.add(ShareGraphPart{graphs});
  table.add(ListGraphParts{graphs});
}

}  // namespace lepton::native
