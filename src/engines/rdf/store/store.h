#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/call.h"
#include "rdf/quad.h"
#include "rdf/store/snapshot.h"
#include "rdf/store/transaction.h"

namespace lepton {
class Log;
}

namespace lepton::rdf {

struct StoreOptions {
  /// Bytes for changes that are not yet on disk, sorting and merging. What is read lies in mapped files, which the
  /// system caches and drops as it can.
  std::size_t memory_limit = std::size_t{512} << 20;
  /// For what the background thread cannot do; outlives the store.
  Log const* log = nullptr;
};

struct LoadOptions {
  Layer layer = Layer::stated;
  /// The graph of what the document puts into its default graph; undefined: the store's default graph.
  TermId graph;
  /// A document's blank nodes are its own: they become new ones. False keeps the labels, e.g. when a backup is read.
  bool fresh_blank_nodes = true;
};

struct LoadResult {
  std::uint64_t version = 0;
  std::uint64_t read = 0;   ///< statements of the stream
  std::uint64_t added = 0;  ///< those that were new
};

/// What a store holds and costs.
struct StoreFigures {
  std::uint64_t quads = 0;
  std::uint64_t terms = 0;
  std::uint64_t disk_bytes = 0;        ///< all files
  std::uint64_t dictionary_bytes = 0;  ///< of those, the dictionary's
  std::uint64_t text_index_bytes = 0;  ///< and those of what literals hold
  std::uint64_t memory_bytes = 0;      ///< of changes not yet in files, and of dictionary entries not yet in files
  std::uint64_t runs = 0;
};

/// A durable quad store in one directory: one dictionary, two layers, snapshots for readers and one writer at a time.
/// Who opened it owns it, and destroys its transactions and snapshots before; any thread may call any function. After a
/// crash at any moment the next open finds every commit that returned and no part of another.
class Store {
 public:
  /// Creates the directory when it is absent. Throws Error{conflict} when another process has it open,
  /// Error{unavailable} when its files are damaged, naming the file.
  [[nodiscard]] static std::unique_ptr<Store> open(std::filesystem::path const& directory, StoreOptions options = {});
  ~Store();
  Store(Store const&) = delete;
  Store& operator=(Store const&) = delete;

  [[nodiscard]] Dictionary& dictionary();
  /// The last durable commit.
  [[nodiscard]] Snapshot snapshot() const;
  /// Waits for the writer before it, as long as the call may wait.
  [[nodiscard]] Transaction begin(Call const& call);

  /// Adds what `fill` puts into the sink, as one commit, faster than a transaction would and in bounded memory however
  /// much it is. `fill` runs on the caller's thread, e.g. `parse(call, syntax, source, sink)`; when it throws, nothing
  /// is loaded. Other writers wait meanwhile.
  LoadResult load(Call const& call, std::function<void(QuadSink&)> const& fill, LoadOptions const& options = {});

  /// Brings all changes into files and merges them, so that reading is fastest; merging also goes on by itself.
  void compact(Call const& call);
  /// Brings all changes into files and indexes the literals for Dictionary::texts_with(). What was searched once is
  /// indexed by itself, too, soon after it is there.
  void index_texts(Call const& call);
  /// Writes the last durable commit into `directory`, which must be empty or absent: a store of its own. Readers and
  /// writers go on.
  void backup(Call const& call, std::filesystem::path const& directory) const;

  [[nodiscard]] StoreFigures figures() const;

 private:
  explicit Store(std::shared_ptr<StoreState> state);
  std::shared_ptr<StoreState> state_;  // shared with transactions
};

}  // namespace lepton::rdf
