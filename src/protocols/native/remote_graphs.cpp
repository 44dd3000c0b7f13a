#include "native/remote_graphs.h"

#include "graphs/remotes.h"

namespace lepton::native {
namespace {

struct CreateGraph {
  graphs::Graphs& graphs;
  graphs::Remotes& remotes;

  struct Input {
    std::string department, name, description;
    std::set<std::string> tags;
    std::optional<graphs::RemoteSettings> remote;
    static constexpr auto fields() {
      return std::tuple{
          required("department", &Input::department, "that owns it"), required("name", &Input::name, "short name"),
          optional("description", &Input::description, "for people"), optional("tags", &Input::tags, "such as pii"),
          optional("remote", &Input::remote, "the SPARQL service that answers it; without it the graph is kept here")};
    }
  };
  using Output = graphs::Graph;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/graphs",
      .name = "create_graph",
      .tag = "graphs",
      .summary = "Create an empty knowledge graph, or one that a SPARQL service elsewhere answers",
      .example = R"({"department": "risk", "name": "exposure"})",
      .status = 201};
  Output run(Call const& call, Input const& input) {
    access::Address const address{input.department, input.name, {}};
    if (input.remote) return remotes.create(call, address, input.description, input.tags, *input.remote);
    return graphs.create(call, address, input.description, input.tags);
  }
};

struct SetRemote {
  graphs::Remotes& remotes;

  struct Input {
    std::string department, name;
    graphs::RemoteSettings remote;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        required("remote", &Input::remote, "the service; what is left out is not kept")};
    }
  };
  using Output = graphs::Graph;
  static constexpr Description description{
      .method = "PUT",
      .path = "/v1/departments/{department}/graphs/{name}/remote",
      .name = "set_remote_graph",
      .tag = "graphs",
      .summary = "Replace the addresses and the login of a graph that a SPARQL service elsewhere answers",
      .example = R"({"department": "risk", "name": "big", "remote": {"url": "https://graphs.example/sparql"}})"};
  Output run(Call const& call, Input const& input) {
    return remotes.change(call, {input.department, input.name, {}}, input.remote);
  }
};

}  // namespace

void add_graph_creation(Table& table, graphs::Graphs& graphs, graphs::Remotes& remotes) {
  table.add(CreateGraph{graphs, remotes});
  table.add(SetRemote{remotes});
}

}  // namespace lepton::native
