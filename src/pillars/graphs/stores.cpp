#include "graphs/stores.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/random.h"

namespace lepton::graphs {
namespace {

constexpr char kIncoming[] = "incoming-";

}  // namespace

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

GraphStores::Incoming::Incoming(std::filesystem::path directory)
    : directory_(std::move(directory)), at_(directory_ / (kIncoming + to_base32(random_bytes(10)))) {
  std::filesystem::create_directories(at_);
}

GraphStores::Incoming::~Incoming() {
  std::error_code ignored;  // the next start removes what is left
  if (!kept_) std::filesystem::remove_all(at_, ignored);
}

void GraphStores::Incoming::move_to(access::AssetId const& graph) {
  auto const place = directory_ / graph.str();
  std::filesystem::rename(at_, place);
  at_ = place;
  sync_directory(directory_);
}

void GraphStores::remove_incoming() const {
  if (!std::filesystem::exists(directory_)) return;
  for (auto const& entry : std::filesystem::directory_iterator(directory_))
    if (entry.path().filename().string().starts_with(kIncoming)) std::filesystem::remove_all(entry.path());
}

}  // namespace lepton::graphs
