#include "graphs/stores.h"

#include <fmt/format.h>

namespace lepton::graphs {

std::shared_ptr<rdf::Store> GraphStores::open(std::filesystem::path const& directory) {
  auto open = open_.lock();
  auto& store = (*open)[directory];
  if (!store) {
    std::filesystem::create_directories(directory.parent_path());
    store = rdf::Store::open(directory, options_);
  }
  return store;
}

std::shared_ptr<rdf::Store> GraphStores::live(access::AssetId const& graph) {
  return open(directory_ / graph.str() / "live");
}

std::shared_ptr<rdf::Store> GraphStores::version(access::AssetId const& graph, std::int64_t number) {
  return open(version_directory(graph, number));
}

std::filesystem::path GraphStores::version_directory(access::AssetId const& graph, std::int64_t number) const {
  return directory_ / graph.str() / fmt::format("version-{}", number);
}

void GraphStores::remove(access::AssetId const& graph) {
  auto const folder = directory_ / graph.str();
  {
    auto open = open_.lock();
    std::erase_if(*open, [&](auto const& entry) { return entry.first.parent_path() == folder; });
  }
  std::filesystem::remove_all(folder);
}

}  // namespace lepton::graphs
