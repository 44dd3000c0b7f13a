#include "graphs/graphs.h"
#include "native/packed_body.h"
#include "native/resources.h"
#include "native/unpacked_body.h"
#include "native/uploaded_file.h"

namespace lepton::native {
namespace {

using graphs::Graphs;

struct BackUpGraph {
  Graphs& graphs;

  struct Input {
    std::string department, name;
    std::optional<std::string> version;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that owns it"),
                        required("name", &Input::name, "its name"),
                        optional("version", &Input::version, "a published one; default: as it is now")};
    }
  };
  using Output = Stream;
  static constexpr Description description{.method = "GET",
                                           .path = "/v1/departments/{department}/graphs/{name}/backup",
                                           .name = "back_up_graph",
                                           .tag = "graphs",
                                           .summary = "Read all of a graph as one gzipped file that can be restored",
                                           .timeout = std::chrono::hours(12)};
  Output run(Call const& call, Input const& input) {
    auto source = graphs.begin_backup(call, {input.department, input.name, input.version});
    return {.content_type = "application/gzip",
            .write = [&graphs = graphs, call, source = std::move(source)](http::BodySink& body) {
              PackedBody sink(body);
              graphs.write_backup(call, source, sink);
              sink.finish();
            }};
  }
};

struct RestoreGraph {
  Graphs& graphs;
  std::filesystem::path uploads;

  struct Input {
    std::string department, name;
    static constexpr auto fields() {
      return std::tuple{required("department", &Input::department, "that will own it"),
                        required("name", &Input::name, "of the new graph")};
    }
  };
  using Output = graphs::Restored;
  static constexpr Description description{
      .method = "POST",
      .path = "/v1/departments/{department}/graphs/{name}:restore",
      .name = "restore_graph",
      .tag = "graphs",
      .summary = "Send a backup as the body, and have it as a new graph; a damaged one is refused whole",
      .status = 201,
      .max_body_bytes = std::uint64_t{256} << 30,
      .timeout = std::chrono::seconds(0)};
  Output run(Call const& call, Input const& input, http::BodySource& body) {
    access::Address const address{input.department, input.name, std::nullopt};
    // Before anything of the body is kept, so that nobody fills the disk who may not create.
    graphs.require_may_restore(call, address);
    UploadedFile const file(uploads);
    read_unpacked(call, body, description.max_body_bytes, [&](std::string_view piece) { file.write(piece); });
    return graphs.restore(call, address, file.path());
  }
};

}  // namespace

void add_graph_backups(Table& table, Graphs& graphs, std::filesystem::path const& uploads) {
  table.add(BackUpGraph{graphs});
  table.add(RestoreGraph{graphs, uploads});
}

}  // namespace lepton::native
