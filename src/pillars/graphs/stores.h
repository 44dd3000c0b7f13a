#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>

#include "access/assets.h"
#include "base/guarded.h"
#include "rdf/store/store.h"

namespace lepton::graphs {

/// The quad stores behind graphs: <directory>/<asset id>/live, and one for each published version beside it. Opened at
/// first use and kept open. Owned by Graphs; any thread may call. A store is shared with those who read it, so that a
/// graph can be removed while a query runs.
class GraphStores {
 public:
  GraphStores(std::filesystem::path directory, rdf::StoreOptions options)
      : directory_(std::move(directory)), options_(options) {}

  [[nodiscard]] std::shared_ptr<rdf::Store> live(access::AssetId const& graph);
  [[nodiscard]] std::shared_ptr<rdf::Store> version(access::AssetId const& graph, std::int64_t number);
  /// Where a version is to be written: absent until then.
  [[nodiscard]] std::filesystem::path version_directory(access::AssetId const& graph, std::int64_t number) const;
  /// Its files go; who reads it still, reads on.
  void remove(access::AssetId const& graph);

 private:
  using Open = std::map<std::filesystem::path, std::shared_ptr<rdf::Store>>;
  [[nodiscard]] std::shared_ptr<rdf::Store> open(std::filesystem::path const& directory);

  std::filesystem::path directory_;
  rdf::StoreOptions options_;
  Guarded<Open> open_;
};

}  // namespace lepton::graphs
