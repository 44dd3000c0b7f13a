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

  /// A directory of its own for a store that is made before its graph is; it goes at the end, unless adopted.
  class Incoming {
   public:
    ~Incoming();
    Incoming(Incoming const&) = delete;
    Incoming& operator=(Incoming const&) = delete;
    [[nodiscard]] std::filesystem::path store() const { return at_ / "live"; }
    /// Durably makes it the live store of a graph, or of another one than before: a transaction may be tried again.
    /// The store must be closed.
    void move_to(access::AssetId const& graph);
    /// It stays where it is.
    void keep() { kept_ = true; }

   private:
    friend class GraphStores;
    explicit Incoming(std::filesystem::path directory);
    std::filesystem::path directory_;  ///< of all graphs
    std::filesystem::path at_;
    bool kept_ = false;
  };
  [[nodiscard]] Incoming incoming() const { return Incoming(directory_); }
  /// Removes what a server that died left of incoming stores.
  void remove_incoming() const;

 private:
  using Open = std::map<std::filesystem::path, std::shared_ptr<rdf::Store>>;
  [[nodiscard]] std::shared_ptr<rdf::Store> open(std::filesystem::path const& directory);

  std::filesystem::path directory_;
  rdf::StoreOptions options_;
  Guarded<Open> open_;
};

}  // namespace lepton::graphs
